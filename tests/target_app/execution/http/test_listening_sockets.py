"""A turn of the loop takes a new connection of each handle, and what they hold unread is little."""

import asyncio
import contextlib
import functools
import socket
import threading
from typing import Any

import pytest
import uvicorn
import uvloop

from target_app.execution.http import new_connection
from target_app.execution.http.header_and_body_limits import Bounds
from target_app.execution.http.listening_sockets import (
    _HANDLES,
    _RECEIVE_BYTES,
    ManyHandlesServer,
    further_handles,
)
from target_app.execution.http.new_connection import NewConnection
from tests.support.wait_until import PATIENCE_SECONDS, eventually

GET = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


async def app(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def test_as_many_come_in_a_turn_as_there_are_handles() -> None:
    """Without them one comes, so that forty wait for forty turns."""
    count = 5 * _HANDLES

    async def work() -> list[int]:
        loop, made, met = asyncio.get_running_loop(), list[asyncio.BaseTransport](), []

        class Counted(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                made.append(transport)

        listening = socket.create_server(("127.0.0.1", 0), backlog=count)
        clients = [socket.create_connection(listening.getsockname()) for _ in range(count)]
        servers = [
            await loop.create_server(Counted, sock=handle, backlog=count)
            for handle in [listening, *further_handles(listening.fileno())]
        ]
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (before := len(made)) < count:
                await asyncio.sleep(0)
                met.append(len(made) - before)
        for ours in (clients, servers, made):
            for each in ours:
                each.close()
        return [many for many in met if many]

    met = uvloop.run(work())
    assert (max(met), sum(met)) == (_HANDLES, count)


def test_connections_have_the_small_buffer_of_the_socket_that_they_came_to() -> None:
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        usual = listening.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        for handle in further_handles(listening.fileno()):
            stack.enter_context(handle)
        stack.enter_context(socket.create_connection(listening.getsockname()))
        accepted = stack.enter_context(listening.accept()[0])
        size = accepted.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        assert size in (_RECEIVE_BYTES, 2 * _RECEIVE_BYTES)  # Linux has as much again for itself
        assert size < usual


@pytest.mark.parametrize("is_given", [True, False], ids=["socket given", "by address"])
def test_a_server_has_them_and_closes_them_with_the_others(*, is_given: bool) -> None:
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, lifespan="off", ws="none", log_config=None, access_log=False
    )
    server = ManyHandlesServer(config)
    with contextlib.ExitStack() as stack:
        sockets = [socket.create_server(("127.0.0.1", 0))] if is_given else None
        thread = threading.Thread(target=lambda: uvloop.run(server._serve(sockets)))
        thread.start()
        stack.callback(thread.join)
        stack.callback(lambda: vars(server).update(should_exit=True))
        # uvicorn calls itself started before the further handles are made.
        eventually(lambda: server.started and len(server.servers) == _HANDLES, "it has all handles")
        names = {own.getsockname() for each in server.servers for own in each.sockets}
        (name,) = names
        for _ in range(2 * _HANDLES):
            with socket.create_connection(name, PATIENCE_SECONDS) as client:
                client.sendall(GET)
                assert client.recv(100).startswith(b"HTTP/1.1 204")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(name, PATIENCE_SECONDS)


def test_who_waits_at_the_port_as_the_server_ends_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(new_connection, "LINGER_SECONDS", PATIENCE_SECONDS)  # however slow it is
    bounds = Bounds(head_bytes=2048, body_bytes=8192, seconds=3600.0)
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        http=functools.partial(NewConnection, bounds=bounds),  # type: ignore[arg-type] # a factory
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
    )

    async def work() -> list[bytes]:
        config.load()
        server = ManyHandlesServer(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup()
        name = server.servers[0].sockets[0].getsockname()
        # The loop does not run meanwhile, so that all of them wait.
        clients = [socket.create_connection(name, PATIENCE_SECONDS) for _ in range(5 * _HANDLES)]
        for client in clients:
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        # They would be kept alive: those who were taken last are told to end, too.
        async with asyncio.timeout(PATIENCE_SECONDS):
            await server.shutdown()
        heard = []
        for client in clients:
            with client:
                heard.append(client.recv(1000))
        return heard

    for heard in uvloop.run(work()):
        assert heard.startswith(b"HTTP/1.1 204"), heard
