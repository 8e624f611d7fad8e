"""Boundary cases: what is generated for an alert, and that Prometheus agrees."""

from dataclasses import replace

import pytest

from tests.support import project_builder, required_programs
from toolkit.alerts import Alert, Proof, Waiver
from toolkit.catalogue import Catalogue
from toolkit.errors import DefinitionError
from toolkit.rule_tests import run
from toolkit.rule_tests.boundary_cases import generate

RATE = "sum(rate(app_events_total[5m])) > 5"
SHARE = 'sum(rate(app_events_total{kind="read"}[5m])) / (sum(rate(app_events_total[5m])) > 2) > 0.1'


def ids(alert: Alert) -> dict[str, bool]:
    """By id, whether the case fires."""
    made = generate(project_builder.project(alerts=(alert,)), alert, "15s")
    assert made.unsolved == ""
    return {case.id: case.proof.fires for case in made.cases}


def test_a_rate_with_a_hold() -> None:
    assert ids(project_builder.alert(expr=RATE, hold="1m")) == {
        "just-under-5": False,
        "at-5": False,
        "just-over-5": True,
        "hold-not-over": False,
        "hold-over": True,
        "missing-series": False,
        "no-traffic": False,
        "window-remembers": True,
        "window-forgets": False,
        "restart-while-firing": True,
        "restart-while-quiet": False,
    }


def test_a_share_has_its_guard_and_its_beginning_tested() -> None:
    found = ids(project_builder.alert(expr=SHARE))
    assert {name: fires for name, fires in found.items() if "guard" in name} == {
        "just-under-guard-2": False,
        "at-guard-2": False,
        "just-over-guard-2": True,
    }
    assert (found["begins-over"], found["begins-under"]) == (True, False)


def test_a_state_is_left_on_both_sides_and_needs_no_traffic() -> None:
    assert ids(project_builder.alert(expr='app_queue_depth{kind="read"} == 2', hold="0s")) == {
        "just-under-2": False,
        "at-2": True,
        "just-over-2": False,
        "hold-over": True,
        "missing-series": False,
    }


def test_absence_fires_where_nothing_is() -> None:
    found = ids(project_builder.alert(expr="app_queue_depth > 5 or absent(app_queue_depth)"))
    assert found["missing-series"]


def test_the_hold_ends_at_an_evaluation() -> None:
    alert = project_builder.alert(expr="app_queue_depth > 5", hold="40s")
    made = generate(project_builder.project(alerts=(alert,)), alert, "15s")
    at = {case.id: case.proof.at for case in made.cases}
    assert (at["hold-not-over"], at["hold-over"]) == ("30s", "45s")


def test_what_cannot_be_read_backwards_is_said() -> None:
    alert = project_builder.alert(expr="stddev(app_queue_depth) > 5")
    made = generate(project_builder.project(alerts=(alert,)), alert, "15s")
    assert made.cases == ()
    assert made.unsolved == "`stddev(app_queue_depth{})` cannot be read backwards"


def test_a_waived_case_is_left_out_and_a_waiver_names_a_case() -> None:
    alert = replace(
        project_builder.alert(expr=RATE), waive=(Waiver("no-traffic", "It is a test."),)
    )
    assert "no-traffic" not in ids(alert)
    wrong = replace(alert, waive=(Waiver("no-trafic", "It is a test."),))
    with pytest.raises(DefinitionError, match="no case 'no-trafic'; did you mean 'no-traffic'"):
        ids(wrong)


QUANTILE = "histogram_quantile(0.9, sum by (le) (rate(app_latency_bucket[5m]))) > 0.5"
COUNTER = 'app_events_total{kind="read", zone="zone-1"}'
KEPT_RATE = replace(project_builder.alert(expr=RATE, hold="1m"), keep_firing_for="2m")
KEPT_STATE = replace(
    project_builder.alert(expr="app_queue_depth > 5", hold="1m"), keep_firing_for="2m"
)
# When each case is asked, in seconds. A case at another time may pass and prove less.
TIMES: dict[str, tuple[Alert, dict[str, int]]] = {
    "a rate that is kept firing": (
        KEPT_RATE,
        {"just-under-5": 390, "at-5": 390, "just-over-5": 390,
         "hold-not-over": 60, "hold-over": 75, "keeps-firing": 480, "stops-firing": 540,
         "missing-series": 390, "no-traffic": 390,
         "window-remembers": 735, "window-forgets": 885,
         "restart-while-firing": 390, "restart-while-quiet": 330}),
    "a state that is kept firing": (
        KEPT_STATE,
        {"just-under-5": 90, "at-5": 90, "just-over-5": 90,
         "hold-not-over": 45, "hold-over": 60, "keeps-firing": 195, "stops-firing": 210,
         "missing-series": 90}),
    "a share with a hold": (
        project_builder.alert(expr=SHARE, hold="2m"),
        {"just-under-0.1": 450, "at-0.1": 450, "just-over-0.1": 450,
         "just-under-guard-2": 450, "at-guard-2": 450, "just-over-guard-2": 450,
         "hold-not-over": 120, "hold-over": 135, "missing-series": 450, "no-traffic": 450,
         "begins-over": 600, "begins-under": 600,
         "window-remembers": 585, "window-forgets": 675,
         "restart-while-firing": 450, "restart-while-quiet": 330}),
    "a quantile, which no events have at zero": (
        project_builder.alert(expr=QUANTILE, hold="0s"),
        {"just-under-0.5": 330, "at-0.5": 330, "just-over-0.5": 330, "hold-over": 15,
         "missing-series": 330, "no-traffic": 330,
         "window-remembers": 540, "window-forgets": 660,
         "restart-while-firing": 330, "restart-while-quiet": 330}),
}  # fmt: skip


