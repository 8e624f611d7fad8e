"""The part of a run that decides when sending begins and ends.

It adds up what the hands counted and writes the report. One process alone has a head and
hands; of several, Locust's master is the head.
"""

import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

import gevent
import locust
from locust.runners import MasterRunner

from toolkit.errors import ToolkitError
from toolkit.load.statistics import Figures
from toolkit.load.thresholds import PROMQL, Threshold, combined, judge
from toolkit.load.worker_messages import PROGRESS, Instructions, Report
from toolkit.load.workload import Loop, Orders
from toolkit.load_generator.options import Choice, scenario_load
from toolkit.load_generator.sender import FINISH, NEWS, PACE, REFUSE, RESHARE

_LOG = logging.getLogger(__name__)
_TICK_SECONDS = 0.1
_JUDGE_SECONDS = 1.0
_PROGRESS_SECONDS = 5.0
# Answers that are still under way when the time is over may come for so long.
GRACE_SECONDS = 12.0
# What fell due in the last moments may still leave; a longer backlog is reported as unsent.
_BACKLOG_SECONDS = 1.0
# Before a threshold can abort a run: a rate over less is chance.
_SETTLED_SECONDS = 3.0
# A change of shares must reach every worker before the first request that it is about.
_LEAD_SECONDS = 0.3
_NEWS_SECONDS = 5.0  # to wait for a connected worker's first word


