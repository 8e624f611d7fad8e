"""`argument-without-effect`: a panel says only what its view shows."""

from typing import Any

import pytest

from tests.support import small_dashboards
from tests.support.small_dashboards import STATES, panel
from toolkit.dashboards import Row, View
from toolkit.findings import Allow
from toolkit.imported.panel_as_written import PanelAsWritten
from toolkit.lint.dashboard_rules.argument_without_effect import RULE

FLAGGED: dict[str, tuple[View, dict[str, Any], list[str]]] = {
    "a heatmap that explains its emptiness": (View.HEATMAP, {"empty": "Nobody"}, ["empty"]),
    "a heatmap with a line": (View.HEATMAP, {"line_at": 5}, ["line_at"]),
    "a heatmap with limits": (
        View.HEATMAP,
        {"minimum": 1, "maximum": 5, "decimals": 0},
        ["minimum", "maximum", "decimals"],
    ),
    "a heatmap with states": (View.HEATMAP, {"states": STATES}, ["states"]),
    "a pie with a line": (View.PIE, {"line_at": 5, "bad_below": True}, ["line_at", "bad_below"]),
    "a state timeline with a text for no data": (
        View.STATE_TIMELINE,
        {"empty": "Nobody"},
        ["empty"],
    ),
    "a stacked number": (View.STAT, {"stacked": True}, ["stacked"]),
}
LEFT_ALONE: dict[str, tuple[View, dict[str, Any]]] = {
    "a heatmap as it is": (View.HEATMAP, {}),
    "a pie with a text for no data": (View.PIE, {"empty": "Nobody"}),
    "a stacked chart with a line": (View.TIME_SERIES, {"stacked": True, "line_at": 5}),
    "an imported heatmap": (View.HEATMAP, {"line_at": 5, "as_written": PanelAsWritten()}),
}


def found(view: View, fields: dict[str, Any]) -> list[str]:
    page = small_dashboards.board(Row("All", (panel(view, **fields),)))
    return [
        finding.message.partition("`")[2].partition("`")[0]
        for finding in RULE.check(small_dashboards.project(page))
        if not finding.allowed
    ]


@pytest.mark.parametrize(("view", "fields", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(view: View, fields: dict[str, Any], wanted: list[str]) -> None:
    assert sorted(found(view, fields)) == sorted(wanted)


@pytest.mark.parametrize(("view", "fields"), LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(view: View, fields: dict[str, Any]) -> None:
    assert found(view, fields) == []


def test_takes_a_reason() -> None:
    allow = (Allow("argument-without-effect", reason="for a fork of Grafana that shows it"),)
    assert found(View.HEATMAP, {"line_at": 5, "allow": allow}) == []
