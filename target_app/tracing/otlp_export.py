"""Sends spans to a collector by OTLP over HTTP, in a thread of its own that holds up nobody.

A collector that is away or slow costs spans, never an order; it is said once, and once more
when it takes them again.
"""

import logging
from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

_LOG = logging.getLogger(__name__)
# Of the SDK, which says the same of each batch and of each span.
_EXPORTERS_LOG = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
_QUEUES_LOG = "opentelemetry.sdk._shared_internal"


class SpanSender:
    """The way of one service's spans to the collector at `endpoint`."""

    def __init__(self, endpoint: str) -> None:
        self._exporter = _Exporter(OTLPSpanExporter(endpoint=endpoint), endpoint)
        self.processor = BatchSpanProcessor(self._exporter)
        _quiet(_EXPORTERS_LOG, _LastLine())
        _quiet(_QUEUES_LOG, _FullQueue())

    def give_up(self) -> None:
        """Stop trying."""
        self._exporter.shutdown()


class _Exporter(SpanExporter):
    """Counts what the collector did not take."""

    def __init__(self, inner: SpanExporter, endpoint: str) -> None:
        self._inner, self._endpoint = inner, endpoint
        self._lost = 0
        self._is_ended = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send some spans; blocks for OTEL_EXPORTER_OTLP_TIMEOUT at most."""
        result = self._inner.export(spans)
        if result is SpanExportResult.SUCCESS:
            if self._lost:
                _LOG.info("%s takes spans again; %d were lost", self._endpoint, self._lost)
            self._lost = 0
        else:
            if not self._lost:
                why = _last_line()
                _LOG.warning("%s takes no spans, and they are lost: %s", self._endpoint, why)
            self._lost += len(spans)
        return result

    def shutdown(self) -> None:
        """End."""
        if not self._is_ended:
            self._is_ended = True
            self._inner.shutdown()


class _LastLine(logging.Filter):
    """Keeps what the exporter would say, and lets it say nothing."""

    last = ""

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop it."""
        self.last = record.getMessage()
        return False


class _FullQueue(logging.Filter):
    """Lets the queue say once that it is full, in our words."""

    is_told = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it is the first."""
        if "Queue full" not in record.msg:
            return True
        is_first, self.is_told = not self.is_told, True
        record.msg, record.args = (
            "spans are lost: they come faster than the collector takes them",
            None,
        )
        return is_first


def _quiet(name: str, quiet: logging.Filter) -> None:
    """Have the SDK's logger filtered by `quiet`, in place of an earlier tracer's filter."""
    logger = logging.getLogger(name)
    for each in logger.filters[:]:
        if isinstance(each, type(quiet)):
            logger.removeFilter(each)
    logger.addFilter(quiet)


def _last_line() -> str:
    filters = logging.getLogger(_EXPORTERS_LOG).filters
    return next((each.last for each in filters if isinstance(each, _LastLine)), "")
