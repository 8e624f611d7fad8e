"""The bot's port: `/metrics` for Prometheus, `/ready`, and what else is mounted on it.

A server of the standard library in threads of its own: the trading loop never waits for it.
"""

import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from toolkit.errors import ConfigurationError

_LONGEST_BODY = 65_536
Answer = tuple[int, str, bytes]
"""Status, content type, body."""
Handler = Callable[[str, str, "str", bytes], Answer | None]
"""Method, path, Authorization header, body → the answer; None where it is not its path."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 32


class _Request(BaseHTTPRequestHandler):
    """One request; what it is answered comes from `answer`."""

    protocol_version = "HTTP/1.1"
    timeout = 30  # a client that sends nothing does not keep its thread
    answer: "Callable[[str, str, Any, bytes], Answer]"

    def _respond(self) -> None:
        size = _size(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(min(size, _LONGEST_BODY + 1))
        status, kind, data = self.answer(self.command, self.path, self.headers, body)
        if len(body) < size:
            self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_HEAD = do_POST = do_DELETE = _respond  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        """Scrapes are not logged."""


def _size(length: str) -> int:
    """How long a body is; what has more digits than int() takes is too long in any case."""
    if not length.isdecimal():
        return 0
    return int(length) if len(length) <= len(str(_LONGEST_BODY)) else _LONGEST_BODY + 1


def _handler(answer: "Callable[[str, str, Any, bytes], Answer]") -> type[_Request]:
    """The class that the library makes an object of for each connection."""
    return type("Request", (_Request,), {"answer": staticmethod(answer)})


class SessionHttpServer:
    """Listens from the start. Raises ConfigurationError where the address cannot be had.

    `/ready` answers 503 with the words of `why_not`, and 200 where it has none.
    """

    def __init__(
        self,
        host: str,
        port: int,
        registry: CollectorRegistry,
        why_not: Callable[[], str] = lambda: "",
    ) -> None:
        self._registry, self._why_not = registry, why_not
        self._mounted: list[Handler] = []
        try:
            self._server = _Server((host, port), _handler(self.answer))
        except OSError as error:
            raise ConfigurationError(
                f"prometheus_port: {host}:{port} cannot be had: {error.strerror}.",
                fix="choose another port; 0 takes a free one.",
            ) from None
        self._thread = threading.Thread(
            target=lambda: self._server.serve_forever(poll_interval=0.05),
            name="metrics-http",
            daemon=True,
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    def mount(self, handler: Handler) -> None:
        """Let `handler` answer what is not `/metrics` or `/ready`."""
        self._mounted.append(handler)

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> Answer:
        """The answer to one request."""
        path = path.partition("?")[0]
        if method in {"GET", "HEAD"} and path == "/metrics":
            encoder, kind = choose_encoder(headers.get("Accept", ""))
            return HTTPStatus.OK, kind, encoder(self._registry)
        if method in {"GET", "HEAD"} and path == "/ready":
            why_not = self._why_not()
            status = HTTPStatus.SERVICE_UNAVAILABLE if why_not else HTTPStatus.OK
            return status, "text/plain; charset=utf-8", f"{why_not or 'ready'}\n".encode()
        if len(body) > _LONGEST_BODY:
            return plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too long")
        for handler in self._mounted:
            found = handler(method, path, headers.get("Authorization", ""), body)
            if found is not None:
                return found
        return plain(HTTPStatus.NOT_FOUND, f"there is no {path}")

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def plain(status: HTTPStatus, words: str) -> Answer:
    """An answer in words."""
    return status, "text/plain; charset=utf-8", f"{words}\n".encode()
