"""One connection, with a bound on everything that a client can send before it is known.

uvicorn reads headers, trailers, and the time that a request takes, without a bound. This is
its httptools protocol with them. What is over a bound is refused without the application: its
allow-list, its rate limit and its signature come after all of the head is read.
"""

import asyncio
import contextlib
import os
import socket
import urllib.parse
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT, FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from target_app.execution.http.connections_per_address import ConnectionsPerAddress
from target_app.execution.http.reads_per_loop_turn import ReadTurns
from target_app.execution.http.request_runner import RequestRunner
from target_app.execution.http.response_in_one_write import SingleWriteCycle
from target_app.execution.http.webhook import PATH

# An honest head has some twenty fields, most of them a proxy's.
_MOST_FIELDS = 100
# Bodies up to this length are always read: no webhook needs more, and a flood of large
# bodies must not keep an honest one out.
_SMALL_BODY = 4096
# A chunk's frame may be larger than the byte that it carries, and so may a chunk's trailers be.
_WIRE_SHARE, _WIRE_MORE = 8, 65_536
_RECEIVE_BYTES = 16_384
_FOR_NOW = frozenset({HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS})
_WEBHOOK_URL = PATH.encode()
_LINGER_SECONDS = 0.5
# Of more bytes than a webhook has, so many are parsed at once: they may hold a dozen requests,
# each of which takes 3 kB until it is answered.
_WHOLE, _SLICE = 1024, 512


@dataclass(slots=True)
class Bounds:
    """What connections may hold. One instance serves every connection of a process.

    `seconds` is the longest time for a head, a body, or an answer to be taken; it is looked
    at so often, so that twice as long may pass. A connection that was idle for `idle_seconds` is
    left at the next look. `held` counts the bytes of large bodies now.
    """

    head_bytes: int
    body_bytes: int
    seconds: float
    idle_seconds: float = 5.0  # as uvicorn's: balancers keep connections for shorter, or ask first
    most_held: int = 16 << 20
    held: int = 0
    turns: ReadTurns = field(default_factory=ReadTurns)
    addresses: ConnectionsPerAddress = field(default_factory=ConnectionsPerAddress)


