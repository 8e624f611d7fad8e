"""An objective → recordings of its errors and error budget, and alerts on how fast it burns.

Every window is the average of two recorded rates, so that a long window costs two series,
not every series of the service, and so that an hour with little traffic counts little.
Without traffic nothing is recorded: no NaN, and no alert.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit import burn_rate_tests
from toolkit.alerts import Alert, Proof, Reading, Recording, Severity, Waiver
from toolkit.burn_rate_tests import Objective
from toolkit.definition_arguments.durations_and_ranges import Duration, Positive, PositiveDuration
from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.drill_causes import Cause
from toolkit.durations import seconds
from toolkit.errors import DefinitionError
from toolkit.objectives import LatencyObjective


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A pair of windows that alerts together, and how much of the budget is then spent.

    `budget` is the share (0..1) of the whole period's error budget that is gone when errors
    have come at that pace throughout `long`. `short` lets the alert resolve soon after them.
    """

    pace: str
    budget: Positive
    long: PositiveDuration
    short: PositiveDuration
    hold: Duration
    severity: Severity
    tested_every: PositiveDuration

    def factor(self, period: str) -> float:
        """How many times faster than allowed that is: 14.4 for 2% of 30 days in an hour."""
        return round(self.budget * seconds(period) / seconds(self.long), 3)


# The pairs and their shares of the budget: https://sre.google/workbook/alerting-on-slos/,
# table 5-8 and the text below it, where 30 days give the factors 14.4, 6, 3 and 1; 28 days give
# 13.44, 5.6, 2.8 and 0.933, as in sloth's google-28d.yaml. The holds are those of
# kubernetes-mixin's config.libsonnet.
WINDOWS = (
    Window(
        pace="Fast", budget=0.02, long="1h", short="5m", hold="2m",
        severity=Severity.CRITICAL, tested_every="1m",
    ),
    Window(
        pace="Steady", budget=0.05, long="6h", short="30m", hold="15m",
        severity=Severity.CRITICAL, tested_every="1m",
    ),
    Window(
        pace="Slow", budget=0.1, long="1d", short="2h", hold="1h",
        severity=Severity.WARNING, tested_every="4m",
    ),
    Window(
        pace="Creeping", budget=0.1, long="3d", short="6h", hold="3h",
        severity=Severity.WARNING, tested_every="10m",
    ),
)  # fmt: skip
# Each with how often its recording is evaluated in tests: some 20 times a window.
SLI_WINDOWS = {
    "5m": "1m",
    "30m": "1m",
    "1h": "3m",
    "2h": "6m",
    "6h": "18m",
    "1d": "72m",
    "3d": "216m",
}
PERIODS = ("28d", "30d")

EVENTS = "objective:events:rate5m"
BAD_EVENTS = "objective:bad_events:rate5m"
BUDGET = "objective:error_budget:ratio"
REMAINING = "objective:error_budget:remaining"


def errors(window: str) -> str:
    """The name of the recording that holds the share of bad events over `window`."""
    return f"objective:errors:ratio_rate{window}"


# Both sides of the operator carry the label, and the operator matches on it.
_SAME_OBJECTIVE = tuple(
    Waiver(f"mutant: without objective=…{again}", "The other operand's label keeps it apart.")
    for again in ("", " (2)")
)
# What has no series is found to be zero as long as there are events, whatever the window.
_ZERO_TIMES = tuple(
    Waiver(f"mutant: [5m] → [{other}] (2)", "Zero times a rate is zero, whatever its window.")
    for other in ("10m", "2m30s")
)
_NEVER_EXACT = "An average of floats is the limit only to the last digit, up or down."


