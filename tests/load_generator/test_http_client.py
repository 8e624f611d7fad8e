"""The judged user's HTTP client: what it sends, and what it makes of what comes back."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from tests.support.http_server import serving
from toolkit.load_generator.http_client import Client, Reply


class Echo(BaseHTTPRequestHandler):
    """Answers 418 with what it was asked, and never a redirect's target."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        received = {"path": self.path, "body": sent, "headers": dict(self.headers)}
        body = json.dumps(received).encode()
        self.send_response(302 if self.path.endswith("moved") else 418)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(Echo) as url:
        yield url.removeprefix("http://")


def sent(url: str, path: str, headers: dict[str, str] | None = None) -> Reply:
    client = Client(url, insecure=True, network_timeout=10.0, connection_timeout=5.0)
    try:
        return client.send("POST", path, b"{}", headers or {})
    finally:
        client.close()


def test_a_request_goes_out_as_given_below_the_urls_own_path(address: str) -> None:
    reply = sent(f"http://{address}/desk/", "/hook", {"X-Signature": "ab"})
    assert (reply.status, reply.error) == (418, None)
    received = json.loads(reply.body)
    assert (received["path"], received["body"]) == ("/desk/hook", "{}")
    assert received["headers"]["X-Signature"] == "ab"
    assert "Authorization" not in received["headers"]
    assert "Accept-Encoding" not in received["headers"]
    assert "location" in reply.headers


def test_a_name_and_password_in_the_url_are_sent(address: str) -> None:
    reply = sent(f"http://desk:p%40ss@{address}", "/")
    assert json.loads(reply.body)["headers"]["Authorization"] == "Basic ZGVzazpwQHNz"


def test_a_redirect_is_an_answer_and_is_not_followed(address: str) -> None:
    reply = sent(f"http://{address}", "/moved")
    assert (reply.status, reply.headers["location"]) == (302, "/elsewhere")


def test_a_closed_port_is_no_answer_but_an_error() -> None:
    reply = sent("http://127.0.0.1:1", "/")
    assert (reply.status, reply.body) == (0, b"")
    assert isinstance(reply.error, ConnectionRefusedError)
