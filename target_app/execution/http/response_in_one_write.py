"""A request's answer by one write: uvicorn's cycle, without what a finished answer does not need.

uvicorn writes head and body one after the other, and looks at every header of an answer with
two regular expressions. The service's answers are whole when they are sent, and no header
of theirs holds a client's text.
"""

from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from target_app.execution.http.webhook import PATH

_OK = 200


class SingleWriteCycle(RequestResponseCycle):
    """Answers that come in one piece are written in one piece; others as uvicorn does."""

    start: Any = None
    accepted = False  # whether the webhook of somebody who may send them was answered
    tasks: set[Any]
    task: Any

    async def run_asgi(self, app: Any) -> None:
        """Run the application once."""
        try:
            await super().run_asgi(app)
        finally:
            self.tasks.discard(self.task)

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
        fields = (*self.default_headers, *headers)
        lines = [b"%b: %b\r\n" % (name, value) for name, value in fields]
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
