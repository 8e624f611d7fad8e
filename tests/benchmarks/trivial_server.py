"""A server that answers a webhook as the service does, and does nothing: for measuring clients."""

import asyncio
import re
import sys
from typing import cast

import uvloop

_ACCEPTED = b'{"status":"accepted"}'
_REFUSED = b'{"title":"Low confidence","status":422,"code":"low_confidence"}'
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_UNSURE = b'"confidence":0.5'  # of 0.5 to 0.6, as `normal` writes them


def _answer(status: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


_OK, _NO = _answer("200 OK", _ACCEPTED), _answer("422 Unprocessable Content", _REFUSED)


class Trivial(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to read."""
        self._transport = cast("asyncio.WriteTransport", transport)
        self._data = b""

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._data, 0, end)
            end += 4 + (int(length[1]) if length else 0)
            if len(self._data) < end:
                return
            request, self._data = self._data[:end], self._data[end:]
            self._transport.write(_NO if _UNSURE in request else _OK)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(Trivial, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    # In uvicorn's words, which tests.support.service_process waits for.
    sys.stdout.write(f"Uvicorn running on http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    await server.serve_forever()


def main() -> None:
    """Serve until killed."""
    uvloop.run(_serve())
