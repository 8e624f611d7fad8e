"""A program that knows nothing of the toolkit: all it is told is in its arguments.

PORT BASE SAYS: it answers below the path BASE, and shows SAYS as a metric's label. It has
/metrics and no /ready.
"""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Answer(BaseHTTPRequestHandler):
    """A gauge for BASE/metrics, 404 for the rest."""

    def do_GET(self) -> None:
        """Answer."""
        found = self.path == f"{base}/metrics"
        body = f'# TYPE program_info gauge\nprogram_info{{says="{says}"}} 1\n'.encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body) if found else 0))
        self.end_headers()
        if found:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing for each request."""


port, base, says = sys.argv[1:]
HTTPServer(("127.0.0.1", int(port)), Answer).serve_forever()
