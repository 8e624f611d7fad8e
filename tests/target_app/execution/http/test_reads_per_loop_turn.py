"""Strangers are read a few in each turn of the loop, those with short requests first.

Who sent an accepted webhook is read at once.
"""

import asyncio
import functools
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from target_app.execution.http.header_and_body_limits import Bounds
from target_app.execution.http.http_connection import BoundedConnection
from target_app.execution.http.reads_per_loop_turn import (
    _LONG_IN_A_TURN,
    _SHORT_IN_A_TURN,
    SHORT_BYTES,
    ReadTurns,
)
from target_app.execution.http.webhook import PATH

STATUS = {PATH: 200, "/unsigned": 401, "/health": 200}


async def app(scope: Any, _receive: Any, send: Any) -> None:
    status = STATUS[scope["path"]]
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})


class Wire(asyncio.Transport):
    """A connection's transport in memory."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.1", 1), "sockname": ("127.0.0.1", 2)})
        self.answers: list[bytes] = []
        self.reads, self.closed = True, False

    def write(self, data: Any) -> None:
        self.answers.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def on_loop(work: Callable[[Callable[[], tuple[BoundedConnection, Wire]]], Any]) -> None:
    """Run `work`, which is given what connects a new client."""

    async def whole() -> None:
        config = uvicorn.Config(app, ws="none", log_config=None, access_log=False)
        config.load()
        bounds, state = Bounds(head_bytes=2048, body_bytes=8192, seconds=3600.0), ServerState()

        def connect() -> tuple[BoundedConnection, Wire]:
            wire, loop = Wire(), asyncio.get_running_loop()
            made = BoundedConnection(config, state, {}, loop, bounds=bounds)
            made.connection_made(wire)
            return made, wire

        await work(connect)
        for connection in list(state.connections):
            assert isinstance(connection, BoundedConnection)
            connection.connection_lost(None)

    asyncio.run(whole())


async def turns(many: int) -> None:
    for _ in range(many):
        await asyncio.sleep(0)


def test_of_many_strangers_that_send_at_once_a_few_are_read_in_each_turn() -> None:
    async def work(connect: Any) -> None:
        those = [connect() for _ in range(100)]
        for connection, wire in those:
            connection.data_received(b"G" * 5000)
            assert (wire.answers, wire.reads) == ([], False)
        for turn in range(1, 100 // _SHORT_IN_A_TURN + 1):
            await turns(1)
            assert sum(wire.closed for _, wire in those) == turn * _SHORT_IN_A_TURN
        await turns(1)
        assert all(wire.answers[0].startswith(b"HTTP/1.1 431") for _, wire in those)

    on_loop(work)


def test_who_sent_an_accepted_webhook_waits_for_no_stranger() -> None:
    async def work(connect: Any) -> None:
        known, wire = connect()
        known.data_received(get(PATH))
        await turns(6)
        assert (len(wire.answers), known.is_known, wire.reads) == (1, True, True)
        for connection, _ in [connect() for _ in range(500)]:
            connection.data_received(b"G" * 5000)
        known.data_received(get(PATH))
        await turns(3)
        assert len(wire.answers) == 2

    on_loop(work)


def test_who_sends_little_does_not_wait_for_those_who_have_sent_much() -> None:
    async def work(connect: Any) -> None:
        those = [connect() for _ in range(500)]
        for connection, _ in those:
            connection.data_received(b"POST / HTTP/1.1\r\nHost: x\r\nX-A: " + b"b" * SHORT_BYTES)
        honest, wire = connect()
        honest.data_received(get(PATH))
        await turns(1)
        assert sum(other.closed for _, other in those) == _LONG_IN_A_TURN
        await turns(3)
        assert len(wire.answers) == 1
        assert sum(other.closed for _, other in those) == 4 * _LONG_IN_A_TURN

    on_loop(work)


def test_what_came_of_a_request_before_counts_whether_it_is_long() -> None:
    async def work(connect: Any) -> None:
        connection, _ = connect()
        connection.data_received(b"POST /health HTTP/1.1\r\nContent-Length: 60000\r\n\r\n")
        await turns(3)
        waits_behind = []
        for _ in range(3):
            connection.data_received(b"x" * (SHORT_BYTES // 2))
            waits_behind.append(list(connection._bounds.turns._long) == [connection])
            await turns(3)
        assert waits_behind == [False, False, True]

    on_loop(work)


def test_who_was_refused_or_asked_for_something_else_stays_a_stranger() -> None:
    async def work(connect: Any) -> None:
        for path in ("/unsigned", "/health"):
            connection, wire = connect()
            for count in (1, 2):
                connection.data_received(get(path))
                assert not wire.reads
                await turns(6)
                assert (len(wire.answers), connection.is_known, wire.reads) == (count, False, True)

    on_loop(work)


def test_who_left_before_its_turn_is_passed_over() -> None:
    async def work(connect: Any) -> None:
        connection, wire = connect()
        connection.data_received(get("/health"))
        wire.closed = True
        connection.connection_lost(None)
        await turns(3)
        assert (wire.answers, wire.reads) == ([], False)

    on_loop(work)


def test_nothing_is_scheduled_while_nobody_waits() -> None:
    async def work(_connect: Any) -> None:
        waiting = ReadTurns()
        read: list[int] = []

        class One:
            def __init__(self, number: int) -> None:
                self.read_again = functools.partial(read.append, number)

        waiting.wait(One(1), 100)
        waiting.wait(One(2), SHORT_BYTES + 1)
        await turns(1)
        assert (read, waiting._scheduled) == ([1, 2], False)
        waiting.wait(One(3), 100)
        await turns(1)
        assert read == [1, 2, 3]

    on_loop(work)


def test_the_others_are_read_though_reading_one_raises() -> None:
    async def work(connect: Any) -> None:
        told: list[Any] = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: told.append(context["exception"]))
        broken, _ = connect()
        broken._read = None
        honest, wire = connect()
        for connection in (broken, honest):
            connection.data_received(get("/health"))
        await turns(6)
        late, late_wire = connect()
        late.data_received(get("/health"))
        await turns(6)
        assert (len(wire.answers), len(late_wire.answers)) == (1, 1)
        assert [type(error) for error in told] == [TypeError]

    on_loop(work)


def test_framing_that_is_none_is_refused_behind_an_upgrade_too() -> None:
    async def work(connect: Any) -> None:
        for framing in ("gzip", "chunked, gzip", "x"):
            connection, wire = connect()
            connection.data_received(
                "POST /unsigned HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"
                f"Transfer-Encoding: {framing}\r\n\r\n".encode()
            )
            await turns(6)
            assert wire.answers[0].startswith(b"HTTP/1.1 400 "), wire.answers
            assert wire.closed

    on_loop(work)
