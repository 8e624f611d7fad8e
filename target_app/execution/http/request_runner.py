"""Runs the webhooks of one connection in one task.

asyncio keeps each task in a set of weak references, which is Python code: to make and to forget
a task takes longer than to read a webhook. A connection that is kept sends hundreds of them.
"""

import asyncio
from typing import Any, Protocol


class Request(Protocol):
    """One request with its answer."""

    async def run_asgi(self, app: Any) -> None:
        """Run the application once; it raises nothing."""


class RequestRunner:
    """The task of a connection. It is in `tasks` while a request is run, as uvicorn's are."""

    def __init__(self, loop: asyncio.AbstractEventLoop, tasks: set[asyncio.Task[None]]) -> None:
        self._loop, self._tasks = loop, tasks
        self._idle: asyncio.Future[tuple[Request, Any]] | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def run(self, request: Request, app: Any) -> None:
        """Begin a request in the next turn of the loop.

        Where the application has answered the one before and is not done with it, in a task anew.
        """
        idle, self._idle = self._idle, None
        if idle is None or self._task is None or idle.done():
            self._task = self._loop.create_task(self._serve(request, app))
        else:
            idle.set_result((request, app))
        self._tasks.add(self._task)

    def close(self) -> None:
        """The connection is gone: what runs is finished, and nothing more begins."""
        self._closed = True
        if self._idle is not None:
            self._idle.cancel()

    async def _serve(self, request: Request, app: Any) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - this is a task's coroutine
        while True:
            try:
                await request.run_asgi(app)
            finally:
                self._tasks.discard(task)
            # The server ends tasks that take too long by cancelling them, which `run_asgi` takes.
            if self._closed or self._task is not task or task.cancelling():
                return
            self._idle = idle = self._loop.create_future()
            del request  # which would live until the next one
            request, app = await idle
