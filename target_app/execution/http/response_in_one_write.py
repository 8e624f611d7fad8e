"""A request's answer by one write: uvicorn's cycle, without what a finished answer does not need.

uvicorn writes head and body one after the other, and looks at every header of an answer with
two regular expressions. The service's answers are whole when they are sent, and no header
of theirs holds a client's text.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from target_app.execution.http.webhook import PATH

_OK = 200


class MessageEvent:
    """asyncio.Event, without the queue of half a kilobyte that few requests ever wait in."""

    __slots__ = ("_is_set", "_waiting")

    def __init__(self) -> None:
        self._is_set = False
        self._waiting: list[asyncio.Future[None]] = []

    def is_set(self) -> bool:
        """Whether there is something to receive."""
        return self._is_set

    def set(self) -> None:
        """There is, and who waits for it goes on."""
        self._is_set = True
        if self._waiting:
            for waiting in self._waiting:
                if not waiting.done():
                    waiting.set_result(None)
            self._waiting = []

    def clear(self) -> None:
        """It was received."""
        self._is_set = False

    async def wait(self) -> None:
        """Return once there is something to receive."""
        if not self._is_set:
            waiting = asyncio.get_running_loop().create_future()
            self._waiting.append(waiting)
            await waiting


class SingleWriteCycle(RequestResponseCycle):
    """Answers that come in one piece are written in one piece; others as uvicorn does."""

    # What uvicorn's own sets for each request, and most never change.
    access_log = disconnected = response_started = response_complete = False
    more_body = True
    chunked_encoding = None
    expected_content_length = 0
    start: Any = None
    accepted = False  # whether the webhook of somebody who may send them was answered

    def __init__(  # its parent's would set each of these by name
        self,
        connection: HttpToolsProtocol,
        scope: Any,
        *,
        keep_alive: bool,
        on_response: Callable[[], None],
    ) -> None:
        self.scope, self.keep_alive, self.on_response = scope, keep_alive, on_response
        self.transport, self.flow = connection.transport, connection.flow
        self.logger = connection.logger
        self.default_headers = connection.server_state.default_headers
        self.waiting_for_100_continue = connection.expect_100_continue
        self.message_event = MessageEvent()  # type: ignore[assignment]
        self.body = bytearray()

    async def receive(self) -> Any:
        """An ASGI message of the server; a body that is whole needs no waiting."""
        if (
            self.more_body
            or not self.message_event.is_set()  # it was received already
            or self.waiting_for_100_continue
            or self.disconnected
            or self.response_complete
        ):
            return await super().receive()
        self.message_event.clear()
        body, self.body = bytes(self.body), bytearray()
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Any) -> None:
        """An ASGI message of the application."""
        if self.transport.is_closing():
            # The client is gone, which the server tells in its next turn; to write would raise.
            self.disconnected = True
            return
        if self.start is None and not self.response_started:
            self.start = message  # its body follows, and is written with it
            return
        start, self.start = self.start, None
        if start is None or message.get("more_body", False) or self.flow.write_paused:
            if start is not None:
                await super().send(start)
            await super().send(message)
            return
        if not self.disconnected:
            self._write(start["status"], start.get("headers", ()), message.get("body", b""))

    def _write(self, status: int, headers: Any, body: bytes) -> None:
        self.response_started = True
        self.accepted = status == _OK and self.scope["path"] == PATH
        self.waiting_for_100_continue = False
        lines = [b"%b: %b\r\n" % field for field in (*self.default_headers, *headers)]
        head = STATUS_LINE[status] + b"".join(lines)
        # Each line is whole, and no value holds a line's end.
        if b"\r\ncontent-length: " not in head:
            head += b"content-length: %d\r\n" % len(body)
        if b"\r\nconnection: close\r\n" in head:
            self.keep_alive = False
        elif not self.keep_alive:
            head += b"connection: close\r\n"
        self.transport.write(head + b"\r\n" + (b"" if self.scope["method"] == "HEAD" else body))
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()
