"""Sends: tells the users of this process when to send, and counts what is answered.

The coordinator (`toolkit.load_generator.coordinator`) says when to begin and to end; it is
in the same process when there are no workers. Every second it gets the new figures.
"""

import random
import time
from typing import Any

import gevent
import locust
from locust.runners import LocalRunner, WorkerRunner

from toolkit.load.statistics import NO_ANSWER, Figures, JudgedRequest, RequestOutcome
from toolkit.load.workload import Workload
from toolkit.load_generator.due_times import DueTimes
from toolkit.load_generator.worker_messages import FIGURES, FINISH, REFUSE, RESHARE, START

REPORT_SECONDS = 1.0


class Sender:
    """One process that runs users."""

    def __init__(self, environment: Any) -> None:
        self.environment = environment
        self.runner = environment.runner
        self.due_times = DueTimes()
        self._figures = Figures()  # since the last report
        self._run = 0
        self._started = False
        events = environment.events
        events.request.add_listener(self._on_request)
        events.test_start.add_listener(self._on_test_start)
        events.test_stop.add_listener(self._on_test_stop)
        self.runner.register_message(START, self._on_start)
        self.runner.register_message(RESHARE, self._on_reshare)
        # Stopping waits for answers; other messages must be heard meanwhile.
        self.runner.register_message(FINISH, self._on_finish, concurrent=True)
        gevent.spawn(self._report_regularly)

    @property
    def id(self) -> str:
        """Its name among the senders."""
        return str(self.runner.client_id)

    def refuse(self, why: str) -> None:
        """End the run: what it was to measure cannot be measured, and `why`."""
        self.runner.send_message(REFUSE, {"why": why})

    def delayed(self, seconds: float) -> None:
        """Count a request that left so many seconds after it was due."""
        self._figures.delays.observe(seconds)

    def _on_request(
        self,
        name: str,
        response_time: float,
        exception: BaseException | None = None,
        context: Any = None,
        **_: object,
    ) -> None:
        """Count a request. One that was not judged counts as Locust counts it."""
        judged = context.get("judged") if context else None
        if judged is None:
            judged = JudgedRequest(
                outcome=RequestOutcome.FAILED if exception else RequestOutcome.ACCEPTED,
                answer=NO_ANSWER if exception else "answered",
                seconds=(response_time or 0) / 1000,
                reason="unexpected_answer" if exception else "",
                message=str(exception or ""),
            )
        self._figures.record(name, judged, time.perf_counter() - self.due_times.started)

    def _on_test_start(self, **_: object) -> None:
        self._figures, self._run, self._started = Figures(), 0, False
        self.due_times.stop()
        self.due_times.started = time.perf_counter()

    def _on_start(self, msg: Any, **_: object) -> None:
        data = msg.data
        self._run = data["run"]
        self._started = True
        # A worker that joined too late for this run gets no part of it.
        index = data["workers"].index(self.id) if self.id in data["workers"] else 0
        of = len(data["workers"]) if self.id in data["workers"] else 0
        # Locust draws the next task from here: the same seed makes the same choices.
        random.seed(f"{self.environment.parsed_options.seed}-{index}")
        workload = Workload.read(data["workload"])
        self.due_times.start(workload, elapsed=data["elapsed"], index=index, of=of)

    def _on_reshare(self, msg: Any, **_: object) -> None:
        workers = msg.data["workers"]
        if self.id in workers:
            index, of = workers.index(self.id), len(workers)
            self.due_times.reshare(msg.data["first"], index=index, of=of)

    def _on_finish(self, **_: object) -> None:
        """Stop the users once they have their answers; `test_stop` then reports the rest."""
        self.due_times.stop()
        self.runner.stop()

    def _on_test_stop(self, **_: object) -> None:
        self.due_times.stop()
        self.report(final=True)

    def _report_regularly(self) -> None:
        while True:
            self.report()
            gevent.sleep(REPORT_SECONDS)

    def report(self, *, final: bool = False) -> None:
        """Send the coordinator the figures since the last report."""
        # Swapped before it is sent: sending may let users run, and they count into the new one.
        figures, self._figures = self._figures, Figures()
        figures.most_waiting = self.due_times.most_waiting
        self.runner.send_message(
            FIGURES,
            {
                "id": self.id,
                "run": self._run,
                "locust": locust.__version__,
                "figures": figures.document(),
                "exhausted": self._started and self.due_times.exhausted,
                "final": final,
            },
        )


def sends(runner: Any) -> bool:
    """Whether users run in this runner's process."""
    return isinstance(runner, LocalRunner | WorkerRunner)
