"""One connection, with a bound on everything that a client can send before it is known.

uvicorn gives each request any time, and any number of bytes. This is its httptools protocol
with bounds on both, and on what its parser reads (`header_and_body_limits`). What is over a
bound is refused without the application: its allow-list, its rate limit and its signature come
after all of the head is read.
"""

import asyncio
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.server import ServerState

from target_app.execution.http.header_and_body_limits import BoundedRequests, Bounds, Flow
from target_app.execution.http.upgrade_not_made import parser_of_body

# A chunk's frame may be larger than the byte that it carries, and so may a chunk's trailers be.
_WIRE_SHARE, _WIRE_MORE = 8, 65_536
_FOR_NOW = frozenset({HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS})
LINGER_SECONDS = 0.5
"""How long an idle connection is kept when the server ends."""
# Of more bytes than a webhook has, so many are parsed at once: they may hold a dozen requests,
# each of which takes 3 kB until it is answered.
_WHOLE, _SLICE = 1024, 512


def refusal(status: HTTPStatus) -> bytes:
    """An answer by the status alone, after which the connection is closed."""
    more = "retry-after: 1\r\n" if status in _FOR_NOW else ""
    text = f"{status.phrase}.\n"
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n{more}"
        f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(text)}\r\n"
        f"connection: close\r\n\r\n{text}"
    ).encode()


