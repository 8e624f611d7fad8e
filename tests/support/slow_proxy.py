"""A TCP proxy that hands answers on when it is told to: a server as slow as a test wants it.

Requests pass at once; each piece of an answer waits for its turn, in every connection.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

_PIECE_BYTES = 65_536


def _none(_answer: bytes) -> bool:
    """No answer waits."""
    return False


class SlowProxy:
    """Answers that `slows` says of wait; `step` hands on what waits now.

    What is waited for in vain is dropped by its reader, and never handed on.
    """

    def __init__(self, socket_path: Path) -> None:
        self._behind = socket_path
        self._turns: set[asyncio.Event] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.slows: Callable[[bytes], bool] = _none

    @property
    def waiting(self) -> int:
        """Answers that wait for their turn."""
        return len(self._turns)

    @property
    def url(self) -> str:
        """Its address, as the services take it."""
        assert self._server is not None
        return f"redis://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/0"

    def step(self) -> None:
        """Hand on what waits now; what comes after it waits again."""
        for turn in tuple(self._turns):
            turn.set()

    def quick(self) -> None:
        """Hand everything on at once again."""
        self.slows = _none
        self.step()

    @contextlib.asynccontextmanager
    async def up(self) -> AsyncIterator["SlowProxy"]:
        """Listening within, and gone in the end."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        try:
            yield self
        finally:
            self._server.close()
            for task in tuple(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(_closed, writer)
            answers_from, requests_to = await asyncio.open_unix_connection(self._behind)
            stack.push_async_callback(_closed, requests_to)
            answers = asyncio.create_task(self._answers(answers_from, writer))
            stack.push_async_callback(_cancelled, answers)
            with contextlib.suppress(OSError):
                while data := await reader.read(_PIECE_BYTES):
                    requests_to.write(data)
                    await requests_to.drain()

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_PIECE_BYTES):
            if self.slows(data):
                turn = asyncio.Event()
                self._turns.add(turn)
                try:
                    await turn.wait()
                finally:
                    self._turns.discard(turn)
            with contextlib.suppress(OSError):
                writer.write(data)
                await writer.drain()


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
