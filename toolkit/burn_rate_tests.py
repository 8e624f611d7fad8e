"""Proofs and readings for the rules of `toolkit.burn_rate`: traffic in phases.

A recorded rate covers five minutes back, which is counted here as Prometheus does it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from toolkit.alerts import Proof, Reading
from toolkit.catalogue import Matcher, Metric
from toolkit.durations import seconds
from toolkit.objectives import AvailabilityObjective, LatencyObjective

Objective = AvailabilityObjective | LatencyObjective


@dataclass(frozen=True, slots=True)
class Phase:
    """Traffic for some minutes: events a minute, and the share (0..1) of them that is bad."""

    minutes: int
    bad: float
    events: float = 1000.0


def proofs(
    objective: Objective, long: str, short: str, *, hold: str, every: str, limit: float
) -> Iterator[Proof]:
    """Both windows over the limit; then each of the two alone, which must not be enough."""
    step = _minutes(every)
    soon = _minutes(hold) + 2 * step
    over = min(2 * limit, (1 + limit) / 2)
    yield Proof(
        "errors at twice the pace, or half-way to every event bad",
        _series(objective, (Phase(soon + step, over),)),
        at=f"{soon}m",
        fires=True,
    )
    # Past the short window, its five-minute rates and the hold: only the other window says no.
    judged = _up(_minutes(short) + 5 + _minutes(hold) + 1, step)
    before = 3 * judged
    earlier = _earlier_share(before, judged, step, late=1.05 * limit, mean=0.998 * limit)
    yield Proof(
        f"the last {short} are over, and {long} just under",
        _series(objective, (Phase(before, earlier), Phase(judged, 1.05 * limit))),
        at=f"{before + judged}m",
        fires=False,
    )
    outage = _up(max(5, round(1.5 * limit / (1 - limit) * judged)), step)
    yield Proof(
        f"an outage is over: {long} are over, and the last {short} just under",
        _series(objective, (Phase(outage, 1), Phase(judged, 0.995 * limit))),
        at=f"{outage + judged}m",
        fires=False,
    )
    yield Proof("no traffic", {}, at=f"{soon}m", fires=False)


def readings(
    objective: Objective, window: str, every: str, *, budget: float = 0
) -> Iterator[Reading]:
    """What a window remembers and forgets, and that nothing is recorded without events.

    The value is the share of bad events, or with `budget` what that leaves of it, 0..1.
    """
    length, step = _minutes(window), _minutes(every)
    burst = max(step, length // 10)
    # Ten times the traffic, half of it bad; then less, one event in a hundred bad.
    phases = (Phase(burst, 0.5, 10_000), Phase(2 * length, 0.01))
    series = _series(objective, phases)
    end = max(step, length // step * step - 2 * step)
    later = _up(length + burst + _RATE + 1, step)
    quiet = _up(3 * _RATE, step)
    counted = _ends_as_it_began(phases, end, step) if step < _RATE < length else phases
    bad_start = _mean_share(counted, end, step if length > _RATE else end)
    cases = (
        (
            f"a bad start still counts after {end} minutes",
            _series(objective, counted),
            end,
            bad_start,
        ),
        (f"a bad start counts no more after {later} minutes", series, later, 0.01),
        (
            "no traffic, no value: not even NaN",
            _series(objective, (Phase(2 * quiet, 0, 0),)),
            quiet,
            None,
        ),
        (
            "a single event, and that one bad",
            _series(objective, (Phase(quiet - 2, 0, 0), Phase(1, 1, 1), Phase(quiet, 0, 0))),
            quiet,
            1.0,
        ),
    )
    for sentence, given, at, share in cases:
        value = 1 - share / budget if budget and share is not None else share
        rounded = None if value is None else round(value, _DECIMALS)
        yield Reading(sentence, given, at=f"{at}m", value=rounded)


def rate_readings(objective: Objective) -> Iterator[Reading]:
    """Which events count as bad, by the second: six hundred of the thousand of each minute.

    Three minutes after the first, so that the window of five shows in the value.
    """
    some = 600 * 3 / (60 * _RATE)
    if isinstance(objective, LatencyObjective):
        below = objective.metric.bucket.where(le="+Inf")
        yield Reading(
            "only the bucket of the promised time counts as good",
            {**_series(objective, (Phase(20, 0.6),)), below: _ramp([(20, 1000)])},
            at="3m",
            value=some,
        )
        return
    yield Reading(
        "no bad event has ever happened",
        {_example(objective.metric, objective.bad): _ramp([(20, 1000)])},
        at="3m",
        value=0.0,
    )
    for label, matcher in objective.bad.items():
        for value in matcher.values:
            yield Reading(
                f"{label} {value} is bad",
                {
                    _example(objective.metric, objective.bad, {label: value}): _ramp([(20, 600)]),
                    _example(objective.metric, objective.bad): _ramp([(20, 400)]),
                },
                at="3m",
                value=some,
            )


_DECIMALS = 6  # to which readings are compared
_RATE = 5  # minutes that the recorded rates cover


def _minutes(duration: str) -> int:
    return int(seconds(duration) // 60)


def _up(minutes: int, every: int) -> int:
    return -(-minutes // every) * every


def _seen(now: int) -> range:
    """The minutes that a recorded rate covers."""
    return range(max(0, now - _RATE), now)


def _ends_as_it_began(phases: tuple[Phase, Phase], end: int, every: int) -> tuple[Phase, ...]:
    """The same traffic, and once more just before `end`.

    Since Prometheus 3 a range lacks the sample at its start. A rate stretches the four minutes
    that are left to five, but not where the counter starts at 0: the first minutes count less,
    and the last ones more by as much. Where both hold the same, the sum is the same.
    """
    first, then = phases
    stretched = (_RATE - 1) // every * every
    return first, replace(then, minutes=end - stretched - first.minutes), first, then


def _mean_share(phases: tuple[Phase, ...], end: int, every: int) -> float:
    """The share of bad events among all that the evaluations up to `end` saw."""
    minutes = [phase for phase in phases for _ in range(phase.minutes)]
    seen = [minutes[m] for now in range(every, end + 1, every) for m in _seen(now)]
    return sum(x.events * x.bad for x in seen) / sum(x.events for x in seen)


def _earlier_share(before: int, after: int, every: int, *, late: float, mean: float) -> float:
    """The share of bad events in the first `before` minutes that makes `mean` of them all."""
    weights = [0.0, 0.0]
    for now in range(every, before + after + 1, every):
        for minute in _seen(now):
            weights[minute >= before] += 1
    return (mean * sum(weights) - late * weights[1]) / weights[0]


def _series(objective: Objective, phases: tuple[Phase, ...]) -> dict[str, str]:
    """The counters of an objective under that traffic, one sample a minute."""
    good = [(x.minutes, x.events * (1 - x.bad)) for x in phases]
    bad = [(x.minutes, x.events * x.bad) for x in phases]
    if isinstance(objective, AvailabilityObjective):
        worst = {label: _some(matcher.values) for label, matcher in objective.bad.items()}
        return {
            _example(objective.metric, objective.bad, worst): _ramp(bad),
            _example(objective.metric, objective.bad): _ramp(good),
        }
    labels = {label.name: _some(label.values) for label in objective.metric.labels}
    bucket = objective.metric.bucket.where(**labels, le=objective.bound)
    return {
        objective.metric.count.where(**labels): _ramp([(x.minutes, x.events) for x in phases]),
        bucket: _ramp(good),
    }


def _example(
    metric: Metric, bad: Mapping[str, Matcher], labels: Mapping[str, str] | None = None
) -> str:
    """A series with those labels; whatever else can be good is."""
    given = dict(labels or {})
    for label in metric.labels:
        named = bad[label.name].values if label.name in bad else ()
        others = tuple(value for value in label.values if value not in named)
        given.setdefault(label.name, _some(others))
    return metric.where(**given)


def _some(values: tuple[str, ...]) -> str:
    return values[0] if values else "any"


def _ramp(steps: list[tuple[int, float]]) -> str:
    """A counter that grows by so much a minute in each phase, in promtool's notation."""
    parts, total = ["0"], 0.0
    for minutes, step in steps:
        parts.append(f"{total + step:.10g}+{step:.10g}x{minutes - 1}")
        total += step * minutes
    return " ".join(parts)
