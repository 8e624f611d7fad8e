"""What a change of rules means: thresholds that moved, holds, labels, words."""

from typing import Any

import pytest

from toolkit.diff.rule_changes import changes, moved, series_read


def rule(name: str = "Deep", expr: str = "app_queue_depth > 5", **more: Any) -> dict[str, Any]:
    return {"alert": name, "expr": expr, "labels": {"severity": "warning"}, **more}


def said(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[str]:
    groups = [[{"name": "app.queue", "rules": rules}] for rules in (before, after)]
    return [f"{change.part.value}: {change}" for change in changes(*groups)]


def test_nothing_changed_where_only_the_spelling_did() -> None:
    before = rule(annotations={"runbook_url": "a"})
    after = rule(expr="app_queue_depth  >5.0", annotations={"runbook_url": "b"})
    assert said([before], [after]) == []


def test_added_and_removed() -> None:
    record = {"record": "a:b:c", "expr": "up"}
    assert said([rule()], [rule("Wide"), record]) == [
        "alerts: Deep: removed (warning, group app.queue)",
        "alerts: Wide: added (warning, group app.queue)",
        "recordings: a:b:c: added (group app.queue)",
    ]


def test_each_part_of_a_rule_that_changed() -> None:
    after = rule(
        expr="app_queue_depth > 10",
        labels={"severity": "critical", "team": "shop"},
        annotations={"summary": "It is\ndeep."},
        keep_firing_for="1m",
        **{"for": "5m"},
    )
    assert said([rule()], [after]) == [
        "alerts: Deep: threshold: > 5 -> > 10",
        "alerts: Deep: hold: 0s -> 5m",
        "alerts: Deep: kept firing for: 0s -> 1m",
        "alerts: Deep: label severity: warning -> critical",
        "alerts: Deep: label team: none -> shop",
        "alerts: Deep: summary: none -> It is deep.",
    ]


def test_rules_of_one_name_are_paired_by_their_labels() -> None:
    high = rule(expr="a > 9", labels={"severity": "critical"})
    low = rule(expr="a > 5")
    assert said([low, high], [high, rule(expr="a > 6")]) == ["alerts: Deep: threshold: > 5 -> > 6"]
    assert said([low], [low, high]) == ["alerts: Deep: added (critical, group app.queue)"]


def test_a_group_that_is_evaluated_more_often() -> None:
    before, after = ({"name": "a", "interval": x, "rules": [rule()]} for x in (None, "30s"))
    assert [str(x) for x in changes([before], [after])] == ["Deep: interval: none -> 30s"]


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("a > 5", "a > 6", [("> 5", "> 6")]),
        ("(a > 5) and b < 1", "(a > 6) and b < 2", [("> 5", "> 6"), ("< 1", "< 2")]),
        ("a > 5 and b < 1", "a > 5 and b < 2", [("< 1", "< 2")]),
        ("a > 5", "a >= 5", None),
        ("a > 5", "b > 5", None),
        ("a * 5 > 1", "a * 6 > 1", None),
        ("a > 5", "a", None),
        ("a > 5", "{{", None),
    ],
)
def test_thresholds_that_moved(
    before: str, after: str, wanted: list[tuple[str, str]] | None
) -> None:
    assert moved(before, after) == wanted


def test_series_that_are_read() -> None:
    assert series_read(iter(["sum(rate(a[5m])) / b", "not promql ("])) == {"a", "b"}
