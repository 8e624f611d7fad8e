"""A server that answers every request one byte at a time, and never comes to the end.

No time-out of a single read notices it: each byte is soon followed by the next.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

BYTE_SECONDS = 0.05


@contextmanager
def dripping(*, in_headers: bool = False) -> Iterator[str]:
    """The server's address; its answers are cut off when the block ends.

    With `in_headers` it does not even come to the end of its first header.
    """
    over = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            if in_headers:
                self.flush_headers()
            else:
                self.end_headers()
            while not over.wait(BYTE_SECONDS):
                try:
                    self.wfile.write(b" ")
                except OSError:
                    return

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
