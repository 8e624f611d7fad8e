"""A handler of HTTP requests, served from a thread on a port of its own."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Server(ThreadingHTTPServer):
    # Five, as by default, make the sixth of many new connections wait a second.
    request_queue_size = 128


class _OfVersion6(_Server):
    address_family = socket.AF_INET6


class QuietHandler(BaseHTTPRequestHandler):
    """Writes nothing about requests, reads a whole body, and answers with one."""

    def body(self) -> bytes:
        """What the request holds."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def reply(self, status: int, text: str, headers: Mapping[str, str]) -> None:
        """Answer with the text, as long as it says."""
        payload = text.encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(payload))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@contextmanager
def serving(
    handler: type[BaseHTTPRequestHandler], *, tls: ssl.SSLContext | None = None, host: str = ""
) -> Iterator[str]:
    """Its address, `http://127.0.0.1:PORT`; the server is gone at the end.

    With `tls` it is https; `host` is another address of this machine, perhaps an IPv6 one.
    """
    kind = _OfVersion6 if ":" in host else _Server
    server = kind((host or "127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        shown = f"[{host}]" if ":" in host else host or "127.0.0.1"
        yield f"http{'s' if tls else ''}://{shown}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answering(answers: Mapping[str, tuple[int, object]]) -> type[BaseHTTPRequestHandler]:
    """A handler that answers each path with its status and text or JSON, and others with 404."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            status, body = answers.get(self.path, (404, "no such page"))
            self.reply(status, body if isinstance(body, str) else json.dumps(body), {})

    return Handler
