"""A locustfile that finds, of each request that left late, what ran between its due time and it.

Read by Locust next to a scenario (`tests.benchmarks.bench_late_sends`). Every switch between
greenlets is timed, by the clock and by the processor: where the clock went on and the processor
did not, something else on the machine had it.
"""

import gc
import json
import os
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import gevent
import greenlet
from locust import events
from locust.user.users import User

from tests.benchmarks.bench_late_sends import REPORT_TO

LATE_SECONDS = 0.001
OTHERS = "not running: the processor was elsewhere, or idle"
_MOST_SEGMENTS = 5000  # that are looked through for one request


class Probe:
    """Notes what ran, and which requests left late; nothing is added up before the end."""

    def __init__(self, sender: Any) -> None:
        self.segments: list[tuple[float, float, float, str]] = []  # began, ended, CPU, what
        self.late: list[tuple[float, float]] = []  # due, left
        self.sent = 0
        self._began, self._cpu = time.perf_counter(), time.thread_time()
        self._inherited = sender.left
        sender.left = self.left
        gc.callbacks.append(self.collected)
        greenlet.settrace(self.switched)

    def switched(self, _event: str, switch: Any) -> None:
        """One greenlet gives way to another."""
        self._close(_label(switch[0]))

    def _close(self, label: str) -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        began, used = self._began, cpu - self._cpu
        # First: what follows may start the garbage collector, which ends a segment too.
        self._began, self._cpu = now, cpu
        self.segments.append((began, now, used, label))

    def collected(self, phase: str, info: dict[str, int]) -> None:
        """The garbage collector begins or ends."""
        if phase == "start":
            self._close(_label(greenlet.getcurrent()))
        else:
            self._close(f"garbage collector, generation {info['generation']}")

    def left(self, seconds: float, *, waited: bool) -> None:
        """A request leaves, so many seconds after it was due."""
        self._inherited(seconds, waited=waited)
        self.sent += 1
        if seconds >= LATE_SECONDS and not waited:
            now = time.perf_counter()
            self._close(_label(greenlet.getcurrent()))
            self.late.append((now - seconds, now))

    def document(self) -> dict[str, Any]:
        """As JSON: seconds that late requests waited for each, and how many waited for it most."""
        causes, longest = Counter[str](), Counter[str]()
        self.segments.sort()
        begins = [began for began, *_ in self.segments]
        for due, left in self.late:
            waited = self._between(due, left, bisect_right(begins, left))
            for cause, seconds in waited.items():
                causes[cause] += seconds  # type: ignore[assignment] # not an int
            longest[max(waited, key=waited.__getitem__)] += 1
        return {
            "sent": self.sent,
            "late": len(self.late),
            "causes": causes.most_common(),
            "longest": longest.most_common(),
        }

    def _between(self, due: float, left: float, at: int) -> dict[str, float]:
        """Seconds between the two, by what ran; segment `at` begins after them."""
        waited: dict[str, float] = defaultdict(float)
        for began, ended, cpu, label in reversed(self.segments[max(0, at - _MOST_SEGMENTS) : at]):
            if ended <= due:
                break
            overlap = max(0.0, min(ended, left) - max(began, due))
            ran = min(cpu, overlap)
            waited[label] += ran
            waited[OTHERS] += overlap - ran
        return waited


def _label(of: Any) -> str:
    if of is gevent.get_hub():
        return "the event loop"
    run = getattr(of, "_run", None)
    if any(isinstance(x, User) for x in getattr(of, "args", ())):
        return "users"
    return getattr(run, "__qualname__", None) or type(of).__name__


@events.init.add_listener  # type: ignore[untyped-decorator] # locust is read as Any
def _watch(environment: Any, **_: object) -> None:
    if not hasattr(environment, "sender"):
        return
    probe = Probe(environment.sender)

    def write(**_: object) -> None:
        greenlet.settrace(None)
        Path(os.environ[REPORT_TO]).write_text(json.dumps(probe.document()), encoding="utf-8")

    environment.events.test_stop.add_listener(write)
