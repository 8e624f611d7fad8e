"""`ignored-variable`: what the reader chooses reaches every query that it could reach."""

import pytest

from tests.dashboards import boards
from toolkit.dashboards import Query, Row, Variable
from toolkit.lint.ignored_variable import RULE

ZONE = Variable(boards.ZONE, boards.EVENTS, "Zone")

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
    "nobody declares the series": "sum(rate(other_events_total[5m]))",
    "the name in a label's value": 'app_doors{job="app_events_total"}',
}


def findings(expr: str, *variables: Variable) -> list[tuple[str, str]]:
    panel = boards.panel(title="Events", queries=(Query("events", expr),))
    page = boards.board(Row("All", (panel,)), variables=variables)
    return [(f.subject, f.excerpt) for f in RULE.check(boards.project(page))]


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
    page = boards.board(variables=(ZONE,))
    (found,) = RULE.check(boards.project(page))
    assert found.message == (
        "`app_events_total` has the label `zone`, and what the reader chooses in $zone does not "
        "reach it."
    )
    assert found.fix == 'match zone=~"$zone".'
    assert found.span is not None
    assert found.excerpt[slice(*found.span)] == "app_events_total"
