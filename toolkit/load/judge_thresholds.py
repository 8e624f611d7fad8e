"""Whether a run keeps its thresholds: judged on its own figures, and on Prometheus' once over.

Too few samples is a failure to judge, never a pass.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from toolkit.errors import ToolkitError, UnreachableError
from toolkit.load.latency_histogram import LatencyHistogram
from toolkit.load.statistics import Figures, RequestOutcome, Second, Tally, three_digits
from toolkit.load.threshold_windows import windows
from toolkit.load.thresholds import FIGURES, Threshold, parse
from toolkit.unknown_name_did_you_mean import did_you_mean, guess

FEWEST = 10  # under this an average or a share says nothing
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdVerdict:
    """Whether a threshold was kept. `measured` is None when nothing could be measured.

    `why` says then what was missing; `unknown` is one of which the server said nothing; `where`
    is the window that was measured.
    """

    threshold: Threshold
    kept: bool
    measured: float | None
    why: str = ""
    unknown: bool = False
    where: str = ""

    def __str__(self) -> str:
        mark = "✓" if self.kept else "?" if self.unknown else "✗"
        unit = _spaced(self.threshold.unit)
        allowed = f"allowed {self.threshold.operator} {self.threshold.value:g}{unit}"
        if self.measured is None:
            return f"{mark} {self.threshold.text}: {self.why}; {allowed}"
        measured = f"{three_digits(self.measured)}{unit}{f' {self.where}' if self.where else ''}"
        return f"{mark} {self.threshold.text}: {measured}, {allowed}"


def _spaced(unit: str) -> str:
    return f" {unit}" if unit and unit != "%" else unit


class Measured(Protocol):
    """A run, over or not yet."""

    @property
    def figures(self) -> Figures:
        """What was counted so far."""

    @property
    def seconds(self) -> float:
        """How long requests were sent."""

    @property
    def measured_seconds(self) -> float:
        """The part of them whose requests are in the figures: without the warm-up."""

    @property
    def unsent(self) -> int:
        """Moments that fell due and were given to no user."""


_NEEDS_NO_SAMPLES = frozenset({"unsent", "unfinished", "timeouts"})


def judge(threshold: Threshold, run: Measured) -> ThresholdVerdict:
    """Judge a threshold on what the load generator counted."""
    if threshold.window_seconds:
        return _judge_windows(threshold, run)
    if threshold.name and threshold.name not in run.figures.names:
        near = did_you_mean(threshold.name, run.figures.names)
        return _unjudged(threshold, f"no request of that name was sent{near}")
    tally = run.figures.names[threshold.name] if threshold.name else run.figures.total
    if threshold.figure in _NEEDS_NO_SAMPLES:
        counts = {
            "unsent": run.unsent,
            "unfinished": tally.unfinished,
            "timeouts": tally.timed_out,
        }
        count = counts[threshold.figure]
        return ThresholdVerdict(threshold=threshold, kept=threshold.allows(count), measured=count)
    samples = {"delay": run.figures.delays, "service_time": tally.service_times}.get(
        threshold.figure, tally.durations
    )
    fewest = _fewest(threshold)
    if samples.count < fewest:
        return _unjudged(
            threshold,
            f"{samples.count} samples are too few to judge, at least {fewest} are needed",
        )
    measured = _measure(threshold, tally, samples, run.measured_seconds)
    if threshold.figure == "count" and not measured and threshold.allows(0):
        # None came, as it should be; unless the code is one that came, misspelt.
        words = [code for code in tally.answers if not code.isdigit()]
        if near := guess(threshold.argument, words):
            return _unjudged(threshold, f"no answer had that code{near}")
    return ThresholdVerdict(threshold=threshold, kept=threshold.allows(measured), measured=measured)


def _judge_windows(threshold: Threshold, run: Measured) -> ThresholdVerdict:
    """The worst of all windows; what nothing fell into is too little to judge."""
    length, fewest = threshold.window_seconds, _fewest(threshold)
    # After the warm-up, of which nothing is counted.
    first = math.ceil(run.seconds - run.measured_seconds)
    worst: tuple[float, int] | None = None
    for start, second in windows(run.figures.seconds, first, int(run.seconds), length):
        if second.requests < fewest:
            return _unjudged(
                threshold,
                f"{second.requests} samples in the {length} s from {start} s on are too few to "
                f"judge, at least {fewest} are needed",
            )
        value = _measure_window(threshold, second)
        if worst is None or _is_worse(threshold, value, worst[0]):
            worst = value, start
    if worst is None:
        return _unjudged(threshold, f"the run is shorter than one window of {length} s")
    value, start = worst
    return ThresholdVerdict(
        threshold=threshold,
        kept=threshold.allows(value),
        measured=value,
        where=f"in the {length} s from {start} s on",
    )


def _is_worse(threshold: Threshold, value: float, than: float) -> bool:
    if threshold.allows(value) != threshold.allows(than):
        return threshold.allows(than)
    return value < than if threshold.operator in {">", ">="} else value > than


def _measure_window(threshold: Threshold, second: Second) -> float:
    if threshold.figure == "p":
        return second.durations.quantile_seconds(float(threshold.argument) / 100) * 1000
    failed = second.failures / second.requests if second.requests else 0.0
    return {
        "med": second.durations.quantile_seconds(0.5) * 1000,
        "avg": second.durations.mean_seconds * 1000,
        "min": second.durations.min_seconds * 1000,
        "max": second.durations.max_seconds * 1000,
        "rps": second.requests / threshold.window_seconds,
        "success": (1 - failed) * 100,
        "fail_ratio": failed,
        "failures": float(second.failures),
        "requests": float(second.requests),
    }[threshold.figure]


def _unjudged(threshold: Threshold, why: str) -> ThresholdVerdict:
    return ThresholdVerdict(threshold=threshold, kept=False, measured=None, why=why)


def _fewest(threshold: Threshold) -> int:
    """With fewer, a percentile is just the slowest request, and a share is chance."""
    unit, takes_argument = FIGURES[threshold.figure]
    if unit == "ms" and takes_argument:
        slower = 1 - float(threshold.argument) / 100
        # Rounded: 1 / (1 - 0.9) is a little more than 10.
        return max(FEWEST, math.ceil(round(1 / slower, 6)))
    return FEWEST if unit else 1


def _measure(
    threshold: Threshold, tally: Tally, samples: LatencyHistogram, seconds: float
) -> float:
    figure, argument = threshold.figure, threshold.argument
    if figure in {"p", "delay", "service_time"}:
        return samples.quantile_seconds(float(argument) / 100) * 1000
    if figure == "count":
        return tally.answers[argument]
    return {
        "med": samples.quantile_seconds(0.5) * 1000,
        "avg": samples.mean_seconds * 1000,
        "min": samples.min_seconds * 1000,
        "max": samples.max_seconds * 1000,
        "rps": tally.requests / seconds if seconds else 0.0,
        "success": tally.success_share * 100,
        "fail_ratio": 1 - tally.success_share,
        "failures": tally.failed,
        "accepted": tally.outcomes[RequestOutcome.ACCEPTED],
        "refused": tally.outcomes[RequestOutcome.REFUSED],
        "requests": tally.requests,
    }[figure]


class SampleValue(Protocol):
    """One sample of an answer."""

    @property
    def value(self) -> float:
        """The value, which may be NaN."""


class PromqlServer(Protocol):
    """A server that knows PromQL."""

    @property
    def url(self) -> str:
        """Its address, for messages."""

    def query(self, expr: str) -> Sequence[SampleValue]:
        """The instant vector of `expr`, now."""


def judge_by_prometheus(
    threshold: Threshold, server: PromqlServer, seconds: float
) -> ThresholdVerdict:
    """Judge a PromQL threshold after a run of `seconds`. Every series must keep it.

    UnreachableError passes through: what the server would say is not known.
    """
    values = [sample.value for sample in server.query(threshold.promql(seconds))]
    if not values:
        return _unjudged(threshold, "Prometheus knows no such sample")
    missed = [value for value in values if not threshold.allows(value)]
    # Of several series, one that misses it is shown.
    shown = (missed or values)[0]
    return ThresholdVerdict(threshold=threshold, kept=not missed, measured=shown)


class Judgeable(Measured, Protocol):
    """A run that is over."""

    @property
    def thresholds(self) -> tuple[str, ...]:
        """All that hold for it, as text."""


def judge_all(
    run: Judgeable,
    prometheus: PromqlServer,
    *,
    scrape_seconds: float,
    job: str,
    progress: Callable[[str], None],
) -> tuple[ThresholdVerdict, ...]:
    """The verdict on every threshold, in order; PromQL once `job` was scraped after the end.

    Where Prometheus does not answer, or scrapes no more, its thresholds are unknown, and the
    others are judged.
    """
    thresholds = [parse(text) for text in run.thresholds]
    missing = ""
    if any(threshold.expr for threshold in thresholds):
        progress("waiting until Prometheus has scraped the last request")
        try:
            _await_scrape(prometheus, job, scrape_seconds)
        except UnreachableError as error:
            missing = _in_one_line(error)
        except KeyboardInterrupt:
            missing = "interrupted"
    return tuple(
        _judge_by_prometheus(threshold, prometheus, run.seconds, missing)
        if threshold.expr
        else judge(threshold, run)
        for threshold in thresholds
    )


def _judge_by_prometheus(
    threshold: Threshold, server: PromqlServer, seconds: float, missing: str
) -> ThresholdVerdict:
    if not missing:
        try:
            return judge_by_prometheus(threshold, server, seconds)
        except UnreachableError as error:
            missing = _in_one_line(error)
        except ToolkitError as error:
            # The expression is wrong in a way that only the server sees.
            return _unjudged(threshold, _in_one_line(error))
    return ThresholdVerdict(
        threshold=threshold, kept=False, measured=None, why=missing, unknown=True
    )


def _in_one_line(error: ToolkitError) -> str:
    return error.message.rstrip(".") + (f" ({error.fix.rstrip('.')})" if error.fix else "")


def _await_scrape(prometheus: PromqlServer, job: str, scrape_seconds: float) -> None:
    # A sample from before the end would judge a part of the run.
    over = time.time()
    deadline = time.monotonic() + 4 * scrape_seconds + 10
    while time.monotonic() < deadline:
        scraped = prometheus.query(f'timestamp(up{{job="{job}"}})')
        if scraped and all(sample.value > over for sample in scraped):
            return
        time.sleep(_POLL_SECONDS)
    raise UnreachableError(
        f"{prometheus.url}: did not scrape the job {job!r} after the run, so its figures are old.",
        fix="see `toolkit status`, and [tool.toolkit] job.",
    )
