"""Whether what the senders send can be believed. No alert here pages anybody."""

from alerts import _causes as cause
from target_app import catalogue as m
from toolkit.alerts import Alert, Proof, Severity
from toolkit.promql import ratio

# Under three webhooks a minute, one bad webhook would be a third of the traffic.
ENOUGH_TRAFFIC = 0.05

_REQUESTS = f"sum(rate({m.WEBHOOK_REQUESTS}[10m]))"
_VALID = m.WEBHOOK_REQUESTS.where(source="ml_model", symbol="BTC/USDT", status="success")
_NAN = m.NAN_REPLACEMENTS.where(field="take_profit")
_STALE = m.STALE_REJECTED.where(source="custom_bot")

HIGH_NAN_REPLACEMENT_RATE = Alert(
    name="HighNaNReplacementRate",
    expr=f"""{ratio(f"sum(rate({m.NAN_REPLACEMENTS}[10m]))", _REQUESTS,
                    above=ENOUGH_TRAFFIC)} > 0.25""",
    hold="10m",
    severity=Severity.INFO,
    component="data",
    summary="Many webhooks carry NaN or infinite values.",
    description="{{ $value | humanize }} values a webhook are NaN or infinite and were replaced.",
    impact="Orders are placed without the take-profit or stop-loss that their sender meant.",
    response="1. Read NaN replacements by field. 2. Ask the owner of the strategy: an indicator "
    "without enough history is the usual cause. 3. Refuse the field instead, if it must be there.",
    because="Indicators start with NaN for the first bars, which is under one value in four. "
    "Ten minutes outlast a strategy's warm-up.",
    panel="NaN replacements",
    fired_by=cause.NAN_FEED,
    proof=(
        Proof("every second webhook has one", {_NAN: "0+30x60", _VALID: "0+60x60"}, at="40m",
              fires=True),
        Proof("one in ten has one", {_NAN: "0+6x60", _VALID: "0+60x60"}, at="40m", fires=False),
        Proof("a warm-up of five minutes", {_NAN: "0+30x5 150x60", _VALID: "0+60x70"}, at="12m",
              fires=False),
    ),
)  # fmt: skip

STALE_WEBHOOKS = Alert(
    name="StaleWebhooks",
    expr=f"sum by (source) (increase({m.STALE_REJECTED}[10m])) > 10",
    severity=Severity.INFO,
    component="data",
    summary="Signals arrive too old, or dated in the future.",
    description="{{ $value | humanize }} webhooks from {{ $labels.source }} were refused as stale "
    "within ten minutes.",
    impact="These signals are not traded.",
    response="1. Compare the sender's clock with ours (NTP). 2. Look for a queue between: a "
    "backlog that drains sends old signals. 3. Only then think about the age limit.",
    because="A single late signal is a slow network; more than ten in ten minutes is a clock or "
    "a queue. No hold: the count over ten minutes is one.",
    panel="Stale webhooks",
    fired_by=cause.STALE,
    proof=(
        Proof("three a minute", {_STALE: "0+3x40"}, at="20m", fires=True,
              labels={"source": "custom_bot"}),
        Proof("one every two minutes", {_STALE: "0 0 1 1 2 2 3 3 4 4 5 5 6 6 7 7 8 8 9 9 10"},
              at="20m", fires=False),
    ),
)  # fmt: skip
