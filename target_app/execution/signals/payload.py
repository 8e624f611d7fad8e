"""A webhook's body → a `Signal`, or every problem it has."""

import json
from decimal import Decimal
from typing import Any

import msgspec

from target_app.catalogue import OTHER
from target_app.execution.answers import Problem, RefusalError
from target_app.execution.signals.fields import DEFAULT_SOURCE, Notes, Reader, folded_source
from target_app.execution.signals.normalise import Symbols

_DECODE = msgspec.json.Decoder(float_hook=Decimal).decode
_PEEK = msgspec.json.Decoder(dict[str, Any]).decode
# A real webhook has a dozen keys; one with more is refused before each is read.
_MOST_KEYS = 64
_LONGEST_KEY = 128  # as shown in a problem


class Signal(msgspec.Struct, kw_only=True):
    """What a webhook asks for, in the service's own words. Not changed after `read`."""

    symbol: str
    side: str
    timestamp: float
    order_type: str = "market"
    quantity: Decimal | None = None
    price: Decimal | None = None
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None
    atr: Decimal | None = None
    confidence: Decimal = Decimal(1)
    source: str = DEFAULT_SOURCE
    id: str | None = None
    exchange: str = ""


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
        return OTHER


def source_of(raw: dict[str, Any]) -> str:
    """The `source` of a decoded body, out of the closed set."""
    source = raw.get("source")
    if source is None:
        return DEFAULT_SOURCE
    return folded_source(source) if isinstance(source, str) else OTHER


def read(raw: dict[str, Any], symbols: Symbols, exchanges: tuple[str, ...], notes: Notes) -> Signal:
    """The signal in `raw`. Raises RefusalError(`validation`) with every problem at once."""
    reader = Reader(raw, symbols, exchanges, notes)
    found = reader.read()
    if reader.problems:
        fields = ", ".join(sorted({problem.field for problem in reader.problems}))
        raise RefusalError("validation", f"Problems with: {fields}.", problems=reader.problems)
    found.pop("passphrase", None)  # it has served its purpose
    return Signal(**found)


def _body(kind: str, message: str) -> Problem:
    return Problem("body", kind, message)


def _refuse_twice(body: bytes) -> None:
    def pairs(items: list[tuple[str, object]]) -> None:
        keys = [key for key, _ in items]
        twice = sorted({key[:_LONGEST_KEY] for key in keys if keys.count(key) > 1})
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