class Head:
    """What decides about a run. `figures` are those of the run so far."""

    def __init__(self, environment: Any, instructions: Instructions) -> None:
        self.environment = environment
        self.runner = environment.runner
        self.instructions = instructions
        self.figures = Figures()
        self.orders: Orders | None = None
        self._run = 0
        self._origin = 0.0
        self._report = Report(orders={}, figures={})
        self._workers: tuple[str, ...] = ()
        self._versions: dict[str, str] = {}
        self._exhausted: dict[str, bool] = {}
        self._final: set[str] = set()
        self._ended = True
        self._choice = Choice(environment.parsed_options, scenario_load(environment.user_classes))
        events = environment.events
        events.test_start.add_listener(self._on_test_start)
        events.spawning_complete.add_listener(self._on_spawned)
        events.test_stop.add_listener(self._on_test_stop)
        # Runs before Locust's own listeners of `quitting`, which send the workers away.
        events.quitting.add_listener(self._on_quitting)
        self.runner.register_message(NEWS, self._on_news)
        self.runner.register_message(REFUSE, self._on_refuse)
        self._take_over(environment.parsed_options)

    def _take_over(self, options: Any) -> None:
        """Choose what Locust's own options leave open. Raises ToolkitError for a bad choice."""
        orders = self._choice.orders()
        self._seconds = options.run_time
        if options.num_users is None:
            options.num_users = orders.users
        if options.spawn_rate is None:
            options.spawn_rate = options.num_users
        if options.headless:
            options.run_time = None  # Locust would end the run without waiting for answers

    @property
    def elapsed(self) -> float:
        """Seconds since sending began."""
        return time.perf_counter() - self._origin

    @property
    def seconds(self) -> float:
        """How long requests were sent; while the run goes on, so far."""
        if self.orders is not None and self.orders.schedule is not None:
            return max(self.figures.last_seconds, min(self.elapsed, self.orders.seconds))
        return self.figures.last_seconds

    # --- beginning ---

    def _on_test_start(self, **_: object) -> None:
        options = self.environment.parsed_options
        options.run_id = f"{time.time_ns():x}"  # the master's options go to the workers
        self.figures, self.orders = Figures(), None
        self._report = Report(orders={}, figures={})
        self._exhausted, self._final, self._workers = {}, set(), ()
        self._ended = False
        self._origin = time.perf_counter()

    def _on_spawned(self, **_: object) -> None:
        if self._ended:
            return
        if self.orders is None:
            self._begin()
        else:
            self._reshare()

    def _begin(self) -> None:
        options = self.environment.parsed_options
        if options.headless:
            options.run_time = self._seconds
        try:
            self.orders = self._choice.orders()
        except ToolkitError as error:
            self.orders = Orders(loop=Loop.OPEN, users=0)
            self._report.refused = str(error)
        if options.headless:
            options.run_time = None
        self._run += 1
        self._origin = time.perf_counter()
        self._report.started = time.time()
        gevent.spawn(self._conduct)

    def _living(self) -> tuple[str, ...]:
        if not isinstance(self.runner, MasterRunner):
            return (str(self.runner.client_id),)
        clients = self.runner.clients
        return tuple(sorted(x.id for x in (*clients.ready, *clients.spawning, *clients.running)))

    def _introduced(self) -> bool:
        """Whether every worker has said what it is, and it fits."""
        deadline = time.monotonic() + _NEWS_SECONDS
        while not (living := set(self._living())) <= self._versions.keys():
            if time.monotonic() > deadline:
                silent = len(living - self._versions.keys())
                self._report.refused = (
                    f"{silent} of {len(living)} workers do not run this scenario's code: they "
                    "send, and nobody counts what. Start them with `toolkit load … --worker`."
                )
                return False
            gevent.sleep(_TICK_SECONDS)
        others = {self._versions[worker] for worker in living} - {locust.__version__}
        if others:
            self._report.refused = (
                f"a worker runs Locust {', '.join(sorted(others))}, and the master "
                f"{locust.__version__}: what they send each other need not fit. "
                "Install the same version on both."
            )
        return not others

    # --- under way ---

    def _conduct(self) -> None:
        """Begin, look on, and end the run."""
        if not self._report.refused and self._introduced() and self.orders is not None:
            self._workers = self._living()
            self._report.workers = len(self._workers)
            self._origin = time.perf_counter()
            self._report.started = time.time()
            self.runner.send_message(
                PACE,
                {
                    "run": self._run,
                    "orders": self.orders.document(),
                    "workers": self._workers,
                    "elapsed": self.elapsed,
                },
            )
            self._look_on(self.orders)
        if not self._ended:
            self.finish()
            if self.environment.parsed_options.headless:
                self.runner.quit()
            else:
                self.runner.stop()

    def _look_on(self, orders: Orders) -> None:
        judged, told = self.elapsed, self.elapsed
        thresholds = self._thresholds()
        while not (self._ended or self._report.refused or self._is_over(orders)):
            gevent.sleep(_TICK_SECONDS)
            self._notice_losses()
            if self.instructions.abort and self.elapsed - judged >= _JUDGE_SECONDS:
                judged = self.elapsed
                self._report.aborted = self._first_missed(thresholds)
                if self._report.aborted:
                    return
            if self.instructions.progress and self.elapsed - told >= _PROGRESS_SECONDS:
                told = self.elapsed
                try:
                    self._tell()
                except OSError:
                    # Whoever started this is gone: nobody would ever end the load.
                    self._report.aborted = "the command that started the load is gone"
                    return

    def _is_over(self, orders: Orders) -> bool:
        living = self._living()
        if not living:
            return True
        if all(self._exhausted.get(worker) for worker in living):
            return True
        late = _BACKLOG_SECONDS if orders.schedule is not None else 0.0
        return bool(orders.seconds) and self.elapsed >= orders.seconds + late

    def _thresholds(self) -> tuple[Threshold, ...]:
        texts = combined(self._choice.load.thresholds, self.instructions.thresholds)
        return tuple(x for x in texts if not x.text.startswith(PROMQL))

    def _first_missed(self, thresholds: tuple[Threshold, ...]) -> str:
        if self.elapsed < _SETTLED_SECONDS:
            return ""
        for threshold in thresholds:
            # Counts only grow: one that must be reached may still be.
            if threshold.unit == "" and threshold.operator in {">", ">=", "=="}:
                continue
            verdict = judge(threshold, self)
            if not verdict.kept and verdict.measured is not None:
                return str(verdict)
        return ""

    def _notice_losses(self) -> None:
        """Report workers that ended early, and give the rest of their requests to others."""
        if not isinstance(self.runner, MasterRunner):
            return
        living = self._living()
        for worker in sorted(set(self._workers) - set(living)):
            number = self.runner.get_worker_index(worker) + 1
            words = (
                f"worker {number} of {self._report.workers} was lost after {self.elapsed:.1f} s; "
                "its users and requests went to the others"
                if living
                else f"worker {number} was lost after {self.elapsed:.1f} s, and no other is left"
            )
            _LOG.error(words)
            self._report.lost = (*self._report.lost, words)
        if living != self._workers:
            self._workers = living
            self._reshare()

    def _reshare(self) -> None:
        if self.orders is None or self.orders.schedule is None or not self._workers:
            return
        first = self.orders.schedule.due(self.elapsed + _LEAD_SECONDS)
        self.runner.send_message(RESHARE, {"first": first, "workers": self._workers})

    def _tell(self) -> None:
        total = self.figures.total
        p95 = total.durations.quantile_seconds(0.95) * 1000
        sys.stdout.write(
            f"{PROGRESS}{self.elapsed:.0f} s: {total.requests} answered, {total.failed} "
            f"unexpectedly, P95 {p95:.3g} ms\n"
        )
        sys.stdout.flush()

    def _on_news(self, msg: Any, **_: object) -> None:
        data = msg.data
        self._versions[data["id"]] = data["locust"]
        if data["run"] == self._run or not data["run"]:
            self.figures.merge(Figures.read(data["figures"]))
            self._exhausted[data["id"]] = data["exhausted"]
            if data["final"]:
                self._final.add(data["id"])

    def _on_refuse(self, msg: Any, **_: object) -> None:
        self._report.refused = self._report.refused or msg.data["why"]

    # --- ending ---

    def finish(self) -> None:
        """Let every hand stop, wait for its last word, and write the report."""
        if self._ended:
            return
        self._ended = True
        if not set(self._living()) <= self._final:
            self.runner.send_message(FINISH)
        deadline = time.monotonic() + GRACE_SECONDS + 3
        while not set(self._living()) <= self._final and time.monotonic() < deadline:
            gevent.sleep(_TICK_SECONDS / 2)
        self.write()

    def report(self) -> Report:
        """The run so far, or the last one."""
        report = self._report
        report.figures = self.figures.document()
        report.orders = self.orders.document() if self.orders else {}
        report.seconds = self.seconds
        report.thresholds = tuple(
            x.text for x in combined(self._choice.load.thresholds, self.instructions.thresholds)
        )
        report.raised = tuple(
            {"message": e["msg"], "traceback": e["traceback"], "count": e["count"]}
            for e in self.runner.exceptions.values()
        )
        return report

    def write(self) -> None:
        """Write the report, for whoever started this."""
        report = self.report()
        if report.refused:
            _LOG.error(report.refused)
        if self.instructions.report:
            Path(self.instructions.report).write_text(
                json.dumps(report.document()), encoding="utf-8"
            )

    def _on_test_stop(self, **_: object) -> None:
        """Somebody else ended the run: the web page, or Locust itself."""
        if not self._ended:
            self.finish()

    def _on_quitting(self, **_: object) -> None:
        """Ctrl-C, SIGTERM or the end: the report is written in any case."""
        self.finish()
