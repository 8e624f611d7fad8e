"""What a client sends before it is known is bounded: bytes, fields, time, and what is held."""

import asyncio
import contextlib
import functools
import itertools
import json
import logging
import select
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from target_app.execution.http import http_connection, new_connection
from target_app.execution.http.connections_per_address import ConnectionsPerAddress
from target_app.execution.http.header_and_body_limits import Bounds
from target_app.execution.http.http_connection import BoundedConnection
from target_app.execution.http.new_connection import NewConnection
from target_app.execution.http.webhook import PATH
from tests.support.wait_until import PATIENCE_SECONDS, eventually

HEAD, BODY = 2048, 8192
LARGE = 64 << 20
ANSWERS_NOW = threading.Event()


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer with what was seen of a request; /large with more than any buffer takes.

    /later is answered when `ANSWERS_NOW` is set.
    """
    if scope["path"] == "/later":
        await asyncio.to_thread(ANSWERS_NOW.wait, PATIENCE_SECONDS)
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    fields = [name.decode() for name, _ in scope["headers"]]
    seen = {"path": scope["path"], "size": size, "fields": fields}
    body = json.dumps(seen).encode() + b"\n"
    if scope["path"] == "/large":
        body = b"x" * LARGE
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@contextlib.contextmanager
def serving(**bounds: Any) -> Iterator[tuple[int, uvicorn.Server]]:
    """A server in a thread, and its port; it leaves nobody by itself, unless `bounds` say so."""
    used = Bounds(**{"head_bytes": HEAD, "body_bytes": BODY, "seconds": 3600.0} | bounds)
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        http=functools.partial(NewConnection, bounds=used),  # type: ignore[arg-type]
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=lambda: asyncio.run(server._serve([listening])))
        thread.start()
        try:
            yield listening.getsockname()[1], server
        finally:
            server.should_exit = True
            thread.join()


def held(server: uvicorn.Server) -> int:
    bounds: Bounds = server.config.http.keywords["bounds"]  # type: ignore[union-attr]
    return bounds.held


def looks(server: uvicorn.Server, times: int = 1) -> None:
    """Let the server look at its only connection now, as it does when the time has passed."""
    (connection,) = server.server_state.connections
    assert isinstance(connection, BoundedConnection)
    looked = threading.Event()

    def look() -> None:
        for _ in range(times):
            connection.look()
        looked.set()

    connection.loop.call_soon_threadsafe(look)
    assert looked.wait(PATIENCE_SECONDS)


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)


def rest(connection: socket.socket) -> bytes:
    """All that is heard until the server closes."""
    heard = b""
    with contextlib.suppress(ConnectionError):  # what it had not read went with the connection
        while part := connection.recv(1 << 20):
            heard += part
    return heard


def answered_with(sent: bytes, **bounds: Any) -> bytes:
    """All that a server answers to `sent` until it closes the connection."""
    with serving(**bounds) as (port, _), connected(port) as connection:
        connection.sendall(sent)
        return rest(connection)


POST = b"POST /a HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
REFUSED: dict[str, tuple[bytes, int]] = {
    "one endless field": (POST + b"X-A: " + b"b" * 5000, 431),
    "one long field, ended": (POST + b"X-A: " + b"b" * 5000 + b"\r\n\r\n", 431),
    "fields without end": (POST + b"X-A: b\r\n" * 1000, 431),
    "more fields than any has": (POST + b"a:\r\n" * 101 + b"\r\n", 431),
    "an endless target": (b"GET /" + b"a" * 5000, 431),
    "an endless method": (b"G" * 5000, 431),
    "what is not HTTP": (b"hello\r\n\r\n", 400),
    "trailers without end": (CHUNKED + b"0\r\n" + b"a:\r\n" * 300, 431),
}


@pytest.mark.parametrize(("sent", "status"), REFUSED.values(), ids=REFUSED)
def test_what_is_over_a_bound_is_refused_and_the_connection_closed(
    sent: bytes, status: int
) -> None:
    head = answered_with(sent).partition(b"\r\n\r\n")[0].decode()
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert "connection: close" in head


def test_one_address_gets_so_many_connections_and_one_more_when_one_ends() -> None:
    get = b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with serving(addresses=ConnectionsPerAddress(2)) as (port, server):
        first, second = connected(port), connected(port)
        eventually(lambda: len(server.server_state.connections) == 2, "both are there")
        with connected(port) as third:
            refused = rest(third).decode()
        assert refused.startswith("HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\n")
        assert "connection: close" in refused
        first.close()
        eventually(lambda: len(server.server_state.connections) == 1, "one has left")
        with connected(port) as fourth:
            fourth.sendall(get)
            assert b'"path": "/a"' in rest(fourth)
        second.sendall(get)  # who was there is served as ever
        assert b'"path": "/a"' in rest(second)
        second.close()


def test_a_request_that_comes_as_the_server_ends_is_answered_however_long_that_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (http_connection, new_connection):
        monkeypatch.setattr(module, "LINGER_SECONDS", 3600)
    with serving() as (port, server), connected(port) as client:
        eventually(lambda: bool(server.server_state.connections), "the connection is there")
        (new,) = server.server_state.connections
        assert isinstance(new, NewConnection)
        new.loop.call_soon_threadsafe(new.shutdown)
        client.sendall(POST + b"Content-Length: 2\r\n\r\n")
        eventually(lambda: bool(server.server_state.tasks), "the request has begun")
        (connection,) = server.server_state.connections
        assert isinstance(connection, BoundedConnection)
        new.loop.call_soon_threadsafe(new._leave)
        left = threading.Event()
        connection.loop.call_soon_threadsafe(connection._leave)
        connection.loop.call_soon_threadsafe(left.set)
        assert left.wait(PATIENCE_SECONDS)
        client.sendall(b"ok")
        answer = rest(client)
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert b"connection: close" in answer


def test_what_frames_chunks_is_bounded_too() -> None:
    with serving() as (port, server), connected(port) as connection:
        connection.sendall(CHUNKED + b"1;")
        with pytest.raises(ConnectionError):
            connection.sendall(b"a" * (64 << 20))
        eventually(lambda: not server.server_state.connections, "the server leaves")


def test_a_head_just_under_the_bound_is_read() -> None:
    filler = HEAD - len(POST) - len(b"X-A: \r\nConnection: close\r\n\r\n")
    sent = POST + b"X-A: " + b"b" * filler + b"\r\nConnection: close\r\n\r\n"
    assert len(sent) == HEAD
    assert b'"x-a"' in answered_with(sent)
    assert answered_with(sent.replace(b"b\r\n", b"bb\r\n", 1)).startswith(b"HTTP/1.1 431 ")


def test_a_trailer_is_not_a_header() -> None:
    sent = CHUNKED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    heard = answered_with(sent + b"3\r\nabc\r\n0\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n")
    seen = json.loads(heard.rpartition(b"\r\n\r\n")[2])
    assert seen["size"] == 3
    assert "x-forwarded-for" not in seen["fields"]


def test_of_a_long_body_no_more_is_held_than_shows_that_it_is_too_long() -> None:
    body = b"x" * (4 * BODY)
    head = POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    seen = json.loads(answered_with(head + body).rpartition(b"\r\n\r\n")[2])
    assert seen["size"] == BODY + 1


LATER = b"GET /later HTTP/1.1\r\nHost: x\r\n\r\n"
SLOW = {
    "nothing at all": b"",
    "half a head": POST + b"X-A: ",
    "half a body": POST + b"Content-Length: 900\r\n\r\n{",
    "half a chunk": CHUNKED + b"5\r\nab",
}


@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW)
def test_a_client_that_does_not_go_on_is_left(sent: bytes) -> None:
    assert answered_with(sent, seconds=0.05).startswith(b"HTTP/1.1 408 Request Timeout")


def test_an_answer_that_takes_long_comes_though_half_a_head_behind_it_is_given_up() -> None:
    ANSWERS_NOW.clear()
    with serving() as (port, server), connected(port) as connection:
        try:
            connection.sendall(LATER)
            eventually(lambda: bool(server.server_state.tasks), "the request has begun")
            connection.sendall(POST)
            (served,) = server.server_state.connections
            assert isinstance(served, BoundedConnection)
            eventually(lambda: served._waiting_for() == "head", "half a head has come")
            looks(server, times=3)
        finally:
            ANSWERS_NOW.set()
        answer = rest(connection)
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(("sent", "count"), [(LATER, 1), (LATER * 2, 2), (LATER + POST, 1)])
def test_a_client_that_says_that_it_sends_no_more_gets_its_answers(sent: bytes, count: int) -> None:
    ANSWERS_NOW.clear()
    with serving() as (port, server), connected(port) as connection:
        try:
            connection.sendall(sent)
            eventually(lambda: bool(server.server_state.tasks), "the request has begun")
            connection.shutdown(socket.SHUT_WR)
            (served,) = server.server_state.connections
            assert isinstance(served, BoundedConnection)
            eventually(lambda: served._reads_no_more, "its end is heard")
        finally:
            ANSWERS_NOW.set()
        answer = rest(connection)
    assert answer.count(b"HTTP/1.1 ") == answer.count(b"HTTP/1.1 200 OK") == count


def test_half_a_request_whose_client_sends_no_more_is_left() -> None:
    with serving() as (port, _), connected(port) as connection:
        connection.sendall(POST + b"Content-Length: 900\r\n\r\n{")
        connection.shutdown(socket.SHUT_WR)
        assert rest(connection) == b""


def test_an_answer_that_nobody_takes_is_given_up() -> None:
    with serving() as (port, server), connected(port) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
        looks(server, times=2)
        eventually(lambda: not server.server_state.connections, "the server leaves")
        assert len(rest(connection)) < LARGE


def test_an_idle_connection_is_kept_for_its_time_and_then_closed() -> None:
    with serving(idle_seconds=3600.0) as (port, server), connected(port) as connection:
        for _ in range(2):
            connection.sendall(b"GET /again HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(12) == b"HTTP/1.1 200"
            while not connection.recv(4096).endswith(b"}\n"):
                pass
            looks(server, times=5)
            assert len(server.server_state.connections) == 1
        server.config.http.keywords["bounds"].idle_seconds = -1.0  # type: ignore[union-attr]
        looks(server)
        assert rest(connection) == b""


def test_two_thousand_requests_at_once_are_answered_in_order() -> None:
    count = 2000
    sent = b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % n for n in range(count))
    with serving() as (port, _), connected(port) as connection:
        sending = threading.Thread(target=connection.sendall, args=(sent,))
        sending.start()
        with connection.makefile("rb") as answers:
            paths = [json.loads(line)["path"] for line in answered(answers, count)]
        sending.join()
    assert paths == [f"/{n}" for n in range(count)]


@pytest.mark.parametrize("path", [PATH, "/other"])
@pytest.mark.parametrize("sizes", [[10, 20, 30], [1000, 2000, 3000]], ids=["at once", "in parts"])
def test_requests_that_come_before_the_answer_of_the_first_keep_their_bodies(
    path: str, sizes: list[int]
) -> None:
    sent = b"".join(
        b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
        % (path.encode(), size, b"x" * size)
        for size in sizes
    )
    with serving() as (port, _), connected(port) as connection:
        connection.sendall(sent)
        with connection.makefile("rb") as answers:
            assert [json.loads(line)["size"] for line in answered(answers, 3)] == sizes


def test_a_request_that_asks_for_another_protocol_is_answered_with_its_body() -> None:
    """As Java's client does: it asks for HTTP/2 with each request."""
    asks = b"Host: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    sent = [
        b"POST %s HTTP/1.1\r\n%sContent-Length: 3\r\n\r\nabc" % (PATH.encode(), asks),
        b"GET /none HTTP/1.1\r\n%s\r\n" % asks,
        CHUNKED.replace(b"Host: x\r\n", asks) + b"5\r\nabcde\r\n0\r\n\r\n",
        b"POST /long HTTP/1.1\r\n%sContent-Length: 3000\r\n\r\n%s" % (asks, b"x" * 3000),
    ]
    for parts in (sent, [b"".join(sent)]):
        with serving() as (port, _), connected(port) as connection:
            for part in parts:
                connection.sendall(part)
            with connection.makefile("rb") as answers:
                seen = [json.loads(line) for line in answered(answers, len(sent))]
        assert [(one["path"], one["size"]) for one in seen] == [
            *((PATH, 3), ("/none", 0), ("/a", 5), ("/long", 3000)),
        ]


