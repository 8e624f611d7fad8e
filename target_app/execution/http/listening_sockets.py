"""Several handles on one listening socket, so that many clients who come at once are taken soon.

libuv takes one new connection of each handle in a turn of its loop. With one handle a client that
comes behind two thousand others would wait for two thousand turns.
"""

import asyncio
import os
import select
import socket

import uvicorn

# New connections in a turn of the loop: so many take a fraction of a millisecond.
_HANDLES = 8
# What nobody has read yet waits in the kernel, not here, and not there at length. Connections
# have it from the socket that they came to.
_RECEIVE_BYTES = 16_384


def further_handles(listening: int) -> list[socket.socket]:
    """More sockets for the file of the descriptor `listening`, whose receive buffers become small.

    They are the caller's to close.
    """
    handles = [socket.socket(fileno=os.dup(listening)) for _ in range(_HANDLES - 1)]
    handles[0].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)
    return handles


class ManyHandlesServer(uvicorn.Server):
    """uvicorn's server, with further handles on each socket that it listens on by itself.

    Who waits at the port as it ends is taken and answered: to close it would reset them.
    """

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        await super().startup(sockets)
        config, loop = self.config, asyncio.get_running_loop()

        def connection() -> asyncio.BaseProtocol:
            return config.http_protocol_class(  # type: ignore[call-arg]
                config=config, server_state=self.server_state, app_state=self.lifespan.state
            )

        for listening in [own for server in self.servers for own in server.sockets]:
            for handle in further_handles(listening.fileno()):
                self.servers.append(
                    await loop.create_server(connection, sock=handle, backlog=config.backlog)
                )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take who waits, and end."""
        await self._take_who_waits()
        # In the same turn: somebody may come in every other.
        for server in self.servers:
            server.close()
        # Those who were taken last become connections, which are told to end with the others.
        for _ in range(2):
            await asyncio.sleep(0)
        await super().shutdown(sockets)

    async def _take_who_waits(self) -> None:
        ports = select.poll()
        for own in [own for server in self.servers for own in server.sockets]:
            ports.register(own.fileno(), select.POLLIN)
        # No more than may have waited when it was asked to end: others come all the time.
        for _ in range(self.config.backlog // _HANDLES):
            if not ports.poll(0):
                return
            await asyncio.sleep(0)
