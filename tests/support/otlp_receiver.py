"""A collector as the protocol has it: OTLP over HTTP, decoded by OpenTelemetry's own classes."""

import gzip
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as ProtoSpan
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from tests.support.http_server import serving
from tests.support.wait_until import eventually


@dataclass(frozen=True, slots=True)
class ReceivedSpan:
    """A span as it came. `parent_id` is empty where it has no parent."""

    service: str
    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    state: str
    attributes: Mapping[str, object]
    is_error: bool
    seconds: float


class OtlpReceiver:
    """What came so far. While `status` is not 200 it takes nothing; `hold` lets it not answer."""

    def __init__(self) -> None:
        self.spans: list[ReceivedSpan] = []
        self.paths: set[str] = set()
        self.refused = 0
        self.status = 200
        self.answers = threading.Event()
        self.answers.set()
        self.holding = threading.Event()  # set once a request waits for its answer
        self.url = ""

    def named(self, name: str, service: str = "") -> list[ReceivedSpan]:
        """The spans of that name, of a service where one is given."""
        spans = list(self.spans)
        return [x for x in spans if x.name == name and service in {"", x.service}]

    def one(self, name: str, service: str = "") -> ReceivedSpan:
        """The only span of that name, once it has come."""
        self.wait_for(lambda: bool(self.named(name, service)), f"a span {name!r}")
        (found,) = self.named(name, service)
        return found

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until a condition on what came holds."""
        try:
            eventually(condition, what)
        except AssertionError as error:
            came = [(x.service, x.name) for x in self.spans]
            raise AssertionError(f"{error}; what came: {came}") from None

    def take(self, path: str, body: bytes) -> None:
        """Take one request. Raises DecodeError for what is not OTLP."""
        self.paths.add(path)
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            own = _attributes(resource.resource.attributes)
            for scope in resource.scope_spans:
                self.spans += [_span(str(own["service.name"]), span) for span in scope.spans]


@contextmanager
def otlp_receiver() -> Iterator[OtlpReceiver]:
    """One that listens."""
    receiver = OtlpReceiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not receiver.answers.is_set():
                receiver.holding.set()
                receiver.answers.wait()
            if receiver.status == 200:
                assert self.headers["Content-Type"] == "application/x-protobuf"
                is_small = self.headers.get("Content-Encoding") == "gzip"
                receiver.take(self.path, gzip.decompress(body) if is_small else body)
            else:
                receiver.refused += 1
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(receiver.status)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with serving(Handler) as receiver.url:
        try:
            yield receiver
        finally:
            receiver.answers.set()


def _span(service: str, span: ProtoSpan) -> ReceivedSpan:
    return ReceivedSpan(
        service=service,
        name=span.name,
        kind=ProtoSpan.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        state=span.trace_state,
        attributes=_attributes(span.attributes),
        is_error=span.status.code == Status.STATUS_CODE_ERROR,
        seconds=(span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
    )


def _attributes(pairs: object) -> dict[str, object]:
    found: dict[str, object] = {}
    for pair in pairs:  # type: ignore[attr-defined]  # a repeated field has no public type
        value: AnyValue = pair.value
        found[pair.key] = getattr(value, value.WhichOneof("value") or "string_value")
    return found