class BoundedConnection(BoundedRequests):
    """uvicorn's connection. An honest client sees no difference.

    `counted_as` is what the address's connections count it under.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        bounds: Bounds,
        counted_as: str = "",
    ) -> None:
        super().__init__(config, server_state, app_state, _loop, bounds=bounds)
        self.is_known, self._arrived, self._idle_since = False, b"", 0.0
        self._seen = (0, "")
        self._reads_no_more = False
        self._counted_as = counted_as

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client came."""
        super().connection_made(transport)
        self.flow = Flow(transport)
        self._bounds.slow_clients.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client left, or was left."""
        self._bounds.slow_clients.leave(self)
        if self._counted_as:
            self._bounds.addresses.leave(self._counted_as)
        self._let_go()
        super().connection_lost(exc)
        self._runner.close()

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client sends no more, and may wait for an answer; whether it is to be written."""
        is_owed = self._owes_answers()
        if is_owed:
            self._close_after_answers()
        return is_owed

    def data_received(self, data: bytes) -> None:
        """Some bytes came. Those of a stranger wait for their turn, and what comes after them."""
        if self.is_known:
            self._read(data)
            return
        self._arrived = data
        self.flow.gated = True
        self.flow.pause_reading()
        so_far = self._head_size if self._in_head else self._wire_size
        self._bounds.turns.wait(self, so_far + len(data))

    def read_first(self, data: bytes) -> None:
        """Read the first bytes, for which the transport was paused."""
        self.flow.read_paused = True
        self._arrived = data
        self.read_again()

    def read_again(self) -> None:
        """It is this connection's turn: see `reads_per_loop_turn`."""
        data, self._arrived = self._arrived, b""
        self.flow.gated = self._reads_no_more
        if not self.flow.gated and not self.transport.is_closing():
            self._read(data)
            self.flow.resume_reading()

    def _read(self, data: bytes) -> None:
        """Read some bytes. Unlike uvicorn's own this logs nothing: strangers would fill the log."""
        if self._in_head:
            left = self._bounds.head_bytes - self._head_size
            self._head_size += len(data)
            if len(data) > left and data.find(b"\r\n\r\n", 0, left) < 0:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                return
        else:
            self._wire_size += len(data)
            if self._wire_size > _WIRE_SHARE * self._bounds.body_bytes + _WIRE_MORE:
                self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                return
        if len(data) <= _WHOLE and self.flow.waiting is None:
            self._feed(data)
        else:
            held = b"" if self.flow.waiting is None else bytes(self.flow.waiting)
            self._feed_slices(memoryview(held + data))

    def _feed_slices(self, data: memoryview) -> None:
        """Parse until a request has to wait for the one before it; what is left waits too."""
        self.flow.waiting = None
        while data and not self.transport.is_closing() and not self._reads_no_more:
            if self.pipeline:
                self.flow.waiting = data
                self.flow.pause_reading()
                return
            self._feed(data[:_SLICE])
            data = data[_SLICE:]

    def _feed(self, data: bytes | memoryview) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._feed_behind_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self._refuse(self._refusal)

    def _feed_behind_upgrade(self, data: bytes | memoryview) -> None:
        """No protocol but HTTP is spoken here: the request is answered as if it asked for none."""
        self._in_head, self.cycle.more_body = False, True
        self.cycle.message_event.clear()
        try:
            parser = parser_of_body(self, self.headers)
        except httptools.HttpParserError:  # of a framing that is none
            self._refuse(self._refusal)
            return
        if parser is None:
            self.on_message_complete()
        else:
            self.parser = parser
        if data:
            self._feed(data)

    def on_response_complete(self) -> None:
        """The answer is written. An idle connection is left by `look`, not by a timer for each."""
        if self._held:
            self._let_go()
        if self.cycle.response_complete:
            # It lives as long as the connection; that of one which waits is to be read still.
            self.cycle.body = bytearray()
        self.is_known = self.is_known or self.cycle.accepted
        self._idle_since = self.loop.time()
        self.server_state.total_requests += 1
        if self._reads_no_more and not self.pipeline:
            self.transport.close()
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        if self.flow.waiting is not None and not self.pipeline:
            self._feed_slices(self.flow.waiting)
            self.flow.resume_reading()

    def shutdown(self) -> None:
        """The server ends. A request that is on its way on an idle connection is answered still.

        To close at once would reset it, and a proxy may not send it again by itself.
        """
        if self.cycle is None or self.cycle.response_complete:
            self._ending = True
            self.loop.call_later(LINGER_SECONDS, self._leave)
        else:
            super().shutdown()

    def _leave(self) -> None:
        """Close, unless a request that came meanwhile is being answered: it closes after that."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()

    def look(self) -> None:
        """Leave a client that has been in the middle of the same thing since the last look."""
        now = (self._messages, self._waiting_for())
        if now[1] and now == self._seen:
            if now[1] == "taking":
                self.transport.abort()
                return
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        self._seen = now
        if self._is_idle() and self.loop.time() - self._idle_since > self._bounds.idle_seconds:
            self.transport.close()

    def _waiting_for(self) -> str:
        """What the client owes: a head, a body, or room for the answer; nothing when idle."""
        if self.flow.write_paused:
            return "taking"
        if not self._in_head:
            return "body"
        return "head" if self._head_size or self._arrived or not self._messages else ""

    def _is_idle(self) -> bool:
        return not self._waiting_for() and self.cycle.response_complete

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer by the status alone, unless the application is answering, and close."""
        if self.transport.is_closing() or self._reads_no_more:
            return
        if self._owes_answers():
            self._close_after_answers()
            return
        answering = self.cycle is not None and not self.cycle.response_complete
        self._let_go()
        if not (answering and self.cycle.response_started):
            if answering:
                self.cycle.disconnected = True
            self.transport.write(refusal(status))
        self.transport.close()

    def _owes_answers(self) -> bool:
        """Whether a request that had come whole is not answered yet."""
        if self.cycle is None or self.cycle.response_complete:
            return False
        return bool(self.pipeline) or not self.cycle.more_body

    def _close_after_answers(self) -> None:
        """Read no more, and close when what had come whole is answered.

        A refusal would be taken for the answer of the request before it.
        """
        if self.pipeline and self.pipeline[0][0].more_body:
            self.pipeline.popleft()
        self._reads_no_more, self.flow.gated, self.flow.waiting = True, True, None
        self.flow.pause_reading()
