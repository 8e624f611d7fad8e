"""A webhook's body → a `Signal`, or every problem it has."""

import json
from decimal import Decimal
from typing import Any

import msgspec

from target_app.execution.response_bodies import Problem, RefusalError
from target_app.execution.signals.fields import DEFAULT_SOURCE, Notes, Reader, folded_source
from target_app.execution.signals.json_mistakes import explained
from target_app.execution.signals.normalise import Symbols, decimal
from target_app.metric_labels import OTHER

_DECODE = msgspec.json.Decoder(float_hook=decimal).decode
_TEXT = msgspec.json.Decoder(str).decode
_SKIP = msgspec.json.Decoder(msgspec.Raw).decode
# A real webhook has a dozen keys; one with more is refused before each is read.
_MOST_KEYS = 64
_LONGEST_KEY = 128  # as shown in a problem
_LONGEST_CLAIM = 1024
_WRONG = (msgspec.DecodeError, RecursionError, ValueError)


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
    reduce_only: bool = False
    dry_run: bool = False


class Claim(msgspec.Struct):
    """What an unverified body says of its sender. The rest of it is passed over, not built."""

    source: msgspec.Raw = msgspec.Raw(b"null")
    passphrase: msgspec.Raw = msgspec.Raw(b"null")

    def source_label(self) -> str:
        """The `source`, out of the closed set."""
        text = _claimed_text(self.source)
        if text is not None:
            return folded_source(text)
        return DEFAULT_SOURCE if bytes(self.source) == b"null" else OTHER

    def given_passphrase(self) -> str | None:
        """The `passphrase`, if it is text."""
        return _claimed_text(self.passphrase)


# Of a body that claims nothing that can be read.
NO_CLAIM = Claim(source=msgspec.Raw(b"0"))
_CLAIM = msgspec.json.Decoder(Claim).decode


def decode(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`, decimals as Decimal. Raises RefusalError when it is none."""
    try:
        raw = _DECODE(body)
    except _WRONG as error:
        raise not_json(body, error) from None
    if not isinstance(raw, dict):
        raise _not_an_object(body)
    if len(raw) > _MOST_KEYS:
        message = f"has {len(raw)} keys, more than {_MOST_KEYS}"
        raise RefusalError(
            "validation", f"The body {message}.", problems=(_body("range", message),)
        )
    # Each key brings one colon, so equal counts mean that no key came twice.
    if body.count(b":") != len(raw):
        _refuse_twice(body)
    return raw


def claimed(body: bytes) -> Claim:
    """What an unverified body claims. Raises RefusalError when it is not a JSON object.

    Its cost is one pass over the bytes, whatever they hold.
    """
    try:
        return _CLAIM(body)
    except _WRONG:
        try:
            _SKIP(body)
        except _WRONG as error:
            raise not_json(body, error) from None
        raise _not_an_object(body) from None


def not_json(body: bytes, error: Exception) -> RefusalError:
    """The refusal of a body that a JSON reader refused with `error`."""
    message = explained(body, error)
    return RefusalError("not_json", f"The body {message}.", problems=(_body("malformed", message),))


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


def _claimed_text(raw: msgspec.Raw) -> str | None:
    text = bytes(raw)
    try:
        return _TEXT(text) if len(text) <= _LONGEST_CLAIM else None
    except _WRONG:
        return None


def _not_an_object(body: bytes) -> RefusalError:
    message = "must be a JSON object"
    if body.lstrip()[:1] == b'"':
        message += ", and is text; if the object stands in quotes, send it without them"
    elif body.lstrip()[:1] == b"[":
        message += ", and is a list; send each order by itself"
    return RefusalError("validation", f"The body {message}.", problems=(_body("type", message),))


def _body(kind: str, message: str) -> Problem:
    return Problem("body", kind, message)


def _refuse_twice(body: bytes) -> None:
    def pairs(items: list[tuple[str, object]]) -> None:
        seen: set[str] = set()
        for key, _ in items:
            if key in seen:
                message = f"has the key {key[:_LONGEST_KEY]!r} twice"
                raise RefusalError(
                    "validation", f"The body {message}.", problems=(_body("conflict", message),)
                )
            seen.add(key)

    try:
        json.loads(body, object_pairs_hook=pairs, parse_int=str, parse_float=str)
    except (RecursionError, UnicodeDecodeError, ValueError) as error:
        detail = "two JSON readers disagree on the body"
        raise RefusalError(
            "not_json", f"{detail}.", problems=(_body("malformed", detail),)
        ) from error
