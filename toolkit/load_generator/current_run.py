"""One run as the coordinator sees it: what was asked, what was counted, how it went."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.load.locust_process_messages import LoadGeneratorReport
from toolkit.load.statistics import Figures
from toolkit.load.workload import Workload


@dataclass(slots=True, kw_only=True)
class CurrentRun:
    """The run under way, or the last one; before the first, one that is over.

    `workers` is how many sent when it began. `exhausted` are senders that have nothing left
    to send, `abandoned` those of them whose users have all stopped, `finished` those that have
    sent their last figures; `started_by` says how many tasks each had begun by its last figures.
    `is_complete` when the coordinator ended it, and nobody else.
    """

    number: int = 0
    workload: Workload | None = None
    figures: Figures = field(default_factory=Figures)
    started: float = 0.0  # Unix seconds
    workers: int = 0
    refused: str = ""
    aborted: str = ""
    lost: tuple[str, ...] = ()
    exhausted: set[str] = field(default_factory=set)
    abandoned: set[str] = field(default_factory=set)
    finished: set[str] = field(default_factory=set)
    started_by: Counter[str] = field(default_factory=Counter)
    is_complete: bool = False
    is_over: bool = False
    _origin: float = field(init=False)
    _end: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._origin = time.perf_counter()

    def start_clock(self) -> None:
        """Count seconds from now on."""
        self._origin = time.perf_counter()
        self.started = time.time()

    def end(self) -> None:
        """Count no more seconds; answers under way may still come."""
        self.is_over = True
        self._end = time.perf_counter()

    @property
    def elapsed(self) -> float:
        """Seconds from the start to the end, or until now."""
        return (time.perf_counter() if self._end is None else self._end) - self._origin

    @property
    def seconds(self) -> float:
        """How long requests were sent; while the run goes on, so far."""
        if self.workload is not None and self.workload.schedule is not None:
            return max(self.figures.last_seconds, min(self.elapsed, self.workload.seconds))
        return self.figures.last_seconds

    @property
    def measured_seconds(self) -> float:
        """The same without the warm-up, whose requests are not in the figures."""
        warm_up = self.workload.warm_up_seconds if self.workload else 0.0
        return max(0.0, self.seconds - warm_up)

    @property
    def unsent(self) -> int:
        """Moments that fell due so far and were given to no user; 0 of a closed loop."""
        return max(0, self.figures.due - self.figures.started) if self.figures.due else 0

    @property
    def has_begun_all(self) -> bool:
        """Whether as many tasks were begun as were asked for; False where only the time counts."""
        due = self.workload.due_requests if self.workload else None
        return due is not None and self.figures.started >= due

    def receive(self, message: Mapping[str, Any]) -> None:
        """Add a sender's figures. Those of an earlier run are dropped; run 0 is not known yet."""
        if message["run"] not in {0, self.number}:
            return
        new = Figures.read(message["figures"])
        self.figures.merge(new)
        self.started_by[message["id"]] += new.started
        # A sender that had nothing left gets more when another one is lost.
        if message["exhausted"]:
            self.exhausted.add(message["id"])
        else:
            self.exhausted.discard(message["id"])
        if message["abandoned"]:
            self.abandoned.add(message["id"])
        if message["final"]:
            self.finished.add(message["id"])

    def report(
        self, thresholds: tuple[str, ...], settings: tuple[str, ...] = ()
    ) -> LoadGeneratorReport:
        """All of it, with the thresholds that hold and the `settings` that came from elsewhere."""
        return LoadGeneratorReport(
            workload=self.workload.document() if self.workload else {},
            figures=self.figures.document(),
            thresholds=thresholds,
            started=self.started,
            seconds=self.seconds,
            workers=self.workers,
            aborted=self.aborted,
            refused=self.refused,
            lost=self.lost,
            settings=settings,
        )
