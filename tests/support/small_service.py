"""A service as the stack starts one: all it knows comes from its environment.

FAKE_PORT is where it listens; FAKE_BEHAVIOUR says what is wrong with it.
"""

import json
import os
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Answer(BaseHTTPRequestHandler):
    """200 for /ready, the environment for /environment."""

    def do_GET(self) -> None:
        """Answer."""
        body = json.dumps(dict(os.environ)).encode() if self.path == "/environment" else b"ok"
        self.send_response(503 if behaviour == "never ready" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


behaviour = os.environ.get("FAKE_BEHAVIOUR", "")
print("service: the first line", flush=True)  # noqa: T201 - it is its log
if behaviour == "dies":
    sys.exit("service: no database")
if behaviour == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if behaviour == "has a child":
    child = subprocess.Popen(["sleep", "600"], start_new_session=True)
    print(f"child {child.pid}", flush=True)  # noqa: T201 - it is its log
HTTPServer(("127.0.0.1", int(os.environ["FAKE_PORT"])), Answer).serve_forever()
