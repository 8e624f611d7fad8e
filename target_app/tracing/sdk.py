"""Spans by OpenTelemetry's SDK. Only `open_tracer` imports this, where traces are on."""

import os
import socket
import threading
from types import TracebackType
from typing import Self

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, TraceState

from target_app.tracing import w3c_traceparent
from target_app.tracing.otlp_export import SpanSender
from target_app.tracing.settings import TraceSettings
from target_app.tracing.spans import CURRENT, Attributes, Span, SpanKind

# A service's end waits so long for the collector, which may be away.
_CLOSE_SECONDS = 3.0
# What the standard wants to be passed on at least; a longer tracestate is left out.
_LONGEST_STATE = 512
_KINDS = {kind: trace.SpanKind[kind.value] for kind in SpanKind}
_ROOT = Context()  # without a parent


def tracer(service: str, settings: TraceSettings) -> "SdkTracer":
    """The tracer of a service, whose spans go to the settings' endpoint."""
    return SdkTracer(service, settings)


class SdkTracer:
    """Implements `Tracer`."""

    def __init__(self, service: str, settings: TraceSettings) -> None:
        self.reads_headers = settings.reads_headers
        own = {
            "service.name": service,
            "service.instance.id": f"{socket.gethostname()}:{os.getpid()}",
        }
        # What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say wins.
        resource = Resource.create().merge(Resource(own)).merge(OTELResourceDetector().detect())
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._sender = SpanSender(settings.endpoint)
        self._provider.add_span_processor(self._sender.processor)
        self._tracer = self._provider.get_tracer("observability-toolkit")

    def span(
        self,
        name: str,
        kind: SpanKind,
        *,
        parent: str = "",
        state: str = "",
        attributes: Attributes | None = None,
    ) -> Span:
        """See `Tracer`."""
        if not parent:
            there = CURRENT.get()
            if there is not None:
                return there.child(name, kind, attributes or {})
        context = _remote(parent, state)
        return SdkSpan(
            self._tracer,
            self._tracer.start_span(name, context, _KINDS[kind], attributes=attributes),
        )

    def close(self) -> None:
        """See `Tracer`."""
        sending = threading.Thread(target=self._provider.shutdown, daemon=True)
        sending.start()
        sending.join(_CLOSE_SECONDS)
        if sending.is_alive():
            self._sender.give_up()


class SdkSpan:
    """Implements `Span`."""

    __slots__ = ("_is_judged", "_span", "_token", "_tracer", "is_sampled", "span_id", "trace_id")

    def __init__(self, tracer: trace.Tracer, span: trace.Span, trace_id: str = "") -> None:
        self._tracer, self._span = tracer, span
        context = span.get_span_context()
        self.trace_id = trace_id or f"{context.trace_id:032x}"
        self.span_id = f"{context.span_id:016x}"
        self.is_sampled = context.trace_flags.sampled
        self._is_judged = False

    @property
    def traceparent(self) -> str:
        """See `Span`."""
        flags = self._span.get_span_context().trace_flags
        return f"00-{self.trace_id}-{self.span_id}-{flags:02x}"

    @property
    def tracestate(self) -> str:
        """See `Span`."""
        return self._span.get_span_context().trace_state.to_header()

    def child(self, name: str, kind: SpanKind, attributes: Attributes | None = None) -> Span:
        """See `Span`. No sampler keeps a span of this process below one that it did not keep."""
        if not self.is_sampled:
            return UnkeptSpan(self)
        context = trace.set_span_in_context(self._span, _ROOT)
        return SdkSpan(
            self._tracer,
            self._tracer.start_span(name, context, _KINDS[kind], attributes=attributes),
            self.trace_id,
        )

    def rename(self, name: str) -> None:
        """See `Span`."""
        self._span.update_name(name)

    def add(self, attributes: Attributes) -> None:
        """See `Span`."""
        self._span.set_attributes(attributes)

    def judge(self, failure: str) -> None:
        """See `Span`."""
        self._is_judged = True
        if failure:
            self._span.set_attribute("error.type", failure)
            self._span.set_status(trace.StatusCode.ERROR)

    def end(self) -> None:
        """See `Span`."""
        self._span.end()

    def __enter__(self) -> Self:
        """See `Span`."""
        self._token = CURRENT.set(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """See `Span`."""
        CURRENT.reset(self._token)
        if kind is not None and not self._is_judged:
            self.judge(kind.__name__)
        self._span.end()


class UnkeptSpan:
    """Implements `Span`, below one that nobody keeps: it is not made, and tells its parent."""

    __slots__ = ("_parent", "is_sampled", "span_id", "trace_id")

    def __init__(self, parent: SdkSpan) -> None:
        self._parent, self.is_sampled = parent, False
        self.trace_id, self.span_id = parent.trace_id, parent.span_id

    @property
    def traceparent(self) -> str:
        """See `Span`."""
        return self._parent.traceparent

    @property
    def tracestate(self) -> str:
        """See `Span`."""
        return self._parent.tracestate

    def child(self, _name: str, _kind: SpanKind, _attributes: Attributes | None = None) -> Span:
        """See `Span`."""
        return self

    def rename(self, name: str) -> None:
        """See `Span`."""

    def add(self, attributes: Attributes) -> None:
        """See `Span`."""

    def judge(self, failure: str) -> None:
        """See `Span`."""

    def end(self) -> None:
        """See `Span`."""

    def __enter__(self) -> Self:
        """See `Span`. Its parent is current, and says the same."""
        return self

    def __exit__(self, *_error: object) -> None:
        """See `Span`."""


def _remote(text: str, state: str) -> Context:
    """The context of a span elsewhere; none where the traceparent cannot be read."""
    parent = w3c_traceparent.read(text)
    if parent is None:
        return _ROOT
    context = SpanContext(
        trace_id=parent.trace_id,
        span_id=parent.span_id,
        is_remote=True,
        trace_flags=TraceFlags(parent.flags),
        trace_state=(
            TraceState.from_header([state]) if state and len(state) <= _LONGEST_STATE else None
        ),
    )
    return trace.set_span_in_context(NonRecordingSpan(context), _ROOT)