class _Flow(FlowControl):
    """Reads nothing more while bytes wait to be parsed, or a stranger waits to be read."""

    waiting: memoryview | None = None
    gated = False

    def resume_reading(self) -> None:
        """Read again, where nothing waits."""
        if self.waiting is None and not self.gated:
            super().resume_reading()


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's connection. An honest client sees no difference."""

    flow: _Flow
    cycle: SingleWriteCycle

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        bounds: Bounds,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._bounds = bounds
        self._in_head, self._head_size, self._trailers = True, 0, 0
        self._wire_size = self._body_size = self._counted = self._held = 0
        self._messages, self._seen = 0, (0, "")
        self.is_known, self._arrived, self._idle_since = False, b"", 0.0
        self._ending = False
        self._runner = RequestRunner(self.loop, self.tasks)
        self._refusal = HTTPStatus.BAD_REQUEST
        self._timer: asyncio.TimerHandle | None = None
        self._counted_as = ""  # what `addresses` counts it under

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client came."""
        super().connection_made(transport)
        self.flow = _Flow(transport)
        # What nobody has read yet waits in the kernel, not here, and not there at length.
        if (own := transport.get_extra_info("socket")) is not None:
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(own.fileno())) as same:
                same.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)
        counted_as = self._bounds.addresses.enter(self.client[0] if self.client else "")
        if counted_as is None:
            self._refuse(HTTPStatus.TOO_MANY_REQUESTS)
            return
        self._counted_as = counted_as
        self._timer = self.loop.call_later(self._bounds.seconds, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client left, or was left."""
        if self._timer is not None:
            self._timer.cancel()
        if self._counted_as:
            self._bounds.addresses.leave(self._counted_as)
        self._let_go()
        super().connection_lost(exc)
        self._runner.close()

    def data_received(self, data: bytes) -> None:
        """Some bytes came. Those of a stranger wait for their turn, and what comes after them."""
        if self.is_known:
            self._read(data)
            return
        self._arrived = data
        self.flow.gated = True
        self.flow.pause_reading()
        self._bounds.turns.wait(self)

    def read_again(self) -> None:
        """It is this connection's turn: see `read_turns`."""
        data, self._arrived = self._arrived, b""
        self.flow.gated = False
        if not self.transport.is_closing():
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
        while data and not self.transport.is_closing():
            if self.pipeline:
                self.flow.waiting = data
                self.flow.pause_reading()
                return
            self._feed(data[:_SLICE])
            data = data[_SLICE:]

    def _feed(self, data: bytes | memoryview) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            return  # no protocol but HTTP is spoken here: the request is answered as it is
        except httptools.HttpParserError:
            self._refuse(self._refusal)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._messages += 1
        self._trailers = self._wire_size = self._body_size = self._counted = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A part of the request's target."""
        if len(self.url) + len(url) > self._bounds.head_bytes:
            self._refusal = HTTPStatus.REQUEST_URI_TOO_LONG
            raise ValueError
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field of the head, or of the trailers: those are passed over.

        A trailer that counted would add, say, an X-Forwarded-For that no proxy has seen.
        """
        if self._in_head:
            headers = self.headers
            headers.append((name.lower(), value))
            fields = len(headers)
        else:
            fields = self._trailers = self._trailers + 1
        if fields > _MOST_FIELDS:
            self._refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise ValueError

    def on_headers_complete(self) -> None:
        """The head is whole: the application starts."""
        self._in_head, self._head_size = False, 0
        expected = dict(self.headers).get(b"expect")
        if expected is not None and expected.lower() == b"100-continue":
            self.expect_100_continue = True
        http_version = self.parser.get_http_version()
        scope: Any = self.scope
        scope["method"] = self.parser.get_method().decode("ascii")
        if http_version != "1.1":
            scope["http_version"] = http_version
        if self.url == _WEBHOOK_URL:
            scope["path"], scope["raw_path"], scope["query_string"] = PATH, _WEBHOOK_URL, b""
        else:
            url = httptools.parse_url(self.url)
            path = url.path.decode("ascii")
            scope["path"] = urllib.parse.unquote(path) if "%" in path else path
            scope["raw_path"], scope["query_string"] = url.path, url.query or b""
        before = self.cycle
        self.cycle = SingleWriteCycle(
            self,
            scope,
            keep_alive=(
                http_version != "1.0" and self.parser.should_keep_alive() and not self._ending
            ),
            on_response=self.on_response_complete,
        )
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def on_body(self, body: bytes) -> None:
        """A part of the body. Past the longest that the application reads nothing is kept."""
        cycle, before = self.cycle, self._body_size
        size = self._body_size = before + len(body)
        room = self._bounds.body_bytes + 1 - before
        if room <= 0 or cycle.response_complete:
            return
        if size > _SMALL_BODY:
            more, self._counted = size - self._counted, size
            self._held += more
            self._bounds.held += more
            if self._bounds.held > self._bounds.most_held:
                self._refusal = HTTPStatus.SERVICE_UNAVAILABLE
                raise ValueError
        cycle.body += body if len(body) <= room else body[:room]
        if size > HIGH_WATER_LIMIT:
            self.flow.pause_reading()
        cycle.message_event.set()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        """As uvicorn's, but that webhooks have a task together."""
        if cycle.scope["path"] == PATH:
            self._runner.run(cycle, app)
            return
        task = self.loop.create_task(cycle.run_asgi(app))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._in_head = True
        cycle = self.cycle
        if not cycle.response_complete:
            cycle.more_body = False
            cycle.message_event.set()

    def on_response_complete(self) -> None:
        """The answer is written. An idle connection is left by `_look`, not by a timer for each."""
        if self._held:
            self._let_go()
        self.cycle.body = bytearray()  # which lives as long as the connection
        self.is_known = self.is_known or self.cycle.accepted
        self._idle_since = self.loop.time()
        self.server_state.total_requests += 1
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
            self.loop.call_later(_LINGER_SECONDS, self._leave)
        else:
            super().shutdown()

    def _leave(self) -> None:
        """Close, unless a request that came meanwhile is being answered: it closes after that."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()

    def _let_go(self) -> None:
        self._bounds.held -= self._held
        self._held = 0

    def _look(self) -> None:
        """Leave a client that has been in the middle of the same thing since the last look."""
        now = (self._messages, self._waiting_for())
        if now[1] and now == self._seen:
            if now[1] == "taking":
                self.transport.abort()
            else:
                self._refuse(HTTPStatus.REQUEST_TIMEOUT)
            return
        self._seen = now
        if self._is_idle() and self.loop.time() - self._idle_since > self._bounds.idle_seconds:
            self.transport.close()
        if not self.transport.is_closing():
            self._timer = self.loop.call_later(self._bounds.seconds, self._look)

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
        if self.transport.is_closing():
            return
        self._let_go()
        answering = self.cycle is not None and not self.cycle.response_complete
        if not (answering and self.cycle.response_started):
            if answering:
                self.cycle.disconnected = True
            more = "retry-after: 1\r\n" if status in _FOR_NOW else ""
            text = f"{status.phrase}.\n"
            self.transport.write(
                f"HTTP/1.1 {status.value} {status.phrase}\r\n{more}"
                f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(text)}\r\n"
                f"connection: close\r\n\r\n{text}".encode()
            )
        self.transport.close()
