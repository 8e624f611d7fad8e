"""`ignored-variable`: what the reader chooses reaches every query that it could reach."""

import pytest

from tests.support import small_dashboards
from toolkit.dashboards import OtherVariable, Query, Row, Variable
from toolkit.lint.dashboard_rules.ignored_variable import RULE

ZONE = Variable(small_dashboards.ZONE, small_dashboards.EVENTS, "Zone")

FLAGGED = {
    "no selector at all": "sum(rate(app_events_total[5m]))",
    "only another label is matched": 'rate(app_events_total{job="app"}[5m])',
    "only the second operand": 'rate(app_events_total{zone=~"$zone"}[5m]) / '
    "rate(app_events_total[5m])",
}
LEFT_ALONE = {
    "the variable chooses": 'sum(rate(app_events_total{zone=~"$zone"}[5m]))',
    "the label is matched otherwise": 'sum(rate(app_events_total{zone="north"}[5m]))',
    "the metric lacks the label": "app_doors",
    "the series is not declared": "sum(rate(other_events_total[5m]))",
    "the name in a label's value": 'app_doors{job="app_events_total"}',
}


def findings(expr: str, *variables: Variable | OtherVariable) -> list[tuple[str, str]]:
    panel = small_dashboards.panel(title="Events", queries=(Query("events", expr),))
    page = small_dashboards.board(Row("All", (panel,)), variables=variables)
    return [(f.subject, f.excerpt) for f in RULE.check(small_dashboards.project(page))]


@pytest.mark.parametrize("expr", FLAGGED.values(), ids=FLAGGED)
def test_flags(expr: str) -> None:
    assert findings(expr, ZONE) == [("events: Events: events", expr)]


@pytest.mark.parametrize("expr", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(expr: str) -> None:
    assert findings(expr, ZONE) == []


@pytest.mark.parametrize("expr", FLAGGED.values(), ids=FLAGGED)
def test_a_dashboard_without_the_variable_has_nothing_to_ignore(expr: str) -> None:
    assert findings(expr) == []


def test_the_finding_names_the_label_the_choice_and_the_edit() -> None:
    page = small_dashboards.board(variables=(ZONE,))
    (found,) = RULE.check(small_dashboards.project(page))
    assert found.message == (
        "`app_events_total` has the label `zone`, and what the reader chooses in $zone does not "
        "reach it."
    )
    assert found.fix == 'match zone=~"$zone".'
    assert found.span is not None
    assert found.excerpt[slice(*found.span)] == "app_events_total"


@pytest.mark.parametrize("expr", FLAGGED.values(), ids=FLAGGED)
def test_an_imported_variable_need_not_be_a_label(expr: str) -> None:
    assert findings(expr, OtherVariable(name="zone", kind="custom", query="a,b")) == []
