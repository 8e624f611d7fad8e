"""An answer goes out by one write; to a client that has gone none does, and nobody complains."""

import asyncio
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from target_app.execution.http.response_in_one_write import SingleWriteCycle

START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
PARTS: dict[str, list[dict[str, Any]]] = {
    "in one piece": [{"type": "http.response.body", "body": b"ok"}],
    "in two pieces": [
        {"type": "http.response.body", "body": b"o", "more_body": True},
        {"type": "http.response.body", "body": b"k"},
    ],
}


class Transport:
    """A socket's transport; one that is closed refuses to be written to, as uvloop's does."""

    def __init__(self, *, is_closed: bool) -> None:
        self.is_closed = is_closed
        self.written: list[bytes] = []

    def is_closing(self) -> bool:
        return self.is_closed

    def write(self, data: bytes) -> None:
        if self.is_closed:
            raise RuntimeError("the handler is closed")
        self.written.append(data)

    def close(self) -> None:
        self.is_closed = True


def answered(transport: Any, parts: list[dict[str, Any]]) -> None:
    """Run an application that answers in `parts`."""

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        for message in (START, *parts):
            await send(message)

    async def work() -> None:
        config = uvicorn.Config(app, log_config=None, ws="none")
        connection = HttpToolsProtocol(config, ServerState(), {})
        connection.transport, connection.flow = transport, FlowControl(transport)
        cycle = SingleWriteCycle(
            connection,
            {"type": "http", "method": "GET", "path": "/"},
            keep_alive=True,
            on_response=lambda: None,
        )
        await cycle.run_asgi(app)

    asyncio.run(work())


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
def test_an_answer_to_a_client_that_has_gone_is_dropped_without_a_word(
    parts: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    """Else each one that leaves early writes a traceback into the log."""
    answered(Transport(is_closed=True), parts)
    assert caplog.messages == []


def test_an_answer_in_one_piece_is_one_write() -> None:
    transport = Transport(is_closed=False)
    answered(transport, PARTS["in one piece"])
    assert transport.written == [b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"]


def test_an_answer_in_pieces_is_written_as_they_come() -> None:
    transport = Transport(is_closed=False)
    answered(transport, PARTS["in two pieces"])
    assert b"".join(transport.written).endswith(b"\r\n\r\nok")
    assert len(transport.written) > 1
