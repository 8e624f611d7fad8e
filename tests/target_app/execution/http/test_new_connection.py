"""A connection costs little until its first bytes have had their turn, and is whole then."""

import asyncio
import functools
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvicorn
import uvloop
from uvicorn.server import ServerState

from target_app.execution.http.connections_per_address import ConnectionsPerAddress
from target_app.execution.http.header_and_body_limits import Bounds
from target_app.execution.http.http_connection import BoundedConnection
from target_app.execution.http.new_connection import NewConnection
from target_app.execution.http.reads_per_loop_turn import SHORT_BYTES
from tests.support.wait_until import PATIENCE_SECONDS

LOOPS = {"asyncio": asyncio.run, "uvloop": uvloop.run}


async def app(_scope: Any, receive: Any, send: Any) -> None:
    """Answer with the length of the body."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    body = str(size).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Served:
    """A server on the running loop, whose turns of strangers can be held back."""

    def __init__(self, port: int, state: ServerState, bounds: Bounds) -> None:
        self.port, self.state, self.bounds = port, state, bounds

    async def connect(self) -> socket.socket:
        client = socket.socket()
        client.settimeout(0)
        await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", self.port))
        return client

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():  # noqa: ASYNC110 - a server's state, no event
                await asyncio.sleep(0)

    async def heard(self, client: socket.socket) -> bytes:
        """All until the server closes."""
        loop, heard = asyncio.get_running_loop(), b""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while part := await loop.sock_recv(client, 65_536):
                heard += part
        return heard

    @property
    def connections(self) -> list[Any]:
        return list(self.state.connections)


def serve(run: Any, work: Callable[[Served], Coroutine[Any, Any, None]], **bounds: Any) -> None:
    async def whole() -> None:
        config = uvicorn.Config(app, ws="none", log_config=None, access_log=False)
        config.load()
        state = ServerState()
        used = Bounds(**{"head_bytes": 16_384, "body_bytes": 65_536, "seconds": 3600.0} | bounds)
        factory = functools.partial(NewConnection, config, state, {}, bounds=used)
        server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", 0)
        served = Served(server.sockets[0].getsockname()[1], state, used)
        try:
            await work(served)
        finally:
            server.close()
            for connection in served.connections:
                connection._leave()

    run(whole())


def post(size: int) -> bytes:
    head = f"POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n"
    return head.encode() + b"x" * size


@pytest.mark.parametrize("run", LOOPS.values(), ids=LOOPS)
@pytest.mark.parametrize("size", [10, SHORT_BYTES, 60_000])
def test_the_first_request_is_read_whole_however_long_it_is(run: Any, size: int) -> None:
    async def work(served: Served) -> None:
        client = await served.connect()
        sending = asyncio.create_task(asyncio.get_running_loop().sock_sendall(client, post(size)))
        answer = await served.heard(client)
        await sending
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b"\r\n\r\n%d" % size)
        client.close()

    serve(run, work)


@pytest.mark.parametrize("run", LOOPS.values(), ids=LOOPS)
def test_what_waits_for_its_turn_has_no_parser_and_is_not_too_slow(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(served: Served) -> None:
        waiting: list[tuple[Any, int]] = []
        monkeypatch.setattr(served.bounds.turns, "wait", lambda *of: waiting.append(of))
        client = await served.connect()
        await asyncio.get_running_loop().sock_sendall(client, post(2 * SHORT_BYTES))
        await served.until(lambda: bool(waiting))
        (new,) = served.connections
        assert isinstance(new, NewConnection)
        assert waiting == [(new, SHORT_BYTES + 1)]
        for _ in range(3):
            new.look()
        new._leave()  # as when the server ends: it has a request to answer
        monkeypatch.undo()
        new.read_again()
        (connection,) = served.connections
        assert isinstance(connection, BoundedConnection)
        assert (await served.heard(client)).startswith(b"HTTP/1.1 200")
        client.close()

    serve(run, work)


def test_who_left_before_its_turn_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(served: Served) -> None:
        held: list[Any] = []
        monkeypatch.setattr(served.bounds.turns, "wait", lambda *of: held.append(of[0]))
        client = await served.connect()
        await asyncio.get_running_loop().sock_sendall(client, post(10))
        await served.until(lambda: bool(held))
        held[0]._transport.abort()
        client.close()
        await served.until(lambda: not served.connections)
        held[0].read_again()
        assert served.connections == []

    serve(asyncio.run, work)


def test_one_too_many_of_an_address_is_refused_until_another_has_left() -> None:
    async def work(served: Served) -> None:
        first = await served.connect()
        await served.until(lambda: len(served.connections) == 1)
        second = await served.connect()
        assert (await served.heard(second)).startswith(b"HTTP/1.1 429 ")
        second.close()
        await asyncio.get_running_loop().sock_sendall(
            first, post(1)
        )  # it gives way, and is counted
        assert (await served.heard(first)).startswith(b"HTTP/1.1 200")
        first.close()
        await served.until(lambda: not served.connections)
        third = await served.connect()
        await asyncio.get_running_loop().sock_sendall(third, post(1))
        assert (await served.heard(third)).startswith(b"HTTP/1.1 200")
        third.close()

    serve(asyncio.run, work, addresses=ConnectionsPerAddress(1))


def test_who_sends_nothing_is_refused_at_the_second_look_and_left_as_the_server_ends() -> None:
    async def work(served: Served) -> None:
        slow, idle = await served.connect(), None
        await served.until(lambda: len(served.connections) == 1)
        (new,) = served.connections
        new.look()
        assert not new._transport.is_closing()
        new.look()
        assert (await served.heard(slow)).startswith(b"HTTP/1.1 408 ")
        slow.close()
        await served.until(lambda: not served.connections)
        idle = await served.connect()
        await served.until(lambda: len(served.connections) == 1)
        served.connections[0]._leave()
        assert await served.heard(idle) == b""
        idle.close()

    serve(asyncio.run, work)
