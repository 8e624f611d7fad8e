"""A webhook's body → a `Signal`, or every problem it has.

Knows what the fields mean; what a market can take is `normalise` and `sizing`.
"""

import difflib
import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from target_app import catalogue as m
from target_app.execution.answers import Problem, RefusalError
from target_app.execution.normalise import LARGEST, SMALLEST, Symbols, moment, number

_DECODE = msgspec.json.Decoder(float_hook=Decimal).decode
_PEEK = msgspec.json.Decoder(dict[str, Any]).decode
# The names that TradingView's examples and other bots use → ours.
ALIASES = {
    "action": "side",
    "ticker": "symbol",
    "type": "order_type",
    "qty": "quantity",
    "contracts": "quantity",
    "time": "timestamp",
}
FIELDS = (
    "symbol", "side", "order_type", "quantity", "price", "stop_loss", "take_profit", "atr",
    "confidence", "timestamp", "source", "id", "exchange", "passphrase",
)  # fmt: skip
_KNOWN = frozenset((*FIELDS, *ALIASES))
_SQUASHED = {name.replace("_", ""): name for name in sorted(_KNOWN)}
# A real webhook has a dozen keys; one with more is refused before each is looked at.
_MOST_KEYS = 64
_LONGEST_ID = 128
_LONGEST_KEY = 40  # of those that may be a misspelt field
# How alike an unknown key must be to a field to count as a misspelling of it.
_TYPO = 0.8
SIDES = ("buy", "sell")
ORDER_TYPES = ("market", "limit")
_SIDE = {"buy": "buy", "sell": "sell", "long": "buy", "short": "sell"}
# NaN and Infinity mean "no value" where the service can do without one; no confidence is
# none at all. Where neither is safe (a limit order's `price`, `timestamp`) it is refused.
NOT_FINITE: dict[str, Decimal | None] = {
    "quantity": None,
    "stop_loss": None,
    "take_profit": None,
    "atr": None,
    "confidence": Decimal(0),
}


@dataclass(slots=True, kw_only=True)
class Signal:
    """What a webhook asks for, in the service's own words. Not changed after `read`."""

    symbol: str
    side: str
    order_type: str
    quantity: Decimal | None
    price: Decimal | None
    stop_loss: Decimal | None
    take_profit: Decimal | None
    atr: Decimal | None
    confidence: Decimal
    timestamp: float
    source: str
    id: str | None
    exchange: str


class Notes:
    """What was rewritten while reading, for the metrics: pairs of (operation, field)."""

    __slots__ = ("operations", "replaced")

    def __init__(self) -> None:
        self.operations: list[tuple[str, str]] = []
        self.replaced: list[str] = []


