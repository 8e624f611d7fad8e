"""Objectives: factors, recordings and alerts, and that Prometheus agrees with their proofs."""

import pytest

from tests.support import project_builder, required_programs
from toolkit import burn_rate
from toolkit.alerts import Alert, Recording, Severity
from toolkit.catalogue import matching, none_of, one_of
from toolkit.drill_causes import Undrillable
from toolkit.errors import DefinitionError
from toolkit.objectives import AvailabilityObjective, LatencyObjective
from toolkit.rule_tests import run

AVAILABILITY = AvailabilityObjective(
    project_builder.EVENTS, bad={"kind": one_of("write")}, share=0.99
)
LATENCY = LatencyObjective(project_builder.LATENCY, quantile=0.9, seconds=0.5)


def made(
    objective: AvailabilityObjective | LatencyObjective, period: str = "30d"
) -> tuple[dict[str, Recording], dict[str, Alert]]:
    rules = burn_rate.rules(
        objective,
        "app-promise",
        component="objectives",
        impact="It is felt.",
        response="1. Look.",
        panel="Events",
        period=period,
        fired_by=dict.fromkeys((w.pace for w in burn_rate.WINDOWS), Undrillable("It is not run.")),
    )
    return (
        {x.name: x for x in rules if isinstance(x, Recording)},
        {x.name: x for x in rules if isinstance(x, Alert)},
    )


@pytest.mark.parametrize(
    ("period", "factors"),
    [("30d", [14.4, 6, 3, 1]), ("28d", [13.44, 5.6, 2.8, 0.933])],
)
def test_factors_follow_from_the_period(period: str, factors: list[float]) -> None:
    assert [window.factor(period) for window in burn_rate.WINDOWS] == factors


def test_a_period_without_a_table_is_refused() -> None:
    with pytest.raises(DefinitionError, match="period '7d' has no window table"):
        made(AVAILABILITY, "7d")


def test_alerts_pair_a_long_and_a_short_window() -> None:
    _, alerts = made(AVAILABILITY)
    assert {name: (x.severity, x.hold) for name, x in alerts.items()} == {
        "AppPromiseFastBurn": (Severity.CRITICAL, "2m"),
        "AppPromiseSteadyBurn": (Severity.CRITICAL, "15m"),
        "AppPromiseSlowBurn": (Severity.WARNING, "1h"),
        "AppPromiseCreepingBurn": (Severity.WARNING, "3h"),
    }
    assert alerts["AppPromiseFastBurn"].expr == (
        'objective:errors:ratio_rate1h{objective="app-promise"} > 14.4 * 0.01 and '
        'objective:errors:ratio_rate5m{objective="app-promise"} > 14.4 * 0.01'
    )


def test_a_pace_that_no_traffic_can_reach_has_no_alert() -> None:
    _, alerts = made(LATENCY)
    assert list(alerts) == ["AppPromiseSteadyBurn", "AppPromiseSlowBurn", "AppPromiseCreepingBurn"]


def test_every_window_is_recorded_with_the_objectives_name() -> None:
    recordings, _ = made(AVAILABILITY)
    windows = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
    assert [burn_rate.errors(window) in recordings for window in windows] == [True] * 7
    assert {x.labels["objective"] for x in recordings.values()} == {"app-promise"}
    assert recordings[burn_rate.BUDGET].expr == "vector(0.01)"
    assert "[30d]" in recordings[burn_rate.REMAINING].expr
    assert recordings[burn_rate.errors("1h")].because == (
        "The share of bad events over 1h, for the alerts and the dashboard."
    )


def test_bad_events_are_zero_where_none_has_happened_yet() -> None:
    recordings, _ = made(AVAILABILITY)
    assert recordings[burn_rate.BAD_EVENTS].expr == (
        'sum(rate(app_events_total{kind="write"}[5m])) or 0 * sum(rate(app_events_total[5m]))'
    )


def test_a_late_answer_is_a_bad_event() -> None:
    recordings, _ = made(LATENCY)
    assert recordings[burn_rate.BAD_EVENTS].expr == (
        'sum(rate(app_latency_count[5m])) - sum(rate(app_latency_bucket{le="0.5"}[5m]))'
    )


def test_an_objective_of_whole_seconds_reads_the_bucket_that_there_is() -> None:
    recordings, _ = made(LatencyObjective(project_builder.LATENCY, quantile=0.9, seconds=1))
    assert 'app_latency_bucket{le="1.0"}' in recordings[burn_rate.BAD_EVENTS].expr
    read = [series for x in recordings[burn_rate.BAD_EVENTS].proof for series in x.series]
    assert 'app_latency_bucket{kind="read",le="1.0"}' in read


@required_programs.PROMTOOL
@pytest.mark.parametrize("period", burn_rate.PERIODS)
@pytest.mark.parametrize("objective", [AVAILABILITY, LATENCY], ids=["availability", "latency"])
def test_prometheus_agrees_with_every_proof(
    objective: AvailabilityObjective | LatencyObjective, period: str
) -> None:
    recordings, alerts = made(objective, period)
    # The first differs from the rest in minutes only, and takes the least time.
    chosen = tuple(alerts.values())[:1]
    found = run.run(
        project_builder.project(alerts=chosen, recordings=tuple(recordings.values())), workers=2
    )
    assert [(x.name, x.problem) for x in found if x.problem] == []
    assert sum("single event" in x.name for x in found) == 8


PATTERNS = {
    "a pattern of an open label": AvailabilityObjective(
        project_builder.EVENTS, {"zone": matching("5..")}, 0.99
    ),
    "all but one": AvailabilityObjective(project_builder.EVENTS, {"kind": none_of("read")}, 0.99),
    "a whole second": LatencyObjective(project_builder.LATENCY, 0.95, 1.0),
}


@required_programs.PROMTOOL
@pytest.mark.parametrize("objective", PATTERNS.values(), ids=PATTERNS)
def test_prometheus_agrees_with_patterns_and_whole_seconds(
    objective: AvailabilityObjective | LatencyObjective,
) -> None:
    recordings, alerts = made(objective)
    chosen = tuple(alerts.values())[:1]
    found = run.run(
        project_builder.project(alerts=chosen, recordings=tuple(recordings.values())), workers=2
    )
    assert [(x.name, x.problem) for x in found if x.problem] == []
    assert len(found) > 8


def test_a_pace_without_a_cause_is_refused() -> None:
    with pytest.raises(DefinitionError, match="fired_by has no cause for Steady, Slow, Creeping"):
        burn_rate.rules(
            AVAILABILITY,
            "app-promise",
            component="objectives",
            impact="It is felt.",
            response="1. Look.",
            panel="Events",
            fired_by={"Fast": Undrillable("It is not run.")},
        )
