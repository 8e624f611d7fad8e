"""The requests of one connection, with a bound on everything that the parser reads of them.

uvicorn reads headers, trailers and bodies without a bound. These are the callbacks of its
httptools parser with them; `http_connection` has what happens between them.
"""

import asyncio
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
from target_app.execution.http.reads_per_loop_turn import SHORT_BYTES, ReadTurns
from target_app.execution.http.request_runner import RequestRunner
from target_app.execution.http.response_in_one_write import SingleWriteCycle
from target_app.execution.http.slow_clients import SlowClients
from target_app.execution.http.webhook import PATH

# An honest head has some twenty fields, most of them a proxy's.
_MOST_FIELDS = 100
# Bodies up to this length are always read: no webhook needs more, and a flood of large
# bodies must not keep an honest one out.
_SMALL_BODY = 4096
_FIRST_BYTES = SHORT_BYTES + 1  # which shows that a request is a long one
_WEBHOOK_URL = PATH.encode()


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
    slow_clients: SlowClients = field(init=False)
    first_bytes: bytearray = field(default_factory=lambda: bytearray(_FIRST_BYTES))

    def __post_init__(self) -> None:
        self.slow_clients = SlowClients(self.seconds)


class Flow(FlowControl):
    """Reads nothing more while bytes wait to be parsed, or a stranger waits to be read."""

    waiting: memoryview | None = None
    gated = False

    def resume_reading(self) -> None:
        """Read again, where nothing waits."""
        if self.waiting is None and not self.gated:
            super().resume_reading()


class BoundedRequests(HttpToolsProtocol):
    """What the parser tells of requests. Where a callback raises they are refused by `_refusal`."""

    flow: Flow
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
        self._messages = 0
        self._ending = False
        self._refusal = HTTPStatus.BAD_REQUEST
        self._runner = RequestRunner(self.loop, self.tasks)

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

    def _let_go(self) -> None:
        self._bounds.held -= self._held
        self._held = 0
