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


SHAPES = {
    "a rate": project_builder.alert(expr=RATE, hold="1m"),
    "a share": project_builder.alert(expr=SHARE, hold="2m"),
    "a share under a limit": project_builder.alert(expr=SHARE.replace("> 0.1", "< 0.9")),
    "a count": project_builder.alert(expr="sum(increase(app_events_total[5m])) > 20", hold="0s"),
    "a state": project_builder.alert(expr='app_queue_depth{kind="read"} == 2', hold="30s"),
    "at least": project_builder.alert(expr="app_queue_depth >= 2.5", hold="15s"),
    "a quantile": project_builder.alert(
        expr="histogram_quantile(0.9, sum by (le) (rate(app_latency_bucket[5m]))) > 0.5"
    ),
    "kept firing": replace(project_builder.alert(expr=RATE, hold="1m"), keep_firing_for="2m"),
    "a gauge kept firing": replace(
        project_builder.alert(expr="app_queue_depth > 5", hold="1m"), keep_firing_for="2m"
    ),
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
