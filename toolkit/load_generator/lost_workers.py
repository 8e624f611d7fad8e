"""What happens to the requests of a Locust worker that dies: the others send them.

Every worker knows the whole schedule and sends its part of it. When a worker is gone, the
coordinator reports it and lets the others share the schedule among themselves, from a
request on that none of them has reached. What fell due for the lost worker before that was
noticed stays unsent, and the result says how many those are.
"""

import logging
from collections.abc import Callable
from typing import Any

from toolkit.load_generator.current_run import CurrentRun
from toolkit.load_generator.worker_messages import RESHARE

_LOG = logging.getLogger(__name__)
# A change of shares must reach every worker before the first request that it is about.
_LEAD_SECONDS = 0.3


class LostWorkers:
    """Compares the workers that share the schedule with those that are `alive`."""

    def __init__(self, runner: Any, alive: Callable[[], tuple[str, ...]]) -> None:
        self._runner, self._alive = runner, alive
        self._sharing: tuple[str, ...] = ()

    def begin(self, workers: tuple[str, ...]) -> None:
        """These share the schedule from its first request on."""
        self._sharing = workers

    def notice(self, run: CurrentRun) -> None:
        """Report workers that are gone, and share the schedule among those that are there."""
        alive = self._alive()
        for worker in sorted(set(self._sharing) - set(alive)):
            self._report(worker, run, is_last=not alive)
        if alive != self._sharing:
            self._sharing = alive
            self.reshare(run)

    def _report(self, worker: str, run: CurrentRun, *, is_last: bool) -> None:
        number = self._runner.get_worker_index(worker) + 1
        message = (
            f"worker {number} was lost after {run.elapsed:.1f} s, and no other is left"
            if is_last
            else f"worker {number} of {run.workers} was lost after {run.elapsed:.1f} s; "
            "its users and requests went to the others"
        )
        _LOG.error(message)
        run.lost = (*run.lost, message)

    def reshare(self, run: CurrentRun) -> None:
        """Share what falls due from now on among the workers; a closed loop has no schedule."""
        if run.workload is None or run.workload.schedule is None or not self._sharing:
            return
        first = run.workload.schedule.due(run.elapsed + _LEAD_SECONDS)
        self._runner.send_message(RESHARE, {"first": first, "workers": self._sharing})
