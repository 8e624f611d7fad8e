"""What Prometheus refuses is refused, and what it takes is taken: compared with promtool."""

from pathlib import Path

import pytest

from tests.support import promtool_verdicts
from tests.support.required_programs import PROMTOOL
from toolkit.findings import Level
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts
from toolkit.prometheus.read_user_rule_files import read

GROUPS = {
    "nothing but a name": "name: g",
    "a limit": "name: g\n  limit: 3",
    "a limit below zero": "name: g\n  limit: -1",
    "a limit in words": "name: g\n  limit: x",
    "no interval": "name: g\n  interval: 0",
    "an interval of two units": "name: g\n  interval: 1m30s",
    "a unit that nobody knows": "name: g\n  interval: 5x",
    "a number for a name": "name: 5",
    "no name": 'name: ""',
    "rules of null": "name: g\n  rules:",
    "a rule of null": "name: g\n  rules: [null]",
    "rules as a mapping": "name: g\n  rules: {}",
    "an offset": "name: g\n  query_offset: 1m",
    "labels": "name: g\n  labels: {a: b}",
    "an unknown key": "name: g\n  intervall: 1m",
    "a group twice": "name: g\n- name: g",
    "merged": "&a\n  name: g\n  interval: 1m\n- <<: *a\n  name: h",
}
RULES = {
    "an alert": "alert: A, expr: up",
    "a hold": "alert: A, expr: up, for: 1h30m",
    "no hold": "alert: A, expr: up, for: 0",
    "an empty hold": 'alert: A, expr: up, for: ""',
    "a hold below zero": "alert: A, expr: up, for: -5m",
    "kept firing": "alert: A, expr: up, keep_firing_for: 5m",
    "no expression": "alert: A",
    "an empty expression": 'alert: A, expr: ""',
    "a number as expression": "alert: A, expr: 5",
    "a range as expression": 'alert: A, expr: "up[5m]"',
    "not PromQL": "alert: A, expr: up ==",
    "both kinds": "alert: A, record: b, expr: up",
    "both kinds, one empty": 'alert: A, record: "", expr: up',
    "neither": "expr: up",
    "a number for a name": "alert: 5, expr: up",
    "a label of null": "alert: A, expr: up, labels: {a: null}",
    "a label of a number": "alert: A, expr: up, labels: {a: 1.5}",
    "a label of a list": "alert: A, expr: up, labels: {a: [b]}",
    "a label without a name": 'alert: A, expr: up, labels: {"": x}',
    "the label of names": "alert: A, expr: up, labels: {__name__: x}",
    "a label with a hyphen": "alert: A, expr: up, labels: {a-b: x}",
    "an annotation with a dot": "alert: A, expr: up, annotations: {a.b: x}",
    "an annotation without a name": 'alert: A, expr: up, annotations: {"": x}',
    "labels as a list": "alert: A, expr: up, labels: [a]",
    "a recording": "record: a:b:c, expr: up",
    "a recording with a dot": "record: a.b, expr: up",
    "a recording with a blank": "record: a b, expr: up",
    "a recording with braces": 'record: "a{b}", expr: up',
    "a recording with a hold": "record: a, expr: up, for: 5m",
    "a recording with no hold": "record: a, expr: up, for: 0s",
    "a recording kept firing": "record: a, expr: up, keep_firing_for: 5m",
    "a recording with annotations": "record: a, expr: up, annotations: {x: y}",
    "a recording with empty annotations": "record: a, expr: up, annotations: {}",
    "a recording with a template": 'record: a, expr: up, labels: {x: "{{ humanise }}"}',
    "a template": 'alert: A, expr: up, labels: {x: "{{ $value | humanize }}"}',
    "a template with an unknown function": 'alert: A, expr: up, labels: {x: "{{ humanise }}"}',
    "a template that is open": 'alert: A, expr: up, annotations: {x: "{{ if true }}"}',
    "an unknown variable": 'alert: A, expr: up, annotations: {x: "{{ $lables.a }}"}',
}
# Prometheus takes it and cannot read the YAML's list as text; 2.42 and 3.16 differ in the words.
TEXTS = {
    **{name: f"groups:\n- {text}\n" for name, text in GROUPS.items()},
    **{name: f"groups:\n- name: g\n  rules:\n  - {{{text}}}\n" for name, text in RULES.items()},
    "a second document": "groups: []\n---\ngroups: 5\n",
    "a key of the file": "groups: []\nrules: []\n",
    "no groups in a list": "groups: {}\n",
    "no groups": "groups:\n",
    "a byte-order mark": "\ufeffgroups: []\n",
    "lines that end as Windows ends them": "groups:\r\n- name: g\r\n",
}


@PROMTOOL
def test_prometheus_refuses_just_what_is_refused_here(tmp_path: Path) -> None:
    told = promtool_verdicts.refusals(tmp_path, list(TEXTS.values()))
    server = ServerFacts(release=promtool_verdicts.release())
    odd = {}
    for number, (name, refusal) in enumerate(zip(TEXTS, told, strict=True)):
        problems = read([tmp_path / f"{number}.yml"], server).problems
        ours = [x.message for x in problems if x.level is Level.ERROR]
        if bool(ours) != bool(refusal):
            odd[name] = (ours, refusal)
    assert odd == {}
    assert sum(map(bool, told)) >= 25


@pytest.mark.parametrize(
    ("release", "wanted"),
    [(None, 2), ((2, 42), 2), ((3, 0), 0)],
    ids=["not known", "2.42", "3.0"],
)
def test_names_in_utf_8_need_prometheus_3(
    tmp_path: Path, release: tuple[int, int] | None, wanted: int
) -> None:
    path = tmp_path / "rules.yml"
    text = TEXTS["a recording with a dot"].replace("expr: up", "expr: up, labels: {b-c: x}")
    path.write_text(text)
    problems = read([path], ServerFacts(release=release)).problems
    assert len(problems) == wanted
    assert all("it needs Prometheus 3.0" in x.message for x in problems)


def test_a_key_that_an_older_prometheus_lacks_is_said_with_both_releases(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(TEXTS["an offset"])
    assert read([path]).problems == ()
    (problem,) = read([path], ServerFacts(release=(2, 42))).problems
    assert problem.message == (
        "`query_offset` of a group needs Prometheus 2.53, and 2.42 loads it."
    )


def test_a_query_in_a_template_is_promql(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    rule = "alert: A, expr: up, annotations: {x: '{{ with query \"sum(\" }}{{ end }}'}"
    path.write_text(f"groups:\n- name: g\n  rules:\n  - {{{rule}}}\n")
    (problem,) = read([path]).problems
    assert problem.message.startswith("A: annotations.x: the query 'sum(' is not PromQL: ")
