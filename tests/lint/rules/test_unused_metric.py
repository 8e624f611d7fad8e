"""`unused-metric`: what is measured is shown, watched, or waived with a reason."""

from typing import Any

import pytest

from tests.support import small_dashboards
from toolkit.alerts import Alert, Proof, Recording, Severity
from toolkit.catalogue import Kind, Metric, Unit
from toolkit.dashboards import Query, Row, Variable
from toolkit.drill_causes import Undrillable
from toolkit.findings import Allow, are_clean
from toolkit.lint.rules.unused_metric import RULE


def events(**fields: Any) -> Metric:
    return Metric(
        "app_events_total",
        Kind.COUNTER,
        "Events.",
        unit=Unit.COUNT,
        labels=(small_dashboards.ZONE,),
        **fields,
    )


def alert(expr: str) -> Alert:
    return Alert(
        name="Busy",
        expr=expr,
        severity=Severity.INFO,
        component="app",
        summary="Much happens.",
        description="{{ $value }} events.",
        impact="None.",
        response="1. Look.",
        because="It is a test.",
        panel="Events",
        fired_by=Undrillable("It is not run."),
        proof=(Proof("no traffic", {}, at="1m", fires=False),),
    )


def recording(name: str, expr: str) -> Recording:
    return Recording(name=name, expr=expr, because="It is heavy.")


SUM = recording("zone:app_events:rate5m", "sum by (zone) (rate(app_events_total[5m]))")
MEAN = recording("app:app_events:mean_rate5m", f"avg({SUM})")

READ: dict[str, dict[str, Any]] = {
    "on a panel": {"panel": "rate(app_events_total[5m])"},
    "in an alert": {"alerts": (alert("rate(app_events_total[5m]) > 1"),)},
    "in a recording rule that an alert reads": {
        "recordings": (SUM,),
        "alerts": (alert(f"{SUM} > 1"),),
    },
    "in a recording rule that another reads, which is on a panel": {
        "recordings": (SUM, MEAN),
        "panel": str(MEAN),
    },
}
UNREAD: dict[str, dict[str, Any]] = {
    "nowhere": {},
    "only another metric is on a panel": {"panel": "app_doors"},
    "in a recording rule that nobody reads": {"recordings": (SUM,)},
    "as a label's value": {"panel": 'app_doors{job="app_events_total"}'},
    "only in the list of a variable's values": {
        "variables": (Variable(small_dashboards.ZONE, small_dashboards.EVENTS, "Zone"),)
    },
}


def found(
    metric: Metric, panel: str = "up", variables: tuple[Variable, ...] = (), **rules: Any
) -> list[str]:
    drawn = small_dashboards.panel(title="Events", queries=(Query("events", panel),))
    page = small_dashboards.board(Row("All", (drawn,)), variables=variables)
    project = small_dashboards.project(page, metrics=(metric,), **rules)
    return [f"{f.subject}: {f.message}" for f in RULE.check(project)]


@pytest.mark.parametrize("use", READ.values(), ids=READ)
def test_leaves_alone(use: dict[str, Any]) -> None:
    assert found(events(), **use) == []


@pytest.mark.parametrize("use", UNREAD.values(), ids=UNREAD)
def test_flags(use: dict[str, Any]) -> None:
    assert found(events(), **use) == [
        "app_events_total: `app_events_total` is on no panel and in no alert."
    ]


def test_one_series_of_a_histogram_is_enough() -> None:
    assert found(small_dashboards.DELAY, "rate(app_delay_count[5m])") == []
    assert len(found(small_dashboards.DELAY)) == 1


def test_a_waiver_counts_for_nothing_and_keeps_its_reason() -> None:
    metric = events(allow=(Allow("unused-metric", reason="read by hand"),))
    (finding,) = RULE.check(small_dashboards.project(metrics=(metric,)))
    assert finding.allowed == "read by hand"
    assert are_clean((finding,))


def test_a_waiver_of_another_rule_waives_nothing() -> None:
    metric = events(allow=(Allow("unknown-metric", reason="read by hand"),))
    (finding,) = RULE.check(small_dashboards.project(metrics=(metric,)))
    assert not are_clean((finding,))


def test_the_finding_points_to_the_line_of_the_metric() -> None:
    (finding,) = RULE.check(small_dashboards.project(metrics=(small_dashboards.DOORS,)))
    assert finding.location is not None
    assert finding.location.path.endswith("tests/support/small_dashboards.py")
