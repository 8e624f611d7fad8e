"""What a judged user's connection writes, and what it makes of every kind of answer."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from geventhttpclient.client import HTTPClient

from toolkit.load_generator.http_connection import Reply
from toolkit.load_generator.user_http_client import Client, ConnectionSettings

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"


@dataclass
class Server:
    """Answers the n-th request with the n-th bytes, the last ones again; None closes instead.

    With `closes` it closes after each answer. `received` are the requests, head and body.
    """

    answers: tuple[bytes | None, ...]
    closes: bool = False
    received: list[bytes] = field(default_factory=list)
    connections: int = 0
    closed: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def serve(self, listener: socket.socket) -> None:
        with ThreadPoolExecutor() as threads:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                self.connections += 1
                threads.submit(self._converse, connection)

    def _converse(self, connection: socket.socket) -> None:
        with connection:
            while self._answered(connection):
                pass
        self.closed.set()

    def _answered(self, connection: socket.socket) -> bool:
        request = _request(connection)
        if not request:
            return False
        self.received.append(request)
        answer = self.answers[min(len(self.received), len(self.answers)) - 1]
        if answer is None:
            return False
        connection.sendall(answer)
        return not self.closes


def _request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (part := connection.recv(65_536)):
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
    while len(body) < int(length or 0):
        if not (part := connection.recv(65_536)):
            return b""
        body += part
    return head + b"\r\n\r\n" + body


@contextmanager
def answering(*answers: bytes | None, closes: bool = False) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(answers, closes)
        server.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=server.serve, args=[listener])
        thread.start()
        try:
            yield server
        finally:
            # Closing alone would leave the thread in `accept`.
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@contextmanager
def client_of(server: Server, **settings: Any) -> Iterator[Client]:
    client = Client(server.url, ConnectionSettings(**settings))
    try:
        yield client
    finally:
        client.close()


@contextmanager
def library_of(server: Server) -> Iterator[Any]:
    """The library itself, to compare with."""
    library = HTTPClient.from_url(server.url)
    try:
        yield library
    finally:
        library.close()


def seen(reply: Reply) -> object:
    return reply.status if reply.error is None else type(reply.error).__name__


# --- answers: kind, bytes, whether the server then closes, what is made of a GET's ---

ERROR = "HTTPParseError"
ANSWERS: dict[str, tuple[bytes, bool, object, bytes]] = {
    "plain": (OK, False, 200, b"abc"),
    "empty": (b"HTTP/1.1 500 Oh no\r\nContent-Length: 0\r\n\r\n", False, 500, b""),
    "no reason": (b"HTTP/1.1 404\r\ncontent-length:2\r\n\r\nno", False, 404, b"no"),
    "kept": (OK.replace(b"\r\n\r\n", b"\r\nConnection: keep-alive\r\n\r\n"), False, 200, b"abc"),
    "closing": (OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), True, 200, b"abc"),
    "until the end": (b"HTTP/1.1 200 OK\r\n\r\nabc", True, 200, b"abc"),
    "HTTP/1.0": (b"HTTP/1.0 200 OK\r\n\r\nabc", True, 200, b"abc"),
    "in chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        False,
        200,
        b"abc",
    ),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", False, 204, b""),
    "not modified, with a length": (
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
        False,
        304,
        b"",
    ),
    "after an early hint": (
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK,
        False,
        200,
        b"abc",
    ),
    "after a hint that claims a body": (
        b"HTTP/1.1 103 Early Hints\r\nContent-Length: 3\r\n\r\n" + OK,
        False,
        200,
        b"abc",
    ),
    "another header that ends alike": (
        b"HTTP/1.1 200 OK\r\nX-Content-Length: 9\r\nContent-Length: 3\r\n\r\nabc",
        False,
        200,
        b"abc",
    ),
    "shorter than it says": (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", True, ERROR, b""),
    "longer than it says": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc", False, ERROR, b""),
    "a chunk cut off": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
        True,
        ERROR,
        b"",
    ),
    "a head cut off": (b"HTTP/1.1 200 OK\r\nContent-Le", True, ERROR, b""),
    "two lengths": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        False,
        ERROR,
        b"",
    ),
    "a length and chunks": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        False,
        ERROR,
        b"",
    ),
    "a negative length": (b"HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc", False, ERROR, b""),
    "a line that is no header": (
        b"HTTP/1.1 200 OK\r\nfoo bar\r\nContent-Length: 3\r\n\r\nabc",
        False,
        ERROR,
        b"",
    ),
    "not HTTP": (b"hello\r\n\r\n", False, ERROR, b""),
}


@pytest.mark.parametrize(
    ("answer", "closes", "expected", "body"), ANSWERS.values(), ids=ANSWERS.keys()
)
def test_an_answer_is_read_as_the_librarys_parser_reads_it(
    *, answer: bytes, closes: bool, expected: object, body: bytes
) -> None:
    with answering(answer, closes=closes) as server, client_of(server) as client:
        first = client.send("GET", "/")
        again = client.send("GET", "/")
        assert (seen(first), first.body) == (seen(again), again.body) == (expected, body)
        assert len(server.received) == 2
        if expected == ERROR:
            return
        with library_of(server) as library:
            asked = library.request("GET", "/")
            assert (asked.get_code(), asked.read()) == (expected, body)
            assert dict(asked.info().items()) == dict(first.headers.items())


def test_headers_of_an_answer_are_found_in_any_case_and_when_given_twice() -> None:
    lines = b"Set-Cookie: a=1\r\nX-Id:  7 \r\nSet-Cookie: b=2\r\n\r\n"
    with answering(OK.replace(b"\r\n\r\n", b"\r\n" + lines)) as server, client_of(server) as client:
        headers = client.send("GET", "/").headers
    assert (headers["x-id"], headers["set-cookie"]) == ("7", ["a=1", "b=2"])


def test_a_head_answer_has_no_body_whatever_its_length_says() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
    with answering(head) as server, client_of(server) as client:
        assert [client.send("HEAD", "/").status for _ in range(2)] == [200, 200]
        assert server.connections == 1


def test_a_long_answer_comes_whole_over_the_connection_that_is_kept() -> None:
    body = bytes(range(256)) * 4_000
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    with answering(answer) as server, client_of(server) as client:
        assert [client.send("GET", "/").body == body for _ in range(2)] == [True, True]
        assert server.connections == 1


# --- requests ---


def headers_of(request: bytes) -> tuple[bytes, dict[bytes, bytes], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    return first, dict(line.split(b": ", 1) for line in lines), body


REQUESTS: dict[str, tuple[str, bytes, dict[str, Any]]] = {
    "without a body": ("GET", b"", {}),
    "with one": ("POST", b"{}", {"X-Signature": "ab", "X-Umlaut": "\xfc"}),
    "an empty one": ("PUT", b"", {}),
    "a header that is always sent": ("GET", b"", {"host": "other", "user-agent": "me"}),
    "a length of its own": ("POST", b"{}", {"content-length": "2"}),
    "a value that is not text": ("GET", b"", {"X-Number": 7}),
}


@pytest.mark.parametrize(("method", "body", "headers"), REQUESTS.values(), ids=REQUESTS.keys())
def test_a_request_is_written_as_the_library_writes_it(
    method: str, body: bytes, headers: dict[str, Any]
) -> None:
    with answering(OK) as server, client_of(server) as client:
        assert client.send(method, "/a?b=%20c", body, headers).status == 200
        with library_of(server) as library:
            library.request(method, "/a?b=%20c", body, headers).read()
        ours, theirs = map(headers_of, server.received)
    assert ours == theirs


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/a b", {}), ("//elsewhere/", {}), ("/", {"X": "a\r\nY: b"}), ("/", {"X Y": "a"})],
)
def test_a_request_that_would_smuggle_another_is_not_sent(
    path: str, headers: dict[str, str]
) -> None:
    with answering(OK) as server, client_of(server) as client:
        with pytest.raises(ValueError, match="invalid"):
            client.send("GET", path, headers=headers)
        assert not server.received


def test_an_empty_path_is_the_root_as_the_library_has_it() -> None:
    with answering(OK) as server, client_of(server) as client:
        assert [client.send("GET", path).status for path in ("", "?a=1", "/b", "")] == [200] * 4
    asked = [request.partition(b"\r\n")[0] for request in server.received]
    assert asked == [
        b"GET / HTTP/1.1",
        b"GET /?a=1 HTTP/1.1",
        b"GET /b HTTP/1.1",
        b"GET / HTTP/1.1",
    ]


def test_a_body_longer_than_the_network_takes_at_once_is_sent_whole() -> None:
    body = bytes(8_000_000)
    with answering(OK) as server, client_of(server, timeout_seconds=60) as client:
        assert client.send("POST", "/", body).status == 200
        assert headers_of(server.received[0])[2] == body


# --- connections that the service closes ---


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_new_connection_closed_without_an_answer_is_a_failure_and_asked_once(method: str) -> None:
    """Asking again in silence would make a service that drops every other GET a success."""
    with answering(None) as server, client_of(server) as client:
        assert seen(client.send(method, "/", b"x")) == "HTTPConnectionClosed"
        assert len(server.received) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_connection_that_was_closed_while_idle_is_made_anew(method: str) -> None:
    with answering(OK, closes=True) as server, client_of(server) as client:
        assert client.send(method, "/", b"x").status == 200
        assert server.closed.wait(30)
        assert client.send(method, "/", b"x").status == 200
        assert (server.connections, len(server.received)) == (2, 2)


@pytest.mark.parametrize(("method", "expected", "asked"), [("GET", 200, 3), ("POST", 0, 2)])
def test_what_a_kept_connection_does_not_answer_is_asked_again_only_where_it_may_be(
    method: str, expected: int, asked: int
) -> None:
    with answering(OK, None, OK) as server, client_of(server) as client:
        assert client.send(method, "/", b"x").status == 200
        assert client.send(method, "/", b"x").status == expected
        assert len(server.received) == asked
