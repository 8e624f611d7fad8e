"""Sends: tells the users of this process when to send, and counts what is answered.

The coordinator (`toolkit.load_generator.coordinator`) says when to begin and to end; it is
in the same process when there are no workers. Every second it gets the new figures.
"""

import gc
import random
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gevent
import locust
from gevent import GreenletExit
from locust.exception import RescheduleTask
from locust.runners import LocalRunner, WorkerRunner

from toolkit.load.statistics import NO_ANSWER, Figures, JudgedRequest, RequestOutcome
from toolkit.load.workload import Workload
from toolkit.load_generator.due_times import DueTimes
from toolkit.load_generator.file_descriptors import make_room
from toolkit.load_generator.master_worker_messages import (
    FIGURES,
    FINISH,
    LEFT,
    REFUSE,
    RESHARE,
    START,
)
from toolkit.load_generator.scenario_traceback_lines import is_of_scenario, scenario_frames
from toolkit.load_generator.write_request_csv import RequestLog

REPORT_SECONDS = 1.0


class Sender:
    """One process that runs users."""

    def __init__(self, environment: Any, log: RequestLog | None = None) -> None:
        self.environment = environment
        self._log = log
        self.runner = environment.runner
        self._figures = Figures()  # since the last report
        self.due_times = DueTimes(noticed_late=self.noticed_late)
        self._reported = ReportedSums()
        self._run = 0
        self._started = False
        self._warm_up_seconds = 0.0
        self._last_error: BaseException | None = None
        events = environment.events
        events.request.add_listener(self._on_request)
        events.user_error.add_listener(self._on_user_error)
        events.test_start.add_listener(self._on_test_start)
        events.test_stop.add_listener(self._on_test_stop)
        self.runner.register_message(START, self._on_start)
        self.runner.register_message(RESHARE, self._on_reshare)
        # Stopping waits for answers; other messages must be heard meanwhile.
        self.runner.register_message(FINISH, self._on_finish, concurrent=True)
        self._count_lost_greenlets()
        gevent.spawn(self._report_regularly)

    def _count_lost_greenlets(self) -> None:
        """Count what ends a greenlet of the scenario: Locust tells nobody of an `on_stop`.

        One that calls `sys.exit` would end this process, and its figures with it.
        """
        hub = gevent.get_hub()
        inherited = hub.handle_error

        def handle(context: Any, kind: Any, error: Any, tb: Any) -> None:
            is_end = issubclass(kind, GreenletExit | KeyboardInterrupt)
            # Locust ends its users by these, and that is no error of theirs.
            is_own = not is_end and is_of_scenario(tb)
            # Locust has told of that one before it reached the greenlet.
            if is_own and error is not self._last_error:
                self._on_user_error(error, tb)
            if not (is_own and kind is SystemExit):
                inherited(context, kind, error, tb)

        hub.handle_error = handle

    @property
    def id(self) -> str:
        """Its name among the senders."""
        return str(self.runner.client_id)

    def refuse(self, why: str) -> None:
        """End the run: what it was to measure cannot be measured, and `why`."""
        self.runner.send_message(REFUSE, {"why": why})

    def left(self, seconds: float, *, waited: bool) -> None:
        """Count a request that left so many seconds after it was due; `waited`: for a user."""
        if self._counts(time.perf_counter() - self.due_times.started - seconds):
            (self._figures.waits if waited else self._figures.delays).observe(seconds)

    def noticed_late(self, seconds: float) -> None:
        """Count how late the event loop itself was, of a moment that then waited for a user."""
        self._figures.delays.observe(seconds)

    def connected(self, seconds: float) -> None:
        """Count a new connection."""
        self._figures.connects.observe(seconds)

    def shaken_hands(self, seconds: float) -> None:
        """Count the TLS handshake of a new connection."""
        self._figures.handshakes.observe(seconds)

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
            seconds = (response_time or 0) / 1000
            judged = JudgedRequest(
                outcome=RequestOutcome.FAILED if exception else RequestOutcome.ACCEPTED,
                answer=NO_ANSWER if exception else "answered",
                seconds=seconds,
                service_seconds=seconds,
                reason="unexpected_answer" if exception else "",
                message=str(exception or ""),
            )
        elapsed = time.perf_counter() - self.due_times.started
        if self._counts(elapsed - judged.seconds):
            self._figures.record(name, judged, elapsed)
            if self._log is not None:
                self._log.record(name, judged)

    def _counts(self, due_seconds: float) -> bool:
        """Whether what was due then, since the start, is counted: a log-in may be due before it."""
        return not self._warm_up_seconds or due_seconds >= self._warm_up_seconds

    def _on_user_error(self, exception: BaseException, tb: Any = None, **_: object) -> None:
        """Keep what the scenario's own code raised."""
        self._last_error = exception  # which may end the greenlet next
        if isinstance(exception, RescheduleTask):
            return  # of an `on_start` that cannot go on without an answer, which is counted
        message = f"{type(exception).__name__}: {exception}"
        self._figures.raised.record(message, scenario_frames(tb))

    def _on_test_start(self, **_: object) -> None:
        gc.unfreeze()  # of an earlier run, whose users are garbage now
        gc.collect()
        make_room(self.environment.parsed_options.num_users or 0)
        self._figures, self._run, self._started = Figures(), 0, False
        self._reported = ReportedSums()
        self.due_times.stop()
        self.due_times.started = time.perf_counter()

    def _on_start(self, msg: Any, **_: object) -> None:
        data = msg.data
        # A worker that is not among those gets its part when it has users.
        if self.id in data["workers"]:
            index, of = data["workers"].index(self.id), len(data["workers"])
            self._begin(data, index=index, of=of)

    def _begin(self, data: Mapping[str, Any], *, index: int, of: int, first: int = 0) -> None:
        # Modules and users live to the end. The garbage collector would look through them all in
        # the middle of the run, a tenth of a second in which nothing is sent.
        gc.freeze()
        self._run = data["run"]
        self._started = True
        # Locust draws the next task from here: the same seed makes the same choices.
        random.seed(f"{self.environment.parsed_options.seed}-{index}")
        workload = Workload.read(data["workload"])
        self._warm_up_seconds = workload.warm_up_seconds
        self._reported = ReportedSums()
        self.due_times.start(workload, elapsed=data["elapsed"], index=index, of=of, first=first)

    def _on_reshare(self, msg: Any, **_: object) -> None:
        data = msg.data
        if self.id not in data["workers"]:
            return
        index, of = data["workers"].index(self.id), len(data["workers"])
        if not self._started:
            # It joined late: what a closed loop has left to send comes as `more`.
            closed = data["workload"]["points"] is None
            self._begin(data, index=index, of=0 if closed else of, first=data["first"])
        else:
            self.due_times.reshare(data["first"], index=index, of=of)
        more = data["more"].get(self.id, 0)
        if more > 0:
            self.due_times.more(more)
        elif more < 0:
            left = self.due_times.fewer(-more)
            self.runner.send_message(LEFT, {"id": self.id, "requests": left})

    def _on_finish(self, **_: object) -> None:
        """Stop the users once they have their answers; `test_stop` then reports the rest."""
        self.due_times.stop()
        self.runner.stop()

    def _on_test_stop(self, **_: object) -> None:
        # First: what is handed out after the last figures would be counted by nobody.
        self.due_times.stop()
        if self._log is not None:
            self._log.flush()
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
        self._reported.add_new(figures, self.due_times)
        self.runner.send_message(
            FIGURES,
            {
                "id": self.id,
                "run": self._run,
                "locust": locust.__version__,
                "scenario": self.scenario,
                "figures": figures.document(),
                "exhausted": self._started and self.due_times.exhausted,
                "abandoned": self._started and self.due_times.is_abandoned,
                "final": final,
            },
        )

    @property
    def scenario(self) -> str:
        """What tells this scenario from another."""
        return scenario_of(self.environment)


def scenario_of(environment: Any) -> str:
    """The scenario's file and user classes, as a message calls it: `normal (Trader)`."""
    file = str(environment.parsed_options.locustfile).partition(",")[0]
    users = ", ".join(sorted(user.__name__ for user in environment.user_classes))
    return f"{Path(file).stem} ({users})"


class ReportedSums:
    """What was reported of sums that a process only ever adds to."""

    def __init__(self) -> None:
        self._due = self._started = 0
        self._cpu_seconds = time.process_time()

    def add_new(self, figures: Figures, due_times: DueTimes) -> None:
        """Add to the figures what is new since the last time."""
        cpu_seconds = time.process_time()
        figures.due = due_times.fell_due - self._due
        figures.started = due_times.handed_out - self._started
        figures.cpu_seconds = cpu_seconds - self._cpu_seconds
        self._due, self._started = due_times.fell_due, due_times.handed_out
        self._cpu_seconds = cpu_seconds


def sends(runner: Any) -> bool:
    """Whether users run in this runner's process."""
    return isinstance(runner, LocalRunner | WorkerRunner)
