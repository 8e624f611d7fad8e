"""An event with its envelope: who said it, when, because of what; to bytes and back.

Unknown fields pass, so that a newer producer does not break an older consumer. What cannot
be used raises MessageError with a reason from a closed set.
"""

import secrets
import time
from typing import Any, TypeVar

import msgspec

from target_app.services.messages.events import BY_NAME, BY_TYPE, Event, EventKind
from target_app.services.messages.numbers import unusable
from target_app.tracing import w3c_traceparent

MOST_BYTES = 65_536
# Clocks of one site differ by milliseconds; half a minute is a wrong clock, or a lie.
MOST_AHEAD_SECONDS = 30.0
REASONS = (
    "not_json", "too_large", "not_an_event", "unknown_type", "unknown_version", "invalid_fields",
    "wrong_stream", "from_the_future", "not_usable", "too_many_deliveries",
)  # fmt: skip
"""Why an event becomes a dead letter. The last two are the consumer's."""

_ENCODE = msgspec.json.Encoder().encode
_LONGEST_ID = 64
T = TypeVar("T")


class MessageError(Exception):
    """The message will never be of use. `reason` is one of REASONS."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


class _Wire(msgspec.Struct, kw_only=True):
    version: int
    type: str
    id: str
    time: float
    source: str = ""
    cause: str = ""
    trace: str = ""
    data: msgspec.Raw


_DECODE = msgspec.json.Decoder(_Wire).decode


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """An event, and what is true of any event.

    `time` is epoch seconds, `cause` the id of the event that led to this one, `trace` a W3C
    traceparent: its parent where a service that reads it makes spans.
    Source: https://www.w3.org/TR/trace-context/#traceparent-header
    """

    id: str
    time: float
    source: str
    event: Event
    cause: str = ""
    trace: str = ""

    @property
    def kind(self) -> EventKind:
        """Its row of the table of events."""
        return BY_TYPE[type(self.event)]


def new_id() -> str:
    """Twenty-six characters, in the order of time: exchanges take it as an order's id too."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(7)}"


def wrap(
    event: Event,
    source: str,
    *,
    because: Envelope | None = None,
    own_id: str = "",
    trace: str = "",
) -> Envelope:
    """The event as said now by `source`, because of another or out of itself.

    Without a `trace` of its own it goes on with that of its cause, as nobody records what is
    between, or begins one.
    """
    return Envelope(
        id=own_id or new_id(),
        time=time.time(),
        source=source,
        event=event,
        cause=because.id if because else "",
        trace=trace or (because.trace if because else "") or w3c_traceparent.new(),
    )


def encode(envelope: Envelope) -> bytes:
    """The bytes of an entry."""
    kind = envelope.kind
    return _ENCODE(
        _Wire(
            version=kind.version,
            type=kind.name,
            id=envelope.id,
            time=envelope.time,
            source=envelope.source,
            cause=envelope.cause,
            trace=envelope.trace,
            data=msgspec.Raw(_ENCODE(envelope.event)),
        )
    )


def decode(data: bytes, stream: str, *, now: float) -> Envelope:
    """The event in an entry of `stream`. Raises MessageError."""
    wire = _wire(data)
    kind = BY_NAME.get(wire.type)
    if kind is None:
        raise MessageError("unknown_type", repr(wire.type[:_LONGEST_ID]))
    if kind.stream != stream:
        raise MessageError("wrong_stream", f"{kind.name} belongs to {kind.stream}, not {stream}")
    if not 0 < len(wire.id) <= _LONGEST_ID:
        raise MessageError("not_an_event", f"the id has {len(wire.id)} characters, not 1 to 64")
    if wire.time > now + MOST_AHEAD_SECONDS:
        raise MessageError("from_the_future", f"{wire.time - now:.0f} s ahead of our clock")
    event = _event(kind, wire)
    wrong = unusable(event)
    if wrong:
        raise MessageError("invalid_fields", f"{kind.name}: {wrong}")
    return Envelope(
        id=wire.id,
        time=wire.time,
        source=wire.source,
        event=event,
        cause=wire.cause,
        # What is no trace is no reason to lose an event.
        trace=wire.trace if w3c_traceparent.read(wire.trace) else "",
    )


def _wire(data: bytes) -> _Wire:
    if len(data) > MOST_BYTES:
        raise MessageError("too_large", f"{len(data)} bytes; {MOST_BYTES} are read")
    try:
        return _DECODE(data)
    except msgspec.ValidationError as error:
        raise MessageError("not_an_event", str(error)) from None
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise MessageError("not_json", str(error)) from None


def _event(kind: EventKind, wire: _Wire) -> Event:
    if not 1 <= wire.version <= kind.version:
        known = " and ".join(map(str, range(1, kind.version + 1)))
        raise MessageError("unknown_version", f"{kind.name} {wire.version}; we read {known}")
    try:
        if wire.version == kind.version:
            return msgspec.json.decode(wire.data, type=kind.fields)
        fields: dict[str, Any] = msgspec.json.decode(wire.data, type=dict)
        for version in range(wire.version, kind.version):
            fields = kind.upgrades[version](fields)
        return msgspec.convert(fields, kind.fields)
    except (msgspec.DecodeError, RecursionError, ValueError, TypeError) as error:
        raise MessageError("invalid_fields", f"{kind.name}: {error}") from None
