"""A group is read with its settings, and each rule with the place of what it says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts
from toolkit.prometheus.read_rule_groups import RuleGroupReader
from toolkit.prometheus.rule_expression_language import RuleExpressions
from toolkit.prometheus.rule_file_yaml_nodes import RuleNodes
from toolkit.prometheus.rules import UNKNOWN_SERVER

GROUPS = """\
- name: a
  interval: 1m
  query_offset: 30s
  rules:
  - alert: Down
    expr: |
      up
        == 0
    for: 5m
    keep_firing_for: 10m
    labels: {severity: page}
    annotations:
      summary: It is down.
- name: b
  rules:
  - record: job:up:sum
    expr: sum by (job) (up)
"""


def reader(text: str, server: ServerFacts = UNKNOWN_SERVER) -> RuleGroupReader:
    """What was read of a list of groups."""
    path = Path("rules.yml")
    nodes = RuleNodes(path, None)
    made = RuleGroupReader(
        nodes, RuleExpressions(nodes, server, None), server, path, text.splitlines()
    )
    root = yaml.compose(text)
    assert root is not None
    for group in root.value:
        made.read(group)
    return made


def problems(text: str, server: ServerFacts = UNKNOWN_SERVER) -> Iterator[str]:
    for each in reader(text, server).nodes.problems:
        yield f"{each.location.line}:{each.location.column} {each.message}"


def rule(text: str) -> str:
    return f"- name: a\n  rules:\n  - {text}\n"


def test_a_rule_knows_its_fields_and_the_place_of_each() -> None:
    alert, recording = reader(GROUPS).rules
    assert (alert.name, alert.is_alert, alert.expr) == ("Down", True, "up\n  == 0\n")
    assert (alert.hold, alert.keep_firing_for, alert.group) == ("5m", "10m", "a")
    assert (alert.labels, alert.annotations) == ({"severity": "page"}, {"summary": "It is down."})
    places = {key: (alert.place(key).line, alert.place(key).column) for key in alert.places}
    assert places == {
        "alert": (5, 12),
        "expr": (6, 11),
        "for": (9, 10),
        "keep_firing_for": (10, 22),
        "labels": (11, 13),
        "labels.severity": (11, 24),
        "annotations": (13, 7),
        "annotations.summary": (13, 16),
    }
    assert alert.place("none") == alert.location
    assert (alert.location.line, alert.location.column) == (5, 5)
    assert [(x.line, x.column) for x in alert.lines] == [(7, 7), (8, 7)]
    assert (recording.name, recording.is_alert, recording.group) == ("job:up:sum", False, "b")
    assert (alert.interval, recording.interval) == ("1m", "")


def test_a_group_knows_its_place_and_what_else_it_sets() -> None:
    first, second = reader(GROUPS).groups
    assert (first.name, first.interval, first.settings) == ("a", "1m", {"query_offset": "30s"})
    assert (second.name, second.interval, second.settings) == ("b", "", {})
    assert [(x.location.line, x.location.column) for x in (first, second)] == [(1, 3), (14, 3)]


def test_a_hold_of_zero_needs_no_unit() -> None:
    assert [*problems(rule("{alert: X, expr: up, for: 0}"))] == []


def test_labels_may_be_empty() -> None:
    made = reader(rule("{alert: X, expr: up, labels: null}"))
    assert made.nodes.problems == []
    assert made.rules[0].labels == {}


@pytest.mark.parametrize(
    "limit", ["5", "-5", "+5", "0x5", "0o17", "0b11", "017", "1_0", "1e3", "5.0"]
)
def test_a_limit_in_any_of_the_ways_that_prometheus_reads(limit: str) -> None:
    assert [*problems(f"- name: a\n  limit: {limit}\n")] == []


REFUSED = {
    "no name of a rule": (
        rule("{expr: up}"),
        ["3:5 a rule has either `alert` or `record`."],
    ),
    "both names": (
        rule("{alert: X, record: y, expr: up}"),
        ["3:5 a rule has either `alert` or `record`."],
    ),
    "an empty name": (rule("{alert: '', expr: up}"), ["3:13 `alert` is empty."]),
    "no expression": (rule("{alert: X}"), ["3:5 X: has no expression."]),
    "a group without a name": ("- rules: []\n", ["1:3 a group without a name."]),
    "a name twice": (
        "- name: a\n- name: a\n",
        ["2:9 the group 'a' is in this file twice, which Prometheus refuses."],
    ),
}


@pytest.mark.parametrize(("text", "wanted"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_told_at_its_place(text: str, wanted: list[str]) -> None:
    assert [*problems(text)] == wanted


def test_a_key_of_a_newer_prometheus_is_told_of_an_older_one() -> None:
    text = "- name: a\n  labels: {team: desk}\n"
    assert [*problems(text)] == []
    assert [*problems(text, ServerFacts(release=(2, 53)))] == [
        "2:11 `labels` of a group needs Prometheus 3.0, and 2.53 loads it."
    ]
    assert [*problems(text, ServerFacts(release=(3, 0)))] == []
