"""An objective → recordings of its errors and error budget, and alerts on how fast it burns.

Every window is the average of two recorded rates, so that a long window costs two series,
not every series of the service, and so that an hour with little traffic counts little.
Without traffic nothing is recorded: no NaN, and no alert.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit.alerts import Alert, Proof, Reading, Recording, Severity
from toolkit.catalogue import Matcher, Metric
from toolkit.causes import Cause
from toolkit.config import seconds
from toolkit.errors import DefinitionError
from toolkit.objectives import AvailabilityObjective, LatencyObjective

Objective = AvailabilityObjective | LatencyObjective


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A pair of windows that alerts together, and how much of the budget is then spent.

    `budget` is the share (0..1) of the whole period's error budget that is gone when errors
    have come at that pace throughout `long`. `short` ends the alert soon after the errors.
    """

    pace: str
    budget: float
    long: str
    short: str
    hold: str
    severity: Severity

    def factor(self, period: str) -> float:
        """How many times faster than allowed that is: 14.4 for 2% of 30 days in an hour."""
        return round(self.budget * seconds(period) / seconds(self.long), 3)


# The pairs and their shares of the budget: https://sre.google/workbook/alerting-on-slos/,
# table 5-8 and the text below it, where 30 days give the factors 14.4, 6, 3 and 1; 28 days give
# 13.44, 5.6, 2.8 and 0.933, as in sloth's google-28d.yaml. The holds are those of
# kubernetes-mixin's config.libsonnet.
WINDOWS = (
    Window(pace="Fast", budget=0.02, long="1h", short="5m", hold="2m", severity=Severity.CRITICAL),
    Window(
        pace="Steady", budget=0.05, long="6h", short="30m", hold="15m", severity=Severity.CRITICAL
    ),
    Window(pace="Slow", budget=0.1, long="1d", short="2h", hold="1h", severity=Severity.WARNING),
    Window(
        pace="Creeping", budget=0.1, long="3d", short="6h", hold="3h", severity=Severity.WARNING
    ),
)
SLI_WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
PERIODS = ("28d", "30d")

EVENTS = "objective:events:rate5m"
BAD_EVENTS = "objective:bad_events:rate5m"
BUDGET = "objective:error_budget:ratio"
REMAINING = "objective:error_budget:remaining"


def errors(window: str) -> str:
    """The name of the recording that holds the share of bad events over `window`."""
    return f"objective:errors:ratio_rate{window}"


def rules(
    objective: Objective,
    name: str,
    *,
    component: str,
    impact: str,
    response: str,
    panel: str,
    fired_by: Mapping[str, Cause],
    period: str = "30d",
) -> tuple[Alert | Recording, ...]:
    """The recordings and the four burn-rate alerts of `objective`.

    `name` is in kebab-case: it is the value of the label `objective`, and in PascalCase it
    opens the alerts' names. `fired_by` has the cause of each pace of WINDOWS. Raises
    DefinitionError for a period that is no preset and for a pace without a cause.
    """
    if period not in PERIODS:
        raise DefinitionError(
            f"objective {name!r}: period {period!r} has no window table.",
            fix=f"choose one of {', '.join(PERIODS)}.",
        )
    lacking = [window.pace for window in WINDOWS if window.pace not in fired_by]
    if lacking:
        raise DefinitionError(
            f"objective {name!r}: fired_by has no cause for {', '.join(lacking)}.",
            fix='say what makes it fire: fired_by={"Fast": Fault(…), …}.',
        )
    recordings = tuple(_recordings(objective, name, period))
    alerts = (
        _alert(
            objective,
            name,
            window,
            period,
            component=component,
            impact=impact,
            response=response,
            panel=panel,
            fired_by=fired_by[window.pace],
        )
        for window in WINDOWS
    )
    return (*recordings, *alerts)


def _recordings(objective: Objective, name: str, period: str) -> Iterator[Recording]:
    labels = {"objective": name}
    own = f'{{objective="{name}"}}'
    events, bad = _rates(objective)
    yield Recording(
        name=EVENTS, expr=events, labels=labels, because="Every window below averages it."
    )
    yield Recording(
        name=BAD_EVENTS, expr=bad, labels=labels, because="Every window below averages it."
    )
    for window in SLI_WINDOWS:
        yield Recording(
            name=errors(window),
            expr=_share(own, window),
            labels=labels,
            because=f"The share of bad events over {window}, for the alerts and the dashboard.",
        )
    budget = _plain(_budget(objective))
    yield Recording(
        name=BUDGET,
        expr=f"vector({budget})",
        labels=labels,
        because="The dashboard divides by it to show burn rates.",
        proof=(Reading("it is a constant", {}, at="5m", value=_budget(objective)),),
    )
    spent = (0.4, 2.0)  # of the budget: some is left, and more than all is gone
    yield Recording(
        name=REMAINING,
        expr=f"1 - ({_share(own, period)}) / {budget}",
        labels=labels,
        because="What is left of the budget is what can still be risked by a release.",
        proof=(
            Reading("no traffic", {}, at="30m", value=None),
            *(
                Reading(
                    f"bad events use {share:.0%} of what is allowed",
                    _series(objective, [(60, share * _budget(objective))]),
                    at="1h",
                    value=1 - share,
                )
                for share in spent
            ),
        ),
    )