@checked
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
    """The recordings and the burn-rate alerts of `objective`: those of the four that can fire.

    `name` is in kebab-case: it is the value of the label `objective`, and in PascalCase it
    opens the alerts' names. `fired_by` has the cause of each pace of WINDOWS. Raises
    DefinitionError for a period that is not a preset and for a pace without a cause.
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
    burns = (_Burn(objective, name, period, window) for window in WINDOWS)
    alerts = (
        burn.alert(
            component=component,
            impact=impact,
            response=response,
            panel=panel,
            fired_by=fired_by[burn.window.pace],
        )
        for burn in burns
        # A promise of 90% allows a tenth: 14.4 times that is more than every event.
        if burn.share < 1
    )
    return (*_recordings(objective, name, period), *alerts)


def _recordings(objective: Objective, name: str, period: str) -> Iterator[Recording]:
    labels = {"objective": name}
    own = f'{{objective="{name}"}}'
    events, bad = _rates(objective)
    yield Recording(
        name=EVENTS, expr=events, labels=labels, because="Every window below averages it."
    )
    yield Recording(
        name=BAD_EVENTS,
        expr=bad,
        labels=labels,
        because="Every window below averages it.",
        proof=tuple(burn_rate_tests.rate_readings(objective)),
        waive=() if isinstance(objective, LatencyObjective) else _ZERO_TIMES,
    )
    for window, every in SLI_WINDOWS.items():
        yield Recording(
            name=errors(window),
            expr=_share(own, window),
            labels=labels,
            proof=tuple(burn_rate_tests.readings(objective, window, every)),
            tested_every=every,
            waive=_SAME_OBJECTIVE,
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
    yield Recording(
        name=REMAINING,
        expr=f"1 - ({_share(own, period)}) / {budget}",
        labels=labels,
        because="What is left of the budget is what can still be risked by a release.",
        proof=tuple(burn_rate_tests.readings(objective, period, "36h", budget=_budget(objective))),
        tested_every="36h",
        waive=_SAME_OBJECTIVE,
    )


def _rates(objective: Objective) -> tuple[str, str]:
    """PromQL for all events and for the bad ones, a second."""
    if isinstance(objective, LatencyObjective):
        good = objective.metric.bucket.where(le=objective.in_time)
        events = f"sum(rate({objective.metric.count}[5m]))"
        return events, f"{events} - sum(rate({good}[5m]))"
    events = f"sum(rate({objective.metric}[5m]))"
    bad = objective.metric.where(**objective.bad)
    # A kind of failure that never happened has no series: zero bad events, not an unknown number.
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


@dataclass(frozen=True, slots=True)
class _Burn:
    """An objective whose budget burns at the pace of one window."""

    objective: Objective
    name: str
    period: str
    window: Window

    @property
    def factor(self) -> float:
        return self.window.factor(self.period)

    @property
    def limit(self) -> str:
        """PromQL for the share of bad events that is too much."""
        return f"{self.factor:g} * {_plain(_budget(self.objective))}"

    @property
    def share(self) -> float:
        """The same as a number, 0..1, or more where no traffic can reach it."""
        return self.factor * _budget(self.objective)

    def alert(
        self, *, component: str, impact: str, response: str, panel: str, fired_by: Cause
    ) -> Alert:
        window, own = self.window, f'{{objective="{self.name}"}}'
        title = "".join(word.capitalize() for word in self.name.split("-"))
        return Alert(
            name=f"{title}{window.pace}Burn",
            expr=f"{errors(window.long)}{own} > {self.limit} and "
            f"{errors(window.short)}{own} > {self.limit}",
            hold=window.hold,
            severity=window.severity,
            component=component,
            summary=f"The error budget of {self.name} is spent {self.factor:g} times too fast.",
            description=self._description(),
            impact=impact,
            response=response,
            because=f"{self.factor:g} times the allowed errors over {window.long} spend "
            f"{window.budget:.0%} of the budget of {self.period}; the last {window.short} must "
            "agree, so that it resolves soon after the errors end.",
            proof=tuple(self._proofs()),
            panel=panel,
            fired_by=fired_by,
            tested_every=window.tested_every,
            waive=(
                *_SAME_OBJECTIVE,
                Waiver(f"at-{self.share:g}", _NEVER_EXACT),
                Waiver(f"mutant: > → >= before {self.limit}", _NEVER_EXACT),
                Waiver(f"mutant: > → >= before {self.limit} (2)", _NEVER_EXACT),
            ),
        )

    def _description(self) -> str:
        days = seconds(self.period) / 86400
        return (
            f"{{{{ $value | humanizePercentage }}}} of the events of the last {self.window.long} "
            f"broke the promise; {_budget(self.objective):.3%} are allowed. At this pace the "
            f"budget of {days:g} days lasts {days / self.factor:.2g}."
        )

    def _proofs(self) -> Iterator[Proof]:
        return burn_rate_tests.proofs(
            self.objective,
            self.window.long,
            self.window.short,
            hold=self.window.hold,
            every=self.window.tested_every,
            limit=self.share,
        )
