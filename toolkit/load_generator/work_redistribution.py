"""Who sends what, while workers come and go.

Of an open loop every worker knows the whole schedule and sends its part of it. When one is
lost or joins, all share what falls due from then on, from a request on that none of them has
reached. Of a closed loop with a number of requests, each has a part of them: what a lost one
had left goes to the others, and one that joins gets what the others leave.
What a lost worker should have sent before that was noticed stays unsent, and what it sent
after its last figures is not counted: the result says so.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from toolkit.load.stages import worker_part
from toolkit.load_generator.current_run import CurrentRun
from toolkit.load_generator.master_worker_messages import RESHARE

_LOG = logging.getLogger(__name__)
# A change of shares must reach every worker before the first request that it is about.
_LEAD_SECONDS = 0.3


class WorkSharing:
    """Compares the workers that share a run with those that are `alive` and that have `users`."""

    def __init__(
        self,
        runner: Any,
        alive: Callable[[], tuple[str, ...]],
        with_users: Callable[[], tuple[str, ...]],
    ) -> None:
        self._runner, self._alive, self._with_users = runner, alive, with_users
        self.workers: tuple[str, ...] = ()
        self._parts: dict[str, int] = {}
        self._newcomers: tuple[str, ...] = ()

    def begin(self, workers: tuple[str, ...], run: CurrentRun) -> None:
        """These share the run from its first request on."""
        self.workers, self._newcomers = workers, ()
        bound = run.workload.max_requests if run.workload else 0
        self._parts = {
            worker: worker_part(bound, number, len(workers))
            for number, worker in enumerate(workers)
        }

    def notice(self, run: CurrentRun) -> None:
        """Report workers that are gone, and let those that are there share the rest."""
        alive = self._alive()
        lost = sorted(set(self.workers) - set(alive))
        joined = tuple(sorted(set(self._with_users()) - set(self.workers)))
        if not lost and not joined:
            return
        self.workers = tuple(sorted({*self.workers, *joined} - set(lost)))
        for worker in lost:
            self._report(worker, run)
        if self.workers:
            self._share(run, lost, joined)

    def _report(self, worker: str, run: CurrentRun) -> None:
        number = self._runner.get_worker_index(worker) + 1
        when = f"worker {number} of {run.workers} was lost after {run.elapsed:.1f} s"
        message = (
            f"{when}; the others send the rest, but not what it had begun; what it sent after its "
            "last figures, of at most a second, is not counted"
            if self.workers
            else f"{when}, and no other is left"
        )
        _LOG.error(message)
        run.lost = (*run.lost, message)

    def report_silent(self, run: CurrentRun) -> None:
        """Report workers that the run ended with, and whose last figures never came."""
        if not run.workers:
            return  # it ended before it began
        for worker in sorted(set(self.workers) - run.finished):
            number = self._runner.get_worker_index(worker) + 1 if self._has_workers else 1
            message = (
                f"worker {number} of {run.workers} gave no last figures: what it sent in its last "
                "second, and what was under way there, is not known"
            )
            _LOG.error(message)
            run.lost = (*run.lost, message)

    @property
    def _has_workers(self) -> bool:
        return hasattr(self._runner, "get_worker_index")

    def _share(self, run: CurrentRun, lost: Iterable[str], joined: tuple[str, ...]) -> None:
        workload = run.workload
        if workload is None:
            return
        first, more = 0, dict[str, int]()
        if workload.schedule is not None:
            first = workload.schedule.due(run.elapsed + _LEAD_SECONDS)
        elif workload.max_requests:
            more = self._closed_parts(run, lost, joined)
        self._send(run, first, more)

    def _send(self, run: CurrentRun, first: int, more: dict[str, int]) -> None:
        if run.workload is None:
            return
        message = {
            "run": run.number,
            "workload": run.workload.document(),
            "elapsed": run.elapsed,
            "workers": self.workers,
            "first": first,
            "more": more,
        }
        self._runner.send_message(RESHARE, message)

    def _closed_parts(
        self, run: CurrentRun, lost: Iterable[str], joined: tuple[str, ...]
    ) -> dict[str, int]:
        """How many requests more, or fewer, each worker is to send; remembers the new parts."""
        left = sum(self._left(run, worker) for worker in lost)
        for worker in lost:
            self._parts.pop(worker, None)
        stayed = [worker for worker in self.workers if worker not in joined]
        more = {
            worker: worker_part(left, number, len(stayed)) for number, worker in enumerate(stayed)
        }
        if joined:
            self._newcomers = joined
            fair = sum(self._left(run, worker) for worker in stayed) // len(self.workers)
            for worker in stayed:
                more[worker] -= max(0, self._left(run, worker) - fair)
        for worker, change in more.items():
            # What is left to a newcomer is counted when the worker says how much it could leave.
            self._parts[worker] += max(0, change)
        for worker in joined:
            self._parts[worker] = 0
        return more

    def _left(self, run: CurrentRun, worker: str) -> int:
        return max(0, self._parts.get(worker, 0) - run.started_by.get(worker, 0))

    def hand_over(self, run: CurrentRun, giver: str, requests: int) -> None:
        """A worker leaves so many of a closed loop's requests to those that joined last."""
        takers = [worker for worker in self._newcomers if worker in self.workers]
        if giver in self._parts:
            self._parts[giver] -= requests
        # Nobody is left to take them: the giver does what it has left after all.
        takers = takers or [giver]
        more = {
            worker: worker_part(requests, number, len(takers))
            for number, worker in enumerate(takers)
        }
        for worker, extra in more.items():
            self._parts[worker] = self._parts.get(worker, 0) + extra
        self._send(run, 0, more)
