"""Every call between the services: who answers it, with what, and whether it may be repeated."""

from dataclasses import dataclass
from decimal import Decimal

import msgspec


class Nothing(msgspec.Struct, frozen=True):
    """A call without parameters."""


class PredictParams(msgspec.Struct, frozen=True, kw_only=True):
    """Which market."""

    symbol: str


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """What ai expects of a market, and which model says so."""

    symbol: str
    side: str
    confidence: float
    model: int


class RetrainParams(msgspec.Struct, frozen=True, kw_only=True):
    """Why the model is trained anew."""

    reason: str


class ModelState(msgspec.Struct, frozen=True, kw_only=True):
    """The model, how many results it has seen, and the share that it had right."""

    model: int
    samples: int
    accuracy: float


class PortfolioState(msgspec.Struct, frozen=True, kw_only=True):
    """What exec-risk holds: the truth that analytics-os compares its own view with."""

    open_positions: int
    value_usd: Decimal
    daily_pnl_usd: Decimal
    daily_trades: int
    emergency_stop: bool


class ServicesState(msgspec.Struct, frozen=True, kw_only=True):
    """The state of each service as analytics-os saw it last."""

    services: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A call by its name; `repeatable` ones are sent again when no answer comes."""

    name: str
    service: str
    params: type[msgspec.Struct]
    result: type[msgspec.Struct]
    repeatable: bool = True


PREDICT = Method(name="ai.predict", service="ai", params=PredictParams, result=Prediction)
MODEL = Method(name="ai.model", service="ai", params=Nothing, result=ModelState)
RETRAIN = Method(
    name="ai.retrain", service="ai", params=RetrainParams, result=ModelState, repeatable=False
)
PORTFOLIO = Method(
    name="exec-risk.portfolio", service="exec-risk", params=Nothing, result=PortfolioState
)
SERVICES = Method(
    name="analytics-os.services", service="analytics-os", params=Nothing, result=ServicesState
)
METHODS = (PREDICT, MODEL, RETRAIN, PORTFOLIO, SERVICES)
BY_NAME = {method.name: method for method in METHODS}


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call on the bus; after `deadline`, epoch seconds, nobody waits for its reply."""

    id: str
    method: str
    reply_to: str
    deadline: float
    trace: str = ""
    params: msgspec.Raw = msgspec.Raw(b"{}")


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The reply to a call: a result, or why there is none."""

    id: str
    result: msgspec.Raw = msgspec.Raw(b"null")
    error: str = ""
