"""The part of a run that sends: it paces the users of this process and counts what they do.

It obeys the coordinator (`toolkit.load_generator.coordinator`), which is in the same process
when there are no workers, and tells it every second what is new.
"""

import random
import time
from typing import Any

import gevent
import locust
from locust.runners import LocalRunner, WorkerRunner

from toolkit.load.statistics import NO_ANSWER, Figures, Judged, Outcome
from toolkit.load.workload import Orders
from toolkit.load_generator.due_times import Pacing

REPORT_SECONDS = 1.0
# Messages between head and hands.
PACE, RESHARE, FINISH = "toolkit-pace", "toolkit-reshare", "toolkit-finish"
NEWS, REFUSE = "toolkit-news", "toolkit-refuse"


class Hands:
    """One process that runs users."""

    def __init__(self, environment: Any) -> None:
        self.environment = environment
        self.runner = environment.runner
        self.pacing = Pacing()
        self._new = Figures()  # since the last report
        self._run = 0
        self._paced = False
        events = environment.events
        events.request.add_listener(self._on_request)
        events.test_start.add_listener(self._on_test_start)
        events.test_stop.add_listener(self._on_test_stop)
        self.runner.register_message(PACE, self._on_pace)
        self.runner.register_message(RESHARE, self._on_reshare)
        # Stopping waits for answers; other messages must be heard meanwhile.
        self.runner.register_message(FINISH, self._on_finish, concurrent=True)
        gevent.spawn(self._tell)

    @property
    def id(self) -> str:
        """Its name among the hands."""
        return str(self.runner.client_id)

    def refuse(self, why: str) -> None:
        """End the run: what it was to measure cannot be measured, and `why`."""
        self.runner.send_message(REFUSE, {"why": why})

    def delayed(self, seconds: float) -> None:
        """A request left so long after it was due."""
        self._new.delays.observe(seconds)

    def _on_request(
        self,
        name: str,
        response_time: float,
        exception: BaseException | None = None,
        context: Any = None,
        **_: object,
    ) -> None:
        """Count a request. One that nobody judged here is as Locust takes it."""
        judged = context.get("judged") if context else None
        if judged is None:
            judged = Judged(
                outcome=Outcome.FAILED if exception else Outcome.ACCEPTED,
                answer=NO_ANSWER if exception else "answered",
                seconds=(response_time or 0) / 1000,
                reason="unexpected_answer" if exception else "",
                message=str(exception or ""),
            )
        self._new.record(name, judged, time.perf_counter() - self.pacing.started)

    def _on_test_start(self, **_: object) -> None:
        self._new, self._run, self._paced = Figures(), 0, False
        self.pacing.stop()
        self.pacing.started = time.perf_counter()

    def _on_pace(self, msg: Any, **_: object) -> None:
        data = msg.data
        self._run = data["run"]
        self._paced = True
        index = data["workers"].index(self.id) if self.id in data["workers"] else 0
        of = len(data["workers"]) if self.id in data["workers"] else 0
        # Locust draws the next task from here: the same seed makes the same choices.
        random.seed(f"{self.environment.parsed_options.seed}-{index}")
        orders = Orders.read(data["orders"])
        self.pacing.start(orders, elapsed=data["elapsed"], index=index, of=of)

    def _on_reshare(self, msg: Any, **_: object) -> None:
        workers = msg.data["workers"]
        if self.id in workers:
            index, of = workers.index(self.id), len(workers)
            self.pacing.reshare(msg.data["first"], index=index, of=of)

    def _on_finish(self, **_: object) -> None:
        """Stop the users once they have their answers; `test_stop` then reports the rest."""
        self.pacing.stop()
        self.runner.stop()

    def _on_test_stop(self, **_: object) -> None:
        self.pacing.stop()
        self.report(final=True)

    def _tell(self) -> None:
        while True:
            self.report()
            gevent.sleep(REPORT_SECONDS)

    def report(self, *, final: bool = False) -> None:
        """Tell the head what is new."""
        new, self._new = self._new, Figures()
        new.most_waiting = self.pacing.most_waiting
        self.runner.send_message(
            NEWS,
            {
                "id": self.id,
                "run": self._run,
                "locust": locust.__version__,
                "figures": new.document(),
                "exhausted": self._paced and self.pacing.exhausted,
                "final": final,
            },
        )


def sends(runner: Any) -> bool:
    """Whether users run in this runner's process."""
    return isinstance(runner, LocalRunner | WorkerRunner)
