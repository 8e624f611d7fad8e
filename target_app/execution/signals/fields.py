"""What each field of a webhook may hold: its value in the service's words, or a problem."""

import functools
from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

from target_app import catalogue as m
from target_app.exchanges.market_rules import LARGEST, SMALLEST
from target_app.execution.response_bodies import Problem
from target_app.execution.signals.field_names import ALIASES, FIELDS, unknown_field
from target_app.execution.signals.json_mistakes import placeholder_in, unfilled
from target_app.execution.signals.normalise import (
    FIRST_MILLISECOND,
    Symbols,
    moment,
    names_derivative,
    number,
)

REQUIRED = ("symbol", "side", "timestamp")
_REQUIRED = frozenset(REQUIRED)
CLOSE = "close"  # sell what is held
SIDES = ("buy", "sell", CLOSE)
ORDER_TYPES = ("market", "limit")
DEFAULT_SOURCE = "tradingview"
_FIELD_SET = frozenset(FIELDS)
_LONGEST_ID = 128
# Of a body with many unknown fields, so many are named.
_MOST_UNKNOWN = 8
_SOURCES = frozenset(m.SOURCE.values)
_SIDE = {
    "buy": "buy",
    "sell": "sell",
    "long": "buy",
    "short": "sell",
    "close": CLOSE,
    "exit": CLOSE,
    "flat": CLOSE,
}
# NaN and Infinity mean "no value" where the service can do without one; no confidence is
# none at all. Where neither is safe (a limit order's `price`, `timestamp`) it is refused.
_NOT_FINITE: dict[str, Decimal | None] = {
    "quantity": None,
    "stop_loss": None,
    "take_profit": None,
    "atr": None,
    "confidence": Decimal(0),
}
_FIGURE = "must be a number, or text that is one"
_NO_MARKET = "is not a market that is traded here"
_SWAP = "is a perpetual swap or a future, and only spot markets are traded here"
_MOMENT = "must be epoch seconds, milliseconds or ISO 8601"


class Notes:
    """What was rewritten while reading, for the metrics: pairs of (operation, field)."""

    __slots__ = ("operations", "replaced")

    def __init__(self) -> None:
        self.operations: list[tuple[str, str]] = []
        self.replaced: list[str] = []


def folded_source(source: str) -> str:
    """A `source` out of the closed set."""
    return source if source in _SOURCES else m.SOURCE.fold(source.strip().lower())