@pytest.mark.parametrize(("alert", "wanted"), TIMES.values(), ids=TIMES)
def test_each_case_is_asked_at_the_last_moment_that_counts(
    alert: Alert, wanted: dict[str, int]
) -> None:
    made = generate(project_builder.project(alerts=(alert,)), alert, "15s")
    assert {x.id: x.proof.at for x in made.cases} == {x: f"{at}s" for x, at in wanted.items()}
    assert {x.proof.interval for x in made.cases} == {"15s"}


def test_series_of_a_rate_are_those_of_its_case() -> None:
    """Half a step off the limit; a hundred times the limit where it is clear; then silence."""
    made = generate(project_builder.project(alerts=(KEPT_RATE,)), KEPT_RATE, "15s")
    assert {x.id: dict(x.proof.series) for x in made.cases} == {
        "just-under-5": {COUNTER: "0+67.5x78"},
        "at-5": {COUNTER: "0+75x78"},
        "just-over-5": {COUNTER: "0+82.5x78"},
        "hold-not-over": {COUNTER: "0+7500x78"},
        "hold-over": {COUNTER: "0+7500x78"},
        "keeps-firing": {COUNTER: "0+7500x6 stale _x78"},
        "stops-firing": {COUNTER: "0+7500x6 stale _x78"},
        "missing-series": {},
        "no-traffic": {COUNTER: "0+0x78"},
        "window-remembers": {COUNTER: "0+7500x26 195000+0x78"},
        "window-forgets": {COUNTER: "0+7500x26 195000+0x78"},
        "restart-while-firing": {COUNTER: "1000000+7500x16 0+7500x78"},
        "restart-while-quiet": {COUNTER: "1000000+67.5x16 0+67.5x78"},
    }


def test_traffic_that_begins_late_was_silent_until_it_is_judged() -> None:
    (alert, _) = TIMES["a share with a hold"]
    made = generate(project_builder.project(alerts=(alert,)), alert, "15s")
    begins = {x.id: set(x.proof.series.values()) for x in made.cases if "begins" in x.id}
    assert begins == {
        "begins-over": {"0+0x30 150750+150750x74", "0+0x30 1349250+1349250x74"},
        "begins-under": {"0+0x30 149250+149250x74", "0+0x30 1350750+1350750x74"},
    }


SHAPES = {
    "a rate": project_builder.alert(expr=RATE, hold="1m"),
    "a share": project_builder.alert(expr=SHARE, hold="2m"),
    "a share under a limit": project_builder.alert(expr=SHARE.replace("> 0.1", "< 0.9")),
    "a count": project_builder.alert(expr="sum(increase(app_events_total[5m])) > 20", hold="0s"),
    "a state": project_builder.alert(expr='app_queue_depth{kind="read"} == 2', hold="30s"),
    "at least": project_builder.alert(expr="app_queue_depth >= 2.5", hold="15s"),
    "a quantile": project_builder.alert(expr=QUANTILE),
    "kept firing": KEPT_RATE,
    "a gauge kept firing": KEPT_STATE,
    "two windows": project_builder.alert(
        expr="sum(rate(app_events_total[10m])) > 5 and sum(rate(app_events_total[5m])) > 5"
    ),
    "or absent": project_builder.alert(
        expr="app_queue_depth > 5 or absent(app_queue_depth)",
        proof=(Proof("nothing there", {}, at="10m", fires=True),),
    ),
}


@required_programs.PROMTOOL
@pytest.mark.parametrize("alert", SHAPES.values(), ids=SHAPES)
def test_prometheus_agrees_with_every_case(alert: Alert) -> None:
    found = run.run(project_builder.project(alerts=(alert,)), workers=2)
    assert [(x.name, x.problem) for x in found if x.problem] == []
    assert len(found) > 5


# Quantile, comparison and buckets: where the bound after the limit is the last, where the limit is
# no bound, and where only the first bucket is left.
QUANTILES = [
    (0.5, "> 0.1", (0.1, 0.5)),
    (0.95, "> 0.7", (0.1, 0.5, 1.0)),
    (0.95, "< 0.7", (0.1, 0.5, 1.0)),
    (0.95, "< 0.1", (0.1, 0.5)),
    (0.5, ">= 0.3", (0.5,)),
]


@required_programs.PROMTOOL
@pytest.mark.parametrize(("q", "comparison", "buckets"), QUANTILES)
def test_prometheus_agrees_whatever_the_buckets(
    q: float, comparison: str, buckets: tuple[float, ...]
) -> None:
    latency = replace(project_builder.LATENCY, buckets=buckets)
    catalogue = Catalogue((project_builder.EVENTS, project_builder.DEPTH, latency))
    inner = "sum by (le) (rate(app_latency_bucket[5m]))"
    alert = project_builder.alert(expr=f"histogram_quantile({q}, {inner}) {comparison}")
    made = project_builder.project(alerts=(alert,), catalogue=catalogue)
    found = run.run(made, workers=2)
    assert [(x.name, x.problem) for x in found if x.problem] == []
    assert len(found) > 5


def test_a_quantile_that_no_events_can_have_is_said() -> None:
    latency = replace(project_builder.LATENCY, buckets=(0.5,))
    expr = "histogram_quantile(0.95, sum by (le) (rate(app_latency_bucket[5m]))) < 0.3"
    made = project_builder.project(
        alerts=(project_builder.alert(expr=expr),), catalogue=Catalogue((latency,))
    )
    found = generate(made, made.alerts[0], "15s")
    assert (found.cases, found.unsolved) == ((), "a quantile of 0.297 lies outside the buckets")