def _rates(objective: Objective) -> tuple[str, str]:
    """PromQL for all events and for the bad ones, a second."""
    if isinstance(objective, LatencyObjective):
        good = objective.metric.bucket.where(le=f"{objective.seconds:g}")
        events = f"sum(rate({objective.metric.count}[5m]))"
        return events, f"{events} - sum(rate({good}[5m]))"
    events = f"sum(rate({objective.metric}[5m]))"
    bad = objective.metric.where(**objective.bad)
    # A kind of failure that never happened has no series: that is no bad events, not none known.
    return events, f"sum(rate({bad}[5m])) or 0 * {events}"


def _share(own: str, window: str) -> str:
    if window == "5m":
        return f"{BAD_EVENTS}{own} / ({EVENTS}{own} > 0)"
    over = f"{own}[{window}]"
    return f"avg_over_time({BAD_EVENTS}{over}) / (avg_over_time({EVENTS}{over}) > 0)"


def _budget(objective: Objective) -> float:
    promised = objective.quantile if isinstance(objective, LatencyObjective) else objective.share
    return round(1 - promised, 9)


def _plain(number: float) -> str:
    return f"{number:.9f}".rstrip("0").rstrip(".")


def _alert(
    objective: Objective,
    name: str,
    window: Window,
    period: str,
    *,
    component: str,
    impact: str,
    response: str,
    panel: str,
    fired_by: Cause,
) -> Alert:
    factor, budget = window.factor(period), _budget(objective)
    own = f'{{objective="{name}"}}'
    limit = f"{factor:g} * {_plain(budget)}"
    title = "".join(word.capitalize() for word in name.split("-"))
    days = seconds(period) / 86400 / factor
    return Alert(
        name=f"{title}{window.pace}Burn",
        expr=f"{errors(window.long)}{own} > {limit} and {errors(window.short)}{own} > {limit}",
        hold=window.hold,
        severity=window.severity,
        component=component,
        summary=f"The error budget of {name} is spent {factor:g} times too fast.",
        description=f"{{{{ $value | humanizePercentage }}}} of the events of the last "
        f"{window.long} broke the promise; {budget:.3%} are allowed. At this pace the budget of "
        f"{seconds(period) / 86400:g} days lasts {days:.2g}.",
        impact=impact,
        response=response,
        because=f"{factor:g} times the allowed errors over {window.long} spend {window.budget:.0%} "
        f"of the budget of {period}; the last {window.short} must agree, so that it ends soon "
        "after the errors do.",
        proof=tuple(_proofs(objective, window, factor * budget)),
        panel=panel,
        fired_by=fired_by,
    )


def _proofs(objective: Objective, window: Window, limit: float) -> Iterator[Proof]:
    """Both windows over the limit; then each of the two alone, which must not be enough."""
    short = int(seconds(window.short) // 60)
    hold = int(seconds(window.hold) // 60)
    over = min(2 * limit, (1 + limit) / 2)
    yield Proof(
        "errors at twice the pace, or half-way to every event bad",
        _series(objective, [(hold + 20, over)]),
        at=f"{hold + 15}m",
        fires=True,
    )
    # Twice the errors that the short window takes, for twice the hold and the five minutes that
    # a recorded rate covers: it is over the limit from the middle on. The long window is not.
    burst = 2 * hold + 10
    share = min(1.0, 2 * limit * max(1.0, short / burst))
    calm = 2 * max(short, burst)
    yield Proof(
        f"a burst of {burst} minutes, which {window.long} outlive",
        _series(objective, [(calm, 0), (burst, share)]),
        at=f"{calm + burst}m",
        fires=False,
    )
    # The short window is clean again, and the long one is still half over its limit.
    clean = short + short // 10 + 10
    outage = max(5, round(1.5 * limit / (1 - limit) * clean))
    yield Proof(
        f"an outage of {outage} minutes ended {clean} minutes ago",
        _series(objective, [(outage, 1), (clean, 0)]),
        at=f"{outage + clean}m",
        fires=False,
    )
    yield Proof("no traffic", {}, at=f"{hold + 15}m", fires=False)


def _series(objective: Objective, phases: list[tuple[int, float]]) -> dict[str, str]:
    """A thousand events a minute, of which a share is bad: (minutes, share) one after another."""
    if isinstance(objective, LatencyObjective):
        labels = {label.name: _some(label.values) for label in objective.metric.labels}
        bucket = objective.metric.bucket.where(**labels, le=f"{objective.seconds:g}")
        return {
            objective.metric.count.where(**labels): _ramp([(n, 1000) for n, _ in phases]),
            bucket: _ramp([(n, 1000 * (1 - share)) for n, share in phases]),
        }
    return {
        _example(objective.metric, objective.bad, bad=True): _ramp(
            [(n, 1000 * share) for n, share in phases]
        ),
        _example(objective.metric, objective.bad, bad=False): _ramp(
            [(n, 1000 * (1 - share)) for n, share in phases]
        ),
    }


def _example(metric: Metric, matchers: Mapping[str, Matcher], *, bad: bool) -> str:
    labels = {}
    for label in metric.labels:
        named = matchers[label.name].values if label.name in matchers else ()
        others = tuple(value for value in label.values if value not in named)
        labels[label.name] = _some(named if bad and named else others)
    return metric.where(**labels)


def _some(values: tuple[str, ...]) -> str:
    return values[0] if values else "any"


def _ramp(phases: list[tuple[int, float]]) -> str:
    """A counter that grows by so much a minute in each phase, in promtool's notation."""
    parts, total = ["0"], 0.0
    for minutes, step in phases:
        parts.append(f"{total + step:g}+{step:g}x{minutes - 1}")
        total += step * minutes
    return " ".join(parts)
