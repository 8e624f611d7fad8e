"""Groups that say the same, and groups that do not."""

import copy
from typing import Any

import pytest

from toolkit.prometheus.rule_group_equality import same_group

RULE: dict[str, Any] = {"alert": "Down", "expr": "sum by (job) (up) == 0", "for": "1m"}
GROUP: dict[str, Any] = {"name": "events", "interval": "1m", "rules": [RULE]}


def other(rule: dict[str, Any] | None = None, **group: Any) -> dict[str, Any]:
    """The group with a changed rule, or changed keys of its own."""
    changed = copy.deepcopy(GROUP) | group
    if rule is not None:
        changed["rules"] = [RULE | rule]
    return changed


SAME = {
    "another spelling of an interval": other(interval="60s"),
    "another spelling of a hold": other({"for": "60s"}),
    "spaces in the expression": other({"expr": "sum  by(job)(up)==0"}),
    "an expression over two lines": other({"expr": "sum by (job) (up)\n  == 0\n"}),
    "defaults that are written": other(
        {"keep_firing_for": "0s", "labels": {}, "annotations": {}}, limit=0, query_offset="0s"
    ),
    "a null": other({"labels": None}, source_tenants=None),
    "false": other(align_evaluation_time_on_interval=False),
    "keys in another order": dict(reversed(GROUP.items())),
}


@pytest.mark.parametrize("group", SAME.values(), ids=SAME)
def test_says_the_same(group: dict[str, Any]) -> None:
    assert same_group(GROUP, group)
    assert same_group(group, GROUP)


DIFFERENT = {
    "another hold": other({"for": "2m"}),
    "no hold": other(rules=[{key: RULE[key] for key in ("alert", "expr")}]),
    "another expression": other({"expr": "sum by (job) (up) == 1"}),
    "a label more": other({"labels": {"severity": "page"}}),
    "another name": other({"alert": "Up"}),
    "a rule more": other(rules=[RULE, {"record": "a", "expr": "b"}]),
    "rules in another order": other(rules=[{"record": "a", "expr": "b"}, RULE]),
    "another interval": other(interval="2m"),
    "a limit": other(limit=10),
    "another tenant's series": other(source_tenants=["a", "b"]),
}


@pytest.mark.parametrize("group", DIFFERENT.values(), ids=DIFFERENT)
def test_says_something_else(group: dict[str, Any]) -> None:
    assert not same_group(GROUP, group)
    assert not same_group(group, GROUP)


def test_the_order_of_rules_counts() -> None:
    rules = [RULE, {"record": "a", "expr": "b"}]
    assert not same_group(other(rules=rules), other(rules=rules[::-1]))


def test_numbers_and_texts_of_labels_are_one() -> None:
    """A ruler writes every value as text."""
    assert same_group(other({"labels": {"tier": 1}}), other({"labels": {"tier": "1"}}))


def test_what_is_not_promql_is_compared_as_text() -> None:
    dialect = {"expr": "sum(x) keep_metric_names"}
    assert same_group(other(dialect), other({"expr": "sum(x) keep_metric_names\n"}))
    assert not same_group(other(dialect), other({"expr": "sum(y) keep_metric_names"}))
    assert same_group(other(interval="1m0s"), other(interval="60s"))
    assert not same_group(other(interval="soon"), other(interval="60s"))