def decode(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`, decimals as Decimal. Raises RefusalError when it is none."""
    try:
        raw = _DECODE(body)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        detail = str(error) if isinstance(error, msgspec.DecodeError) else "too deep or too long"
        raise RefusalError(
            "not_json", f"{detail}.", problems=(_body("malformed", detail),)
        ) from None
    if not isinstance(raw, dict):
        message = "must be a JSON object"
        raise RefusalError("validation", f"The body {message}.", problems=(_body("type", message),))
    # Each key brings one colon, so equal counts mean that no key came twice.
    if body.count(b":") != len(raw):
        _refuse_twice(body)
    if len(raw) > _MOST_KEYS:
        message = f"has {len(raw)} keys, more than {_MOST_KEYS}"
        raise RefusalError(
            "validation", f"The body {message}.", problems=(_body("range", message),)
        )
    return raw


def claimed_source(body: bytes) -> str:
    """The `source` that an unverified body claims, out of the closed set."""
    try:
        return source_of(_PEEK(body))
    except (msgspec.DecodeError, RecursionError, ValueError):
        return "other"


def source_of(raw: dict[str, Any]) -> str:
    """The `source` of a decoded body, out of the closed set."""
    source = raw.get("source")
    if source is None:
        return "tradingview"
    return m.SOURCE.fold(source.strip().lower()) if isinstance(source, str) else "other"


def read(raw: dict[str, Any], symbols: Symbols, exchanges: tuple[str, ...], notes: Notes) -> Signal:
    """The signal in `raw`. Raises RefusalError(`validation`) with every problem at once."""
    reader = _Reader(raw, notes)
    values = reader.values
    signal = Signal(
        symbol=reader.symbol(symbols),
        side=reader.choice("side", _SIDE.get, SIDES, required=True),
        order_type=reader.choice("order_type", _one_of(ORDER_TYPES), ORDER_TYPES, "market"),
        quantity=reader.decimal("quantity"),
        price=reader.price(),
        stop_loss=reader.decimal("stop_loss"),
        take_profit=reader.decimal("take_profit"),
        atr=reader.decimal("atr"),
        confidence=reader.confidence(),
        timestamp=reader.timestamp(),
        source=reader.source(),
        id=reader.identity(),
        exchange=reader.choice("exchange", _one_of(exchanges), exchanges, ""),
    )
    if signal.order_type == "limit" and signal.price is None and not reader.has_problem("price"):
        reader.problem("price", "missing", "a limit order needs a price")
    if "passphrase" in values and not isinstance(values["passphrase"], str):
        reader.problem("passphrase", "type", "must be text")
    if reader.problems:
        fields = ", ".join(sorted({p.field for p in reader.problems}))
        raise RefusalError("validation", f"Problems with: {fields}.", problems=reader.problems)
    return signal


class _Reader:
    """One pass over a payload; problems gather, nothing is raised."""

    __slots__ = ("_notes", "keys", "problems", "values")

    def __init__(self, raw: dict[str, Any], notes: Notes) -> None:
        self._notes = notes
        self.problems: list[Problem] = []
        self.values = raw
        self.keys: dict[str, str] = {}
        if not raw.keys() <= _FIELD_SET:
            self._rename(raw)

    def _rename(self, raw: dict[str, Any]) -> None:
        """Aliases become fields; a likely misspelling of a field is a problem."""
        values: dict[str, Any] = {}
        for key, value in raw.items():
            field = ALIASES.get(key, key)
            if field not in _FIELD_SET:
                guess = _misspelt(key) if len(key) <= _LONGEST_KEY else None
                if guess:
                    self.problems.append(
                        Problem("other", "unknown", f"unknown field; did you mean {guess!r}?", key)
                    )
                continue
            if field is not key and field != key:
                self._notes.operations.append(("alias", field))
                self.keys[field] = key
            if field in values and values[field] != value:
                self.problem(field, "conflict", "is given twice with different values")
            values[field] = value
        self.values = values

    def problem(self, field: str, kind: str, message: str) -> None:
        self.problems.append(Problem(field, kind, message, self.keys.get(field, field)))

    def has_problem(self, field: str) -> bool:
        return any(p.field == field for p in self.problems)

    def symbol(self, symbols: Symbols) -> str:
        given = self._text("symbol")
        if given is None:
            return ""
        found = symbols.find(given)
        if found is None:
            self.problem("symbol", "unknown", "is no market that is traded here")
            return ""
        if found != given:
            self._notes.operations.append(("symbol", "symbol"))
        return found

    def choice(
        self,
        field: str,
        accept: Callable[[str], str | None],
        known: tuple[str, ...],
        default: str = "",
        *,
        required: bool = False,
    ) -> str:
        value = self.values.get(field)
        if isinstance(value, str) and accept(value) == value:
            return value
        if value is None and not required:
            return default
        given = self._text(field)
        if given is None:
            return ""
        found = accept(given.strip().lower())
        if found is None:
            self.problem(field, "unknown", f"must be one of {', '.join(known)}")
            return ""
        self._notes.operations.append(("case", field))
        return found

    def decimal(self, field: str, *, optional: bool = False) -> Decimal | None:
        value = self.values.get(field)
        if value is None:
            return None
        figure = value if isinstance(value, Decimal) else self._figure(field, value)
        if figure is None:
            return None
        if not figure.is_finite():
            if optional:
                self._notes.replaced.append(field)
                return None
            return self._not_finite(field)
        if not SMALLEST <= figure <= LARGEST:
            self.problem(field, "range", "must be greater than 0 and at most 10^12")
            return None
        return figure

    def price(self) -> Decimal | None:
        """A market order has no use for a price, so it may as well be NaN."""
        order_type = self.values.get("order_type")
        is_limit = isinstance(order_type, str) and order_type.strip().lower() == "limit"
        return self.decimal("price", optional=not is_limit)

    def confidence(self) -> Decimal:
        value = self.values.get("confidence")
        if value is None:
            return Decimal(1)
        figure = self._figure("confidence", value)
        if figure is None:
            return Decimal(0)
        if not figure.is_finite():
            return self._not_finite("confidence") or Decimal(0)
        if not 0 <= figure <= 1:
            self.problem("confidence", "range", "must lie between 0 and 1")
        return figure

    def timestamp(self) -> float:
        value = self.values.get("timestamp")
        if value is None:
            self.problem("timestamp", "missing", "is required")
            return 0.0
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            self.problem("timestamp", "type", "must be epoch seconds, milliseconds or ISO 8601")
            return 0.0
        found = moment(value)
        if found is None:
            kind = "malformed" if isinstance(value, str) else "range"
            self.problem("timestamp", kind, "must be epoch seconds, milliseconds or ISO 8601")
            return 0.0
        if isinstance(value, str) or float(value) != found:
            self._notes.operations.append(("timestamp", "timestamp"))
        return found

    def source(self) -> str:
        if self.values.get("source") is not None:
            self._text("source")  # notes a problem when it is no text
        return source_of(self.values)

    def identity(self) -> str | None:
        value = self.values.get("id")
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value) if value.bit_length() <= _LONGEST_ID else "9" * _LONGEST_ID * 2
        if not isinstance(value, str):
            self.problem("id", "type", "must be text")
            return None
        if not 0 < len(value) <= _LONGEST_ID:
            self.problem("id", "range", f"must have 1 to {_LONGEST_ID} characters")
            return None
        return value

    def _text(self, field: str) -> str | None:
        value = self.values.get(field)
        if value is None:
            self.problem(field, "missing", "is required")
            return None
        if not isinstance(value, str):
            self.problem(field, "type", "must be text")
            return None
        return value

    def _figure(self, field: str, value: object) -> Decimal | None:
        if isinstance(value, Decimal):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            # Decimal(int) is quadratic in digits; past this it is out of range anyway.
            return Decimal(value) if value.bit_length() <= _LONGEST_ID else LARGEST * 10
        if not isinstance(value, str):
            self.problem(field, "type", "must be a number, or text that is one")
            return None
        figure = number(value)
        if figure is None:
            self.problem(field, "malformed", "must be a number, or text that is one")
        elif figure.is_finite():
            self._notes.operations.append(("number", field))
        return figure

    def _not_finite(self, field: str) -> Decimal | None:
        if field not in NOT_FINITE:
            self.problem(field, "not_finite", "must be a finite number")
            return None
        self._notes.replaced.append(field)
        return NOT_FINITE[field]


_FIELD_SET = frozenset(FIELDS)


def _body(kind: str, message: str) -> Problem:
    return Problem("body", kind, message)


def _refuse_twice(body: bytes) -> None:
    def pairs(items: list[tuple[str, object]]) -> None:
        keys = [key for key, _ in items]
        twice = sorted({key[:_LONGEST_ID] for key in keys if keys.count(key) > 1})
        if twice:
            message = f"has the key {twice[0]!r} twice"
            raise RefusalError(
                "validation", f"The body {message}.", problems=(_body("conflict", message),)
            )

    try:
        json.loads(body, object_pairs_hook=pairs, parse_int=str, parse_float=str)
    except (RecursionError, UnicodeDecodeError, ValueError) as error:
        detail = "two JSON readers disagree on the body"
        raise RefusalError(
            "not_json", f"{detail}.", problems=(_body("malformed", detail),)
        ) from error


@functools.lru_cache(maxsize=1024)
def _misspelt(key: str) -> str | None:
    squashed = key.lower().replace("_", "").replace("-", "").replace(" ", "")
    if squashed in _SQUASHED:
        return _SQUASHED[squashed]
    near = difflib.get_close_matches(squashed, _SQUASHED, n=1, cutoff=_TYPO)
    return _SQUASHED[near[0]] if near else None


@functools.cache
def _one_of(known: tuple[str, ...]) -> Callable[[str], str | None]:
    return {name: name for name in known}.get
