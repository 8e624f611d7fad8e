"""Rules that ask which labels a result certainly has: joins, unions, recordings."""

from pathlib import Path

import pytest

from tests.support import plain_rules, project_builder
from toolkit.findings import Level
from toolkit.lint.rule import Rule
from toolkit.lint.rules import (
    dead_operand,
    external_label_set,
    group_left_without_label,
    impossible_join,
    recording_merges_series,
    unknown_label,
)

DEAD = {
    "vector(0) or sum(x)": "sum(x)",
    "1 - vector(1) or vector(0)": "vector(0)",
    "vector(time()) or on () x": "x",
    "sum(x) or vector(0) or sum(y)": "sum(y)",
    "vector(0) or sum by (a) (x)": "",
    "sum(x) or vector(0)": "",
    "vector(0) or x": "",
    "(vector(0) > 1) or sum(x)": "",
    "x or on () vector(0)": "",
    "vector(1) > bool 2 or sum(x)": "sum(x)",
    "x unless on () vector(1)": "vector(1)",
    "sum(x) unless vector(1)": "vector(1)",
    "x unless vector(1)": "",
    "x unless on () y": "",
    "(x or vector(0)) > 5": "vector(0)",
    "((x or y) or on () vector(7)) > 5": "",
    "(x or y or on () vector(1)) > 5": "vector(1)",
    "(x or vector(0)) > bool 5": "vector(0)",
    "(x or vector(0)) > y": "",
    "x unless x": "x",
    "x > 5 unless x": "x",
    "x unless x > 5": "",
    'x or x{a="1"}': 'x{a="1"}',
    "x > 5 or x": "",
    "absent(x) and on () x > 1": "absent(x) and on () x > 1",
    "x / on () absent(x)": "x / on () absent(x)",
    "absent(x) or x > 1": "",
    "absent(x) + on () fill(0) x": "",
    "x unless histogram_count(x)": "",
    "x unless on () absent(x)": "",
    'absent(x{a="1"}) and on () x': "",
}


@pytest.mark.parametrize(("expr", "dead"), DEAD.items(), ids=DEAD)
def test_the_side_of_an_or_that_is_never_seen(expr: str, dead: str) -> None:
    found = list(dead_operand.RULE.check(project_builder.project_with(expr)))
    assert [expr[slice(*x.span)] for x in found if x.span] == ([dead] if dead else [])


TAKEN = {
    "a * on (job) group_left (v) sum by (job) (b)": "removed by `sum by (job)`",
    "sum by (job) (b) * on (job) group_right (v) a": "removed by `sum by (job)`",
    'a * on (job) group_left (v) b{v=""}': 'excluded by `v=""`',
    "a * on (kind) group_left (v) app_queue_depth": "not declared on `app_queue_depth`",
    "a * on (job) group_left (v) sum by (job, v) (b)": "",
    "a * on (job) group_left (v) b": "",
    "a * on (job) group_left () sum by (job) (b)": "",
}


@pytest.mark.parametrize(("expr", "why"), TAKEN.items(), ids=TAKEN)
def test_a_label_that_the_other_side_cannot_give(expr: str, why: str) -> None:
    messages = plain_rules.messages(
        group_left_without_label.RULE, project_builder.project_with(expr)
    )
    clause = "group_right" if "group_right" in expr else "group_left"
    assert messages == ([f"`{clause} (v)` takes a label that is {why}."] if why else [])


MERGED = {
    "sum by (job, env) (x)": True,
    "2 * sum by (env) (x)": False,  # the number is on the left, and the operator's result is judged
    "sum by (env) (x) * 2": True,
    'sum by (env) (x{env="a"})': False,
    "sum by (job) (x)": False,
    "x": False,
}


@pytest.mark.parametrize(("expr", "flagged"), MERGED.items(), ids=MERGED)
def test_a_recording_that_overwrites_what_it_groups_by(
    tmp_path: Path, expr: str, *, flagged: bool
) -> None:
    text = f"record: a:b:c\nexpr: '{expr}'\nlabels: {{env: all}}"
    found = plain_rules.messages(recording_merges_series.RULE, plain_rules.project(tmp_path, text))
    assert found == (
        [
            "`env` is set here, and the expression groups by it: series that differ in it alone "
            "become one, which Prometheus refuses."
        ]
        if flagged
        else []
    )


def test_a_label_that_prometheus_sets_itself(tmp_path: Path) -> None:
    rule = "alert: A\nexpr: up == 0\nlabels: {cluster: us, team: shop}"

    def messages(server: str) -> list[str]:
        project = plain_rules.project(tmp_path, rule, prometheus_yml=server)
        return plain_rules.messages(external_label_set.RULE, project)

    assert messages("global: {external_labels: {cluster: eu}}") == [
        "`cluster` is set here, and it is an external label of this Prometheus."
    ]
    assert messages("global: {}") == []
    assert messages("") == []


def test_every_rule_here_is_a_warning() -> None:
    rules: list[Rule] = [
        dead_operand.RULE,
        external_label_set.RULE,
        group_left_without_label.RULE,
        recording_merges_series.RULE,
    ]
    assert {rule.level.value for rule in rules} == {"warning"}


ONE_SIDED = {
    "sum by (job) (a) / on (instance) b > 1": ["instance"],
    "sum by (job) (a) / on (instance) b{instance='x'} > 1": [],  # `impossible-join` says so
    "a and on (instance, zone) sum by (zone) (b)": ["instance"],
    'label_replace(sum(a), "x", "$1", "zone", "(.*)") > 1': ['"zone"'],
    'label_replace(sum(a), "x", "y", "", "") > 1': [],
    'label_replace(a, "x", "$1", "zone", "(.*)") > 1': [],
    "a / on (instance) b > 1": [],
    "sum by (zone) (a) / on (zone) sum by (zone, job) (b) > 1": [],
}


@pytest.mark.parametrize(("expr", "labels"), ONE_SIDED.items(), ids=ONE_SIDED)
def test_a_label_that_one_side_lacks_is_a_warning(expr: str, labels: list[str]) -> None:
    found = list(unknown_label.RULE.check(project_builder.project_with(expr)))
    assert [expr[slice(*x.span or ())] for x in found] == labels
    assert {x.level for x in found} <= {Level.WARNING}


def test_a_label_that_ignoring_removed_can_be_ignored_again() -> None:
    expr = 'a / ignoring (l) b{l="x"} > 1 and b{l="x"} > 0'
    (found,) = impossible_join.RULE.check(project_builder.project_with(expr))
    assert found.fix == "match with ignoring (l) here too."


def test_each_fixed_side_of_several_or_is_said_once() -> None:
    expr = "(vector(0) or on () vector(1) or on () x) > 5"
    found = [
        finding
        for finding in dead_operand.RULE.check(project_builder.project_with(expr))
        if finding.level is Level.INFO
    ]
    assert [(expr[slice(*x.span or ())], x.message) for x in found] == [
        ("vector(0)", "`> 5` never lets `vector(0)` through."),
        ("vector(1)", "`> 5` never lets `vector(1)` through."),
    ]