class Reader:
    """One pass over a payload; problems gather, nothing is raised."""

    __slots__ = ("_exchanges", "_keys", "_notes", "_symbols", "_values", "problems")

    def __init__(
        self, raw: dict[str, Any], symbols: Symbols, exchanges: tuple[str, ...], notes: Notes
    ) -> None:
        self._symbols, self._exchanges, self._notes = symbols, exchanges, notes
        self.problems: list[Problem] = []
        self._keys: dict[str, str] = {}
        self._values = raw
        if not raw.keys() <= _FIELD_SET:
            self._values = self._renamed(raw)

    def read(self) -> dict[str, Any]:
        """The value of each field that is given; of use only without `problems`."""
        methods = self._METHODS
        found = {
            field: methods[field](self, field, value)
            for field, value in self._values.items()
            if value is not None
        }
        if not found.keys() >= _REQUIRED:
            for field in REQUIRED:
                if field not in found:
                    self._problem(field, "missing", "is required")
        if (
            found.get("order_type") == "limit"
            and found.get("price") is None
            and not any(problem.field == "price" for problem in self.problems)
        ):
            self._problem("price", "missing", "a limit order needs a price")
        if found.get("side") == CLOSE or "reduce_only" in found:
            self._check_reducing(found)
        return found

    def _check_reducing(self, found: dict[str, Any]) -> None:
        """What closes or reduces a position opens nothing that could be protected."""
        side = found.get("side")
        if side == CLOSE and found.get("order_type") == "limit":
            self._problem("order_type", "conflict", "a position is closed at the market")
        if found.get("reduce_only") and side == "buy":
            self._problem("reduce_only", "conflict", "a spot account has no short to reduce")
        if side == CLOSE or found.get("reduce_only"):
            for name in ("stop_loss", "take_profit"):
                if found.get(name) is not None:
                    self._problem(name, "conflict", "has no use where a position is closed")

    def _renamed(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Aliases become fields; what is neither is a problem."""
        values: dict[str, Any] = {}
        unknown = []
        for key, value in raw.items():
            field = ALIASES.get(key, key)
            if field not in _FIELD_SET:
                unknown.append(key)
                continue
            if field != key:
                self._notes.operations.append(("alias", field))
                self._keys[field] = key
            if field in values and not _same(values[field], value):
                self._problem(field, "conflict", "is given twice with different values")
            values[field] = value
        for key in unknown[:_MOST_UNKNOWN]:
            self.problems.append(Problem("other", "unknown", unknown_field(key), key))
        return values

    def _problem(self, field: str, kind: str, message: str) -> None:
        value = self._values.get(field)
        if isinstance(value, str) and (found := placeholder_in(value)):
            kind, message = "unfilled", f"holds {unfilled(found)}"
        self.problems.append(Problem(field, kind, message, self._keys.get(field, field)))

    def _symbol(self, field: str, value: object) -> str | None:
        if not isinstance(value, str):
            return self._no_text(field)
        found = self._symbols.find(value)
        if found is None:
            message = _SWAP if names_derivative(value) else _NO_MARKET
            self._problem(field, "unknown", message)
        elif found != value:
            self._notes.operations.append(("symbol", field))
        return found

    def _side(self, field: str, value: object) -> str | None:
        return self._choice(field, value, _SIDE.get, SIDES)

    def _order_type(self, field: str, value: object) -> str | None:
        return self._choice(field, value, _one_of(ORDER_TYPES), ORDER_TYPES)

    def _exchange(self, field: str, value: object) -> str | None:
        return self._choice(field, value, _one_of(self._exchanges), self._exchanges)

    def _choice(
        self,
        field: str,
        value: object,
        accept: Callable[[str], str | None],
        known: tuple[str, ...],
    ) -> str | None:
        if not isinstance(value, str):
            return self._no_text(field)
        if accept(value) == value:
            return value
        found = accept(value.strip().lower())
        if found is None:
            self._problem(field, "unknown", f"must be one of {', '.join(known)}")
        else:
            self._notes.operations.append(("case", field))
        return found

    def _positive(self, field: str, value: object) -> Decimal | None:
        figure = value if isinstance(value, Decimal) else self._figure(field, value)
        if figure is None:
            return None
        if not figure.is_finite():
            return self._not_finite(field)
        if not SMALLEST <= figure <= LARGEST:
            self._problem(field, "range", "must be greater than 0 and at most 10^12")
            return None
        return figure

    def _price(self, field: str, value: object) -> Decimal | None:
        """A market order has no use for a price, so it may as well be NaN."""
        figure = value if isinstance(value, Decimal) else self._figure(field, value)
        if figure is None or figure.is_finite() or self._is_limit():
            return None if figure is None else self._positive(field, figure)
        self._notes.replaced.append(field)
        return None

    def _is_limit(self) -> bool:
        order_type = self._values.get("order_type")
        return isinstance(order_type, str) and order_type.strip().lower() == "limit"

    def _confidence(self, field: str, value: object) -> Decimal | None:
        figure = value if isinstance(value, Decimal) else self._figure(field, value)
        if figure is None:
            return None
        if not figure.is_finite():
            return self._not_finite(field)
        if not 0 <= figure <= 1:
            self._problem(field, "range", "must lie between 0 and 1")
        return figure

    def _timestamp(self, field: str, value: object) -> float | None:
        if isinstance(value, Decimal) and 0 < (seconds := float(value)) < FIRST_MILLISECOND:
            return seconds  # as `moment` would, of what most webhooks say
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            self._problem(field, "type", _MOMENT)
            return None
        found = moment(value)
        if found is None:
            self._problem(field, "malformed" if isinstance(value, str) else "range", _MOMENT)
        elif isinstance(value, str) or not -FIRST_MILLISECOND < value < FIRST_MILLISECOND:
            self._notes.operations.append(("timestamp", field))
        return found

    def _source(self, field: str, value: object) -> str | None:
        if not isinstance(value, str):
            return self._no_text(field)
        if "{{" in value and placeholder_in(value):
            self._problem(field, "unfilled", "")
        return folded_source(value)

    def _identity(self, field: str, value: object) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value) if value.bit_length() <= _LONGEST_ID else "9" * _LONGEST_ID * 2
        if not isinstance(value, str):
            return self._no_text(field)
        if not 0 < len(value) <= _LONGEST_ID:
            self._problem(field, "range", f"must have 1 to {_LONGEST_ID} characters")
        elif value.isspace():
            self._problem(field, "range", "is blank: every such order would be the same one")
        elif "{{" in value and placeholder_in(value):
            self._problem(field, "unfilled", "")
        return value

    def _truth(self, field: str, value: object) -> bool | None:
        words = {"true": True, "false": False}
        found = value if isinstance(value, bool) else words.get(str(value).strip().lower())
        if found is None or not isinstance(value, bool | str):
            self._problem(field, "type", "must be true or false")
        return found

    def _passphrase(self, field: str, value: object) -> str | None:
        return value if isinstance(value, str) else self._no_text(field)

    def _no_text(self, field: str) -> str | None:
        self._problem(field, "type", "must be text")
        return None

    def _figure(self, field: str, value: object) -> Decimal | None:
        if isinstance(value, int) and not isinstance(value, bool):
            # Decimal(int) is quadratic in digits; past this it is out of range anyway.
            return Decimal(value) if value.bit_length() <= _LONGEST_ID else LARGEST * 10
        figure = number(value) if isinstance(value, str) else None
        if figure is None:
            self._problem(field, "malformed" if isinstance(value, str) else "type", _FIGURE)
        elif figure.is_finite():
            self._notes.operations.append(("number", field))
        return figure

    def _not_finite(self, field: str) -> Decimal | None:
        if field not in _NOT_FINITE:
            self._problem(field, "not_finite", "must be a finite number")
            return None
        self._notes.replaced.append(field)
        return _NOT_FINITE[field]

    # The method that reads each field.
    _METHODS: ClassVar[dict[str, Callable[["Reader", str, Any], Any]]] = {
        "symbol": _symbol,
        "side": _side,
        "order_type": _order_type,
        "quantity": _positive,
        "price": _price,
        "stop_loss": _positive,
        "take_profit": _positive,
        "atr": _positive,
        "confidence": _confidence,
        "timestamp": _timestamp,
        "source": _source,
        "id": _identity,
        "exchange": _exchange,
        "passphrase": _passphrase,
        "reduce_only": _truth,
        "dry_run": _truth,
    }


def _same(one: object, other: object) -> bool:
    """Whether two values are equal; lists and objects, which may be deep, never are."""
    return not isinstance(one, list | dict) and one == other


@functools.cache
def _one_of(known: tuple[str, ...]) -> Callable[[str], str | None]:
    return {name: name for name in known}.get
