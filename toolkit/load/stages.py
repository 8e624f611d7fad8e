"""When requests are due in an open loop: a rate over time, as points joined by lines.

Nothing here waits or sends. A schedule is what was asked for; whether the load generator
kept it is in the figures.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, sqrt
from pathlib import Path
from typing import Any

import yaml

from toolkit.durations import seconds as in_seconds
from toolkit.errors import ConfigurationError, UsageError
from toolkit.unknown_name_did_you_mean import unknown_name

Point = tuple[float, float]

# Points of (share of the duration, share of the highest rate).
SHAPES: dict[str, tuple[Point, ...]] = {
    "constant": ((0, 1), (1, 1)),
    # From a tenth: at the start nothing is warm, and that is not what is measured.
    "ramp": ((0, 0.1), (1, 1)),
    # A fifth is calm; the middle fifth of the time is the rush; the rest shows the recovery.
    "spike": ((0, 0.2), (0.4, 0.2), (0.4, 1), (0.6, 1), (0.6, 0.2), (1, 0.2)),
}
_TINY = 1e-9  # a whole number of arrivals must not become one more by rounding


@dataclass(frozen=True, slots=True)
class Schedule:
    """`points` are (seconds since the start, requests a second), in order of time."""

    points: tuple[Point, ...]

    @property
    def seconds(self) -> float:
        """How long requests fall due."""
        return self.points[-1][0]

    @property
    def highest(self) -> float:
        """The highest rate, in requests a second."""
        return max(rate for _, rate in self.points)

    @property
    def total(self) -> int:
        """How many requests fall due."""
        return self.due(self.seconds)

    def due(self, elapsed: float) -> int:
        """How many requests are due before `elapsed` seconds; the first is due at 0."""
        whole = 0.0
        for (start, low), (end, high) in pairwise(self.points):
            if elapsed <= start:
                break
            # The area under the line so far: a trapezoid.
            into = min(elapsed, end) - start
            slope = (high - low) / (end - start) if end > start else 0.0
            whole += low * into + slope * into * into / 2
        return ceil(whole - _TINY)

    def times(self, first: int = 0) -> Iterator[tuple[int, float]]:
        """(number, seconds since the start) of each request from number `first` on."""
        number, passed = first, 0.0
        for (start, low), (end, high) in pairwise(self.points):
            span = end - start
            size = (low + high) / 2 * span
            slope = (high - low) / span if span else 0.0
            while number < passed + size - _TINY:
                wanted = number - passed
                # The root of slope/2·t² + low·t = wanted, in the form that divides by no 0.
                root = sqrt(max(low * low + 2 * slope * wanted, 0.0))
                yield number, start + (2 * wanted / (low + root) if wanted else 0.0)
                number += 1
            passed += size


def shaped(shape: str, *, rate: float, seconds: float) -> Schedule:
    """The shape stretched to a highest rate and a duration. Raises UsageError when unknown."""
    if shape not in SHAPES:
        raise UsageError(unknown_name("shape", shape, SHAPES))
    return Schedule(tuple((at * seconds, share * rate) for at, share in SHAPES[shape]))


def shaped_for(shape: str, *, rate: float, requests: int) -> Schedule:
    """The shape stretched until so many requests fall due. Raises UsageError when unknown."""
    # The area under one second of it, at a highest rate of one.
    unit = shaped(shape, rate=1.0, seconds=1.0).points
    area = sum((low + high) / 2 * (end - start) for (start, low), (end, high) in pairwise(unit))
    return shaped(shape, rate=rate, seconds=requests / rate / area)


def stages(path: Path) -> Schedule:
    """A schedule from a file of stages, in k6's words: each ramps to its `target` rate.

        - {duration: 30s, target: 200}
        - {duration: 2m, target: 200}
        - {duration: 0s, target: 1000}      # a step

    The first starts from a rate of 0. Raises ConfigurationError, naming file and stage.
    Source: https://grafana.com/docs/k6/latest/using-k6/scenarios/executors/ramping-arrival-rate/
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigurationError(f"{path}: {error}", fix="fix the YAML or JSON.") from None
    rows = data.get("stages") if isinstance(data, dict) else data
    if not isinstance(rows, list) or not rows:
        raise ConfigurationError(
            f"{path}: does not hold a list of stages.", fix="write - {duration: 30s, target: 200}."
        )
    points: list[Point] = [(0.0, 0.0)]
    for number, row in enumerate(rows, start=1):
        length, target = _stage(row, f"{path}: stage {number}")
        points.append((points[-1][0] + length, target))
    schedule = Schedule(tuple(points))
    if not schedule.total:
        raise ConfigurationError(f"{path}: no request falls due in these stages.")
    return schedule


def require_alone(*, rate: float, shape: str, seconds: float) -> None:
    """Raise UsageError for what was given next to a file of stages, and would say it again."""
    others = {"--rate": rate, "--shape": shape, "--duration": seconds}
    given = " and ".join(name for name, value in others.items() if value)
    if given:
        raise UsageError(
            f"--stages says how the rate changes and for how long; {given} would say it again.",
            fix="give one or the other, or write it into the file of stages.",
        )


def _stage(row: Any, where: str) -> Point:
    if not isinstance(row, dict) or row.keys() != {"duration", "target"}:
        raise ConfigurationError(
            f"{where}: must have duration and target, but is {row!r}.",
            fix="write - {duration: 30s, target: 200}.",
        )
    target = row["target"]
    if isinstance(target, bool) or not isinstance(target, int | float) or target < 0:
        raise ConfigurationError(f"{where}: target must be a rate, but is {target!r}.")
    try:
        return in_seconds(str(row["duration"])), float(target)
    except ConfigurationError as error:
        raise ConfigurationError(f"{where}: {error.message}", fix=error.fix) from None


class WorkerShare:
    """Which of a schedule's requests are one worker's: every n-th, and how that changed.

    A change holds from a request's number on, so that every request is
    exactly one worker's.
    """

    __slots__ = ("_from", "_parts")

    def __init__(self) -> None:
        self._from: list[int] = []
        self._parts: list[tuple[int, int]] = []

    def set(self, first: int, index: int, of: int) -> None:
        """From request `first` on, be worker `index` of `of`. `of` 0: of none."""
        self._from.append(first)
        self._parts.append((index, of))

    def has(self, number: int) -> bool:
        """Whether the request of that number is this worker's."""
        at = bisect_right(self._from, number) - 1
        if at < 0:
            return False
        index, of = self._parts[at]
        return of > 0 and number % of == index


def worker_part(total: int, index: int, of: int) -> int:
    """Worker `index`'s part of `total` requests, when `of` workers share them."""
    return len(range(index, total, of))
