"""A scenario: one claim about the system, tried; and the figures that it saw."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from target_app.services.system_test.system import SystemUnderTest


class ScenarioList(StrEnum):
    """The two lists."""

    INTEGRATION = "integration"
    END_TO_END = "end-to-end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the system must keep; the defaults are its promises."""

    health_seconds: float = 0.1
    signal_seconds: float = 1.0
    success_share: float = 0.95


@dataclass(slots=True)
class Figures:
    """What a scenario measured: a name and a value with its unit each, in their order."""

    shown: dict[str, str] = field(default_factory=dict)

    def share(self, name: str, good: int, total: int) -> float:
        """Note how many of how many; the share."""
        share = good / total if total else 0.0
        self.shown[name] = f"{share:.1%} ({good} of {total})"
        return share

    def seconds(self, name: str, values: list[float]) -> tuple[float, float]:
        """Note P50 and P95 of durations, or the only one; both in seconds."""
        if len(values) == 1:
            self.shown[name] = f"{values[0] * 1000:.1f} ms"
            return values[0], values[0]
        ordered = sorted(values)
        middle = ordered[len(ordered) // 2]
        late = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        self.shown[name] = f"P50 {middle * 1000:.1f} ms, P95 {late * 1000:.1f} ms"
        return middle, late

    def number(self, name: str, value: float, unit: str = "") -> None:
        """Note a number."""
        self.shown[name] = f"{value:g} {unit}".rstrip()

    @contextmanager
    def rate(self, name: str, count: int) -> Iterator[None]:
        """Note how many a second are done within."""
        began = time.perf_counter()
        yield
        self.shown[name] = f"{count / (time.perf_counter() - began):.1f} a second"


Run = Callable[[SystemUnderTest, Figures, Limits], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """`claim` is a sentence; `run` raises ExpectationError where it is not true."""

    name: str
    of: ScenarioList
    claim: str
    run: Run
