"""The span that is being worked on, and what code asks of it. Nothing of OpenTelemetry.

Where traces are off there is never a current span, and asking for one is a look at a context
variable. A span belongs to the task that entered it, and to the tasks that this one starts.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

Attributes = Mapping[str, str | int | float | bool]
_NONE: Attributes = {}


class SpanKind(StrEnum):
    """A span's side of a call or of a message.

    Source: https://opentelemetry.io/docs/specs/otel/trace/api/#spankind
    """

    INTERNAL = "INTERNAL"
    SERVER = "SERVER"
    CLIENT = "CLIENT"
    PRODUCER = "PRODUCER"
    CONSUMER = "CONSUMER"


class Span(Protocol):
    """A piece of work. As a context manager it is current within, and ends after."""

    trace_id: str
    """32 hexadecimal digits."""
    span_id: str
    """16 hexadecimal digits."""
    is_sampled: bool

    @property
    def traceparent(self) -> str:
        """What its children elsewhere are told."""

    @property
    def tracestate(self) -> str:
        """What other vendors add to it; empty where none does."""

    def child(self, name: str, kind: SpanKind, attributes: Attributes = _NONE) -> "Span":
        """A span below this one, which has begun."""

    def rename(self, name: str) -> None:
        """Call it otherwise: a route is known only after the routing."""

    def add(self, attributes: Attributes) -> None:
        """Say more about it."""

    def judge(self, failure: str) -> None:
        """Say that it failed, and by what; or, by an empty word, that an exception is none."""

    def end(self) -> None:
        """It is over."""

    def __enter__(self) -> Self:
        """It is current from here on."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """It is over, and no longer current; an exception is a failure unless it was judged."""


class Tracer(Protocol):
    """Makes the spans of one service."""

    reads_headers: bool
    """Whether a trace that a client began is gone on with."""

    def span(
        self,
        name: str,
        kind: SpanKind,
        *,
        parent: str = "",
        state: str = "",
        attributes: Attributes = _NONE,
    ) -> Span:
        """A span that has begun: below `parent`, a traceparent; else below the current one.

        Where neither is, or `parent` cannot be read, it begins a trace. `state` is a tracestate.
        """

    def close(self) -> None:
        """Send what is left, as far as that is done within seconds. Blocks."""


CURRENT: ContextVar[Span | None] = ContextVar("span", default=None)
"""The span that is being worked on, where there is one."""


class _Off:
    """Stands in for a child where no span is current."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_error: object) -> None:
        return None


_OFF = _Off()


def child(name: str, kind: SpanKind = SpanKind.INTERNAL) -> Span | _Off:
    """A span below the current one, for `with`; it gives None where there is none."""
    span = CURRENT.get()
    return _OFF if span is None else span.child(name, kind)


class current:  # noqa: N801 - a context manager reads like a function, as in contextlib
    """Within, `span` is the current one; it does not end after."""

    def __init__(self, span: Span | None) -> None:
        self._span = span

    def __enter__(self) -> None:
        self._token = CURRENT.set(self._span)

    def __exit__(self, *_error: object) -> None:
        CURRENT.reset(self._token)


def exemplar() -> dict[str, str] | None:
    """The exemplar of what is measured now; None where nobody keeps its trace.

    Source: https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
    """
    span = CURRENT.get()
    return {"trace_id": span.trace_id} if span is not None and span.is_sampled else None


def log_fields() -> dict[str, str]:
    """What a log line says of the trace that it belongs to.

    Source: https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/
    """
    span = CURRENT.get()
    return {} if span is None else {"trace_id": span.trace_id, "span_id": span.span_id}
