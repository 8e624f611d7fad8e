"""What a change of dashboards means: pages, panels, queries, lines and variables."""

from typing import Any

from toolkit.diff.dashboard_changes import changes, expressions


def panel(title: str = "Events", *exprs: str, **more: Any) -> dict[str, Any]:
    targets = [{"expr": expr, "legendFormat": "x"} for expr in exprs or ("up",)]
    return {"type": "timeseries", "title": title, "targets": targets, **more}


def page(*panels: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"title": "App", "panels": list(panels), **more}


def said(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [str(change) for change in changes(before, after)]


def test_pages_added_and_removed() -> None:
    row = {"type": "row", "title": "All", "panels": [panel("a"), panel("b")]}
    assert said({"app": page(row)}, {"new": page(panel())}) == [
        "app: removed (2 panels)",
        "new: added (1 panels)",
    ]


def test_panels_and_their_queries() -> None:
    before = page(panel("Events", "a", "b"), panel("Old"))
    after = page(panel("Events", "b", "c"), panel("New"))
    assert said({"app": before}, {"app": after}) == [
        "app: Events: query removed: a",
        "app: Events: query added: c",
        "app: Old: panel removed",
        "app: New: panel added",
    ]


def test_having_moved_is_not_a_change() -> None:
    first = page(panel("a", id=1, gridPos={"x": 0}), panel("b", id=2))
    then = page(panel("b", id=1), panel("a", id=2, gridPos={"x": 9}))
    assert said({"app": first}, {"app": then}) == []


def test_unit_limits_view_legend_and_variables() -> None:
    steps = [{"color": "green", "value": None}, {"color": "red", "value": 5}]
    config = {"defaults": {"unit": "s", "thresholds": {"steps": steps}}}
    changed = panel("Events", fieldConfig=config, description="Why.", targets=[{"expr": "up"}])
    variable = {"list": [{"name": "zone", "query": {"query": "label_values(up, zone)"}}]}
    assert said({"app": page(panel())}, {"app": page(changed, templating=variable)}) == [
        "app: variable $zone: none -> label_values(up, zone)",
        "app: Events: help: none -> Why.",
        "app: Events: limits: none -> ['red from 5']",
        "app: Events: unit: none -> s",
        "app: Events: legend: x -> none",
    ]


def test_every_query_is_an_expression() -> None:
    twice = page(panel("a", "x"), panel("a", "y"))
    assert list(expressions({"app": twice})) == ["x", "y"]