BEHIND = {
    "no HTTP": b"\0garbage\r\n\r\n",
    "a long target": b"GET /" + b"x" * HEAD + b" HTTP/1.1\r\n\r\n",
    "many fields": b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 101 + b"\r\n",
    "chunks of no size": POST + b"Transfer-Encoding: chunked\r\n\r\nno\r\n",
}


@pytest.mark.parametrize("wrong", BEHIND.values(), ids=BEHIND)
def test_what_is_wrong_behind_whole_requests_takes_none_of_their_answers(wrong: bytes) -> None:
    with serving() as (port, _):
        for path, count in itertools.product((PATH.encode(), b"/other"), (1, 2)):
            sent = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" % path
            with connected(port) as connection:
                connection.sendall(sent * count + wrong)
                answers = rest(connection)
            assert answers.count(b"HTTP/1.1 ") == answers.count(b"HTTP/1.1 200 OK") == count
            assert answers.count(b'"size": 3') == count


def test_a_server_that_ends_answers_what_is_on_its_way_and_then_closes() -> None:
    with serving() as (port, server), connected(port) as connection, connected(port) as idle:
        for each in (connection, idle):
            each.sendall(b"GET /first HTTP/1.1\r\nHost: x\r\n\r\n")
            with each.makefile("rb") as answers:
                assert list(answered(answers, 1))
        server.should_exit = True
        eventually(lambda: not server.servers[0].is_serving(), "the port is closed")
        connection.sendall(b"GET /last HTTP/1.1\r\nHost: x\r\n\r\n")
        last = rest(connection)
        assert b"connection: close\r\n" in last
        assert json.loads(last.partition(b"\r\n\r\n")[2])["path"] == "/last"
        assert rest(idle) == b""


def answered(answers: Any, count: int) -> Iterator[bytes]:
    """The bodies of so many answers."""
    while count:
        line = answers.readline()
        assert line, "the server closed the connection"
        if line.startswith(b"{"):
            count -= 1
            yield line


def test_large_bodies_share_a_bound_and_small_ones_pass() -> None:
    with serving(most_held=20_000) as (port, server), contextlib.ExitStack() as stack:
        others = [stack.enter_context(connected(port)) for _ in range(4)]
        for connection in others:
            connection.sendall(POST + b"Content-Length: 8000\r\n\r\n" + b"x" * 7000)
        refused = select.select(others, [], [], PATIENCE_SECONDS)[0][0]
        assert rest(refused).startswith(b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\n")
        with connected(port) as small:
            small.sendall(POST + b"Content-Length: 100\r\n\r\n" + b"x" * 100)
            assert small.recv(4096).startswith(b"HTTP/1.1 200")
        for connection in others:
            connection.close()
        eventually(lambda: held(server) == 0, "what was held is let go of")
