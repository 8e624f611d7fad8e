"""A connection's webhooks are run one after the other, in one task while that is possible."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from target_app.execution.http.request_runner import RequestRunner

Step = Callable[[], Awaitable[None]]


class Request:
    """Runs `step`, and remembers the task that it ran in."""

    def __init__(self, step: Step | None = None) -> None:
        self.step, self.done = step, False
        self.task: asyncio.Task[Any] | None = None

    async def run_asgi(self, app: Any) -> None:
        self.task = asyncio.current_task()
        try:
            if self.step is not None:
                await self.step()
        except asyncio.CancelledError:
            pass  # as uvicorn's, which answers 500 then
        app.append(self)
        self.done = True


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until that holds; no time passes in it."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came true")


def on_loop(scenario: Callable[[RequestRunner, set[Any], list[Request]], Awaitable[None]]) -> None:
    async def whole() -> None:
        tasks: set[asyncio.Task[None]] = set()
        runner = RequestRunner(asyncio.get_running_loop(), tasks)
        await scenario(runner, tasks, [])
        runner.close()
        await until(lambda: len(asyncio.all_tasks()) == 1)
        assert tasks == set()

    asyncio.run(whole())


def test_requests_share_a_task_which_counts_only_while_one_is_run() -> None:
    async def scenario(runner: RequestRunner, tasks: set[Any], app: list[Request]) -> None:
        requests = [Request() for _ in range(3)]
        for request in requests:
            runner.run(request, app)
            assert len(tasks) == 1
            assert not request.done, "not before the next turn of the loop"
            await until(lambda request=request: request.done)  # type: ignore[misc]
            await until(lambda: not tasks)
        assert app == requests
        assert len({request.task for request in requests}) == 1

    on_loop(scenario)


def test_one_that_comes_before_the_last_is_done_does_not_wait_for_it() -> None:
    async def scenario(runner: RequestRunner, tasks: set[Any], app: list[Request]) -> None:
        hold = asyncio.Event()

        async def wait() -> None:
            await hold.wait()

        slow, quick, later = Request(wait), Request(), Request()
        runner.run(slow, app)
        await until(lambda: slow.task is not None)
        runner.run(quick, app)
        await until(lambda: quick.done)
        assert not slow.done
        assert tasks == {slow.task}
        hold.set()
        await until(lambda: slow.done and not tasks)
        runner.run(later, app)
        await until(lambda: later.done)
        assert later.task is quick.task
        assert later.task is not slow.task

    on_loop(scenario)


def test_a_task_that_was_cancelled_is_not_used_again() -> None:
    async def scenario(runner: RequestRunner, tasks: set[Any], app: list[Request]) -> None:
        async def for_ever() -> None:
            await asyncio.get_running_loop().create_future()

        stuck, later = Request(for_ever), Request()
        runner.run(stuck, app)
        await until(lambda: stuck.task is not None)
        for task in tasks:
            task.cancel()
        await until(lambda: not tasks)
        runner.run(later, app)
        await until(lambda: later.done)
        assert later.task is not stuck.task

    on_loop(scenario)


def test_when_the_connection_ends_what_runs_is_finished_and_the_task_ends() -> None:
    async def scenario(runner: RequestRunner, tasks: set[Any], app: list[Request]) -> None:
        hold = asyncio.Event()

        async def wait() -> None:
            await hold.wait()

        last = Request(wait)
        runner.run(last, app)
        await until(lambda: last.task is not None)
        runner.close()
        assert tasks == {last.task}
        hold.set()
        await until(lambda: last.done and not tasks)

    on_loop(scenario)
