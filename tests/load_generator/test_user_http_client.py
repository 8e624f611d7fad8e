"""The judged user's HTTP client: what it sends, and what it makes of what comes back."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import gevent
import pytest

from tests.support.certificates import Certificates, issue
from tests.support.http_server import serving
from tests.support.slow_server import dripping
from tests.support.wait_until import PATIENCE_SECONDS
from toolkit.load_generator.http_connection import Reply
from toolkit.load_generator.request_deadlines import TotalTimeoutError
from toolkit.load_generator.user_http_client import Client, ConnectionSettings


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
    client = Client(url, ConnectionSettings())
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


def test_requests_that_a_task_sends_at_once_do_not_get_in_each_others_way() -> None:
    together = threading.Barrier(3)

    class Waiting(Echo):
        def do_POST(self) -> None:
            together.wait(PATIENCE_SECONDS)
            super().do_POST()

    with serving(Waiting) as url:
        client = Client(url, ConnectionSettings(timeout_seconds=PATIENCE_SECONDS))
        for _ in range(2):  # the second time over the connections of the first
            asking = [gevent.spawn(client.send, "POST", f"/{n}", b"{}") for n in range(3)]
            gevent.joinall(asking)
            replies = [each.value for each in asking]
            assert [json.loads(reply.body)["path"] for reply in replies] == ["/0", "/1", "/2"]
        assert len(client._idle) == 3
        client.close()


def test_credentials_that_the_address_does_not_show_are_sent_too(address: str) -> None:
    client = Client(f"http://{address}", ConnectionSettings(credentials="desk:p:ss"))
    headers = json.loads(client.send("POST", "/", b"{}").body)["headers"]
    client.close()
    assert headers["Authorization"] == "Basic " + base64.b64encode(b"desk:p:ss").decode()


def test_a_redirect_is_an_answer_and_is_not_followed(address: str) -> None:
    reply = sent(f"http://{address}", "/moved")
    assert (reply.status, reply.headers["location"]) == (302, "/elsewhere")


def test_a_closed_port_is_no_answer_but_an_error() -> None:
    reply = sent("http://127.0.0.1:1", "/")
    assert (reply.status, reply.body) == (0, b"")
    assert isinstance(reply.error, ConnectionRefusedError)


# --- all of a request has one timeout ---


def test_an_answer_a_byte_at_a_time_ends_with_the_requests_timeout_and_the_next_is_sent() -> None:
    with dripping() as url:
        client = Client(url, ConnectionSettings(timeout_seconds=0.2))
        for _ in range(2):
            began = time.perf_counter()
            reply = client.send("GET", "/")
            assert time.perf_counter() - began >= 0.2
            assert (reply.status, reply.body) == (0, b"")
            assert isinstance(reply.error, TotalTimeoutError)
        client.close()


# --- redirects, on request ---


class Moving(BaseHTTPRequestHandler):
    """Sends every path that ends in a number on to the next lower one."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, _, left = self.path.removeprefix("/desk/").partition("/")
        body = f"{self.command} {self.path}".encode()
        self.send_response(int(status) if left and left != "0" else 200)
        if left == "out":
            self.send_header("Location", "http://elsewhere.example/")
        elif left and left != "0":
            self.send_header("Location", f"/desk/{status}/{int(left) - 1}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


REDIRECTED = {
    "303 goes on with a GET": ("/303/2", 5, 200, b"GET /desk/303/0"),
    "307 keeps the method": ("/307/2", 5, 200, b"POST /desk/307/0"),
    "no more than asked for": ("/302/3", 2, 302, b"GET /desk/302/1"),
    "another origin is not asked": ("/302/out", 5, 302, b"POST /desk/302/out"),
}


@pytest.mark.parametrize(
    ("path", "most", "status", "body"), REDIRECTED.values(), ids=REDIRECTED.keys()
)
def test_redirects_are_followed_on_request_within_the_service(
    path: str, most: int, status: int, body: bytes
) -> None:
    with serving(Moving) as url:
        client = Client(f"{url}/desk", ConnectionSettings())
        reply = client.send("POST", path, b"x", redirects=most)
        client.close()
    assert (reply.status, reply.body) == (status, body)


# --- TLS, IPv6 and proxies ---


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return issue(tmp_path_factory.mktemp("certificates"))


def asked(url: str, **settings: object) -> tuple[Reply, list[float], list[float]]:
    """The answer to a request, and how long TCP and TLS took."""
    tcp: list[float] = []
    tls: list[float] = []
    client = Client(
        url,
        ConnectionSettings(**settings),  # type: ignore[arg-type] # fields by name
        connected=tcp.append,
        shaken_hands=tls.append,
    )
    reply = client.send("POST", "/", b"{}")
    again = client.send("POST", "/", b"{}")
    assert again.status == reply.status
    client.close()
    return reply, tcp, tls


def test_a_certificate_is_verified_against_the_authority_that_is_named(
    certificates: Certificates,
) -> None:
    with serving(Echo, tls=certificates.server_context()) as url:
        reply, tcp, tls = asked(url, ca_file=certificates.authority)
        assert (reply.status, len(tcp), len(tls)) == (418, 1, 1)
        assert min(*tcp, *tls) > 0
        reply, _, _ = asked(url)
        assert "CERTIFICATE_VERIFY_FAILED" in str(reply.error)
        assert asked(url, insecure=True)[0].status == 418


def test_a_client_certificate_is_shown(certificates: Certificates) -> None:
    tls = certificates.server_context(asks_for_a_certificate=True)
    with serving(Echo, tls=tls) as url:
        reply, _, _ = asked(
            url,
            ca_file=certificates.authority,
            client_certificate=certificates.client,
            client_key=certificates.client_key,
        )
        assert reply.status == 418
        assert asked(url, ca_file=certificates.authority)[0].status == 0


def test_one_tls_context_serves_every_user_of_a_process(certificates: Certificates) -> None:
    """Five hundred users built one each: 23 s of silent start."""
    first = ConnectionSettings(ca_file=certificates.authority)
    second = ConnectionSettings(ca_file=certificates.authority, timeout_seconds=1)
    assert first.ssl_context() is second.ssl_context()
    assert first.ssl_context() is not ConnectionSettings().ssl_context()


def test_an_ipv6_address_is_one_too() -> None:
    with serving(Echo, host="::1") as url:
        reply, tcp, tls = asked(url)
    assert (reply.status, len(tcp), tls) == (418, 1, [])
    assert json.loads(reply.body)["headers"]["Host"] == url.removeprefix("http://")


def test_a_proxy_is_asked_for_the_whole_address_with_its_own_credentials(address: str) -> None:
    reply, _, _ = asked("http://shop.example:81", proxy=f"http://me:p%3Ass@{address}")
    received = json.loads(reply.body)
    assert received["path"] == "http://shop.example:81/"
    credentials = base64.b64encode(b"me:p:ss").decode()
    assert received["headers"]["Proxy-Authorization"] == f"Basic {credentials}"
    assert received["headers"]["Host"] == "shop.example:81"
