"""A connection whose first bytes have not been read: it costs little, however many there are.

A parser, its callbacks and what a request needs are made when the bytes have their turn. Two
thousand connections that come at once would else keep everybody waiting while they are accepted.
"""

import asyncio
from http import HTTPStatus
from typing import Any

from uvicorn.config import Config
from uvicorn.server import ServerState

from target_app.execution.http.header_and_body_limits import Bounds
from target_app.execution.http.http_connection import LINGER_SECONDS, BoundedConnection, refusal


class NewConnection(asyncio.BufferedProtocol):
    """What uvicorn makes for each connection; it gives way to a `BoundedConnection`."""

    __slots__ = (
        "_app_state",
        "_arrived",
        "_bounds",
        "_config",
        "_counted_as",
        "_is_ending",
        "_is_seen",
        "_server_state",
        "_transport",
        "loop",
    )

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        bounds: Bounds,
    ) -> None:
        self._config, self._server_state, self._app_state = config, server_state, app_state
        self.loop, self._bounds = _loop or asyncio.get_running_loop(), bounds
        self._arrived, self._counted_as = b"", ""
        self._is_seen = self._is_ending = False
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client came."""
        self._transport = transport
        peer = transport.get_extra_info("peername")
        counted_as = self._bounds.addresses.enter(str(peer[0]) if peer else "")
        if counted_as is None:
            self._refuse(HTTPStatus.TOO_MANY_REQUESTS)
            return
        self._counted_as = counted_as
        self._server_state.connections.add(self)  # type: ignore[arg-type] # it is shut down as they are
        self._bounds.slow_clients.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client left, or was left."""
        del exc
        self._give_way()
        if self._counted_as:
            self._bounds.addresses.leave(self._counted_as)

    def get_buffer(self, sizehint: int) -> bytearray:
        """Room for the first bytes, which is lent to one connection after the other."""
        del sizehint
        return self._bounds.first_bytes

    def buffer_updated(self, nbytes: int) -> None:
        """The first bytes came: they wait for their turn, and what follows them in the kernel."""
        self._arrived = bytes(self._bounds.first_bytes[:nbytes])
        self._transport.pause_reading()
        self._bounds.turns.wait(self, nbytes)

    def read_again(self) -> None:
        """It is this connection's turn."""
        if self._transport.is_closing():
            return
        self._give_way()
        connection = BoundedConnection(
            self._config,
            self._server_state,
            self._app_state,
            self.loop,
            bounds=self._bounds,
            counted_as=self._counted_as,
        )
        self._transport.set_protocol(connection)
        connection.connection_made(self._transport)
        if self._is_ending:
            connection.shutdown()
        connection.read_first(self._arrived)

    def shutdown(self) -> None:
        """The server ends. A request that is on its way is answered still."""
        self._is_ending = True
        self.loop.call_later(LINGER_SECONDS, self._leave)

    def look(self) -> None:
        """Leave a client that has sent nothing since the last look."""
        if self._is_seen and not self._arrived:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        self._is_seen = True

    def _leave(self) -> None:
        if not self._arrived:
            self._transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        if not self._transport.is_closing():
            self._transport.write(refusal(status))
            self._transport.close()

    def _give_way(self) -> None:
        self._bounds.slow_clients.leave(self)
        self._server_state.connections.discard(self)
