"""HTTP and traces: each request that an application gets is a span, of the client's trace or new.

An address that is asked all the time and tells nothing of an order is left out.
"""

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

from target_app.tracing.spans import CURRENT, Span, SpanKind, Tracer

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

UNTRACED = frozenset({"/health", "/ready", "/metrics"})
_METHODS = {x: (x, x) for x in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")}
_LONGEST_PATH = 256
_SERVERS_FAULT = 500


class TracedApplication:
    """An ASGI application whose requests are spans. `paths` are routes that it has by itself.

    Names and attributes are those of OpenTelemetry's conventions.
    Source: https://opentelemetry.io/docs/specs/semconv/http/http-spans/
    """

    def __init__(self, app: Application, tracer: Tracer, paths: Collection[str] = ()) -> None:
        self._app, self._tracer, self._paths = app, tracer, frozenset(paths)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One ASGI connection."""
        if scope["type"] != "http" or scope["path"] in UNTRACED:
            await self._app(scope, receive, send)
            return
        parent, state = _context(scope["headers"]) if self._tracer.reads_headers else ("", "")
        # A client's word is no name: any number of them would come.
        name, method = _METHODS.get(scope["method"], ("HTTP", "_OTHER"))
        span = self._tracer.span(
            name,
            SpanKind.SERVER,
            parent=parent,
            state=state,
            attributes={
                "http.request.method": method,
                "url.path": scope["path"][:_LONGEST_PATH],
            },
        )

        async def observed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _answered(span, message["status"])
            await send(message)

        with span:
            try:
                await self._app(scope, receive, observed)
            finally:
                route = scope["path"] if scope["path"] in self._paths else _route(scope)
                if route:
                    span.rename(f"{name} {route}")
                    span.add({"http.route": route})


def with_context(headers: dict[str, str]) -> dict[str, str]:
    """The headers of a request that is sent now, with the trace that it belongs to."""
    span = CURRENT.get()
    if span is None:
        return headers
    state = span.tracestate
    return {**headers, "traceparent": span.traceparent, **({"tracestate": state} if state else {})}


def _answered(span: Span, status: int) -> None:
    span.add({"http.response.status_code": status})
    if status >= _SERVERS_FAULT:
        span.judge(str(status))


def _context(headers: list[tuple[bytes, bytes]]) -> tuple[str, str]:
    """The traceparent and the tracestate of a request; nothing where it has several parents."""
    parents = [value for name, value in headers if name == b"traceparent"]
    if len(parents) != 1:
        return "", ""
    states = [value for name, value in headers if name == b"tracestate"]
    return parents[0].decode("latin-1"), b",".join(states).decode("latin-1")


def _route(scope: Message) -> str:
    """The route that the application found, with its parameters' names; empty where it has none."""
    # Without the converters of names, such as the `:path` of one that may hold slashes.
    route = getattr(scope.get("route"), "path_format", "")
    if route or "endpoint" not in scope:
        return str(route)
    names = {str(value): f"{{{name}}}" for name, value in scope.get("path_params", {}).items()}
    return "/".join(names.get(part, part) for part in scope["path"].split("/"))
