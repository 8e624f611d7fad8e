"""Whatever is in a rule file, it is read, or a problem with its line."""

import os
from pathlib import Path
from textwrap import dedent

import pytest

from toolkit.errors import UsageError
from toolkit.findings import Allow, Level
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts
from toolkit.prometheus.read_user_rule_files import read
from toolkit.prometheus.rule_file_dialects import Dialect

RULES = """
    groups:
    - name: a
      rules:
      - {rule}
"""
PROBLEMS: dict[str, tuple[str, str]] = {
    "a list": ("- a\n", "1:1 not a rule file: a list without `groups`."),
    "a mapping of something else": ("a: 5\n",
                 "1:1 not a rule file: a mapping without `groups`."),
    "text": ("hello", "1:1 not a rule file: text without `groups`."),
    "nothing": ("", "1 empty: Prometheus reads no rule here."),
    "no YAML": ("groups: [\n", "2:1 not YAML: did not find expected node content."),
    "rules that are a mapping": ("groups:\n- name: a\n  rules: {}\n",
                 "3:10 `rules` must be a list, but is a mapping."),
    "a key of the file": ("groups: []\nrules: []\n",
                 "2:1 the file: unknown key 'rules' (known: groups)"),
    "an empty hold": (RULES.format(rule='{alert: X, expr: up, for: ""}'), "5:31 `for` is empty."),
    "a limit that is not a number": ("groups:\n- name: a\n  limit: x\n",
                 "3:10 `limit` must be a whole number, but is 'x'."),
    "a limit with a fraction": ("groups:\n- name: a\n  limit: 5.5\n",
                 "3:10 `limit` is 5.5, of which Prometheus takes 5."),
    "a limit in quotes": ("groups:\n- name: a\n  limit: '5'\n",
                 "3:10 `limit` must be a whole number, but is '5'."),
    "a limit past what 64 bits hold": ("groups:\n- name: a\n  limit: 9223372036854775808\n",
                 "3:10 `limit` must be a whole number, but is '9223372036854775808'."),
    "a limit that is a time": ("groups:\n- name: a\n  limit: 1:30\n",
                 "3:10 `limit` must be a whole number, but is '1:30'."),
    "a limit that is a list": ("groups:\n- name: a\n  limit: [5]\n",
                 "3:10 `limit` must be a whole number, but is 'a list or a mapping'."),
    "a group without anything": ("groups:\n-\n", "2:2 a group without anything."),
    "a mapping without anything": ("{}\n", "1 empty: Prometheus reads no rule here."),
    "a hold past what Prometheus reads": (RULES.format(rule="{alert: X, expr: up, for: 293y}"),
                 "5:31 `for`: '293y' is longer than Prometheus reads."),
    "an alternative of matchers": (RULES.format(rule="{alert: X, expr: 'a{b=\"c\" or d=\"e\"}'}"),
                 "5:22 X: MetricsQL, which is left unjudged, as all of it in this file is."),
    "an escape that Go has not": (RULES.format(rule="{alert: X, expr: 'a{b=~`\\u0041`}'}"),
                 "5:22 X: not PromQL: '\\\\u0041' is not a pattern: Go has no '\\\\u'"),
    "a flag that Go has not": (RULES.format(rule="{alert: X, expr: 'a{b=~\"(?x)c\"}'}"),
                 "5:22 X: not PromQL: '(?x)c' is not a pattern: Go has no '(?x'"),
    "a group twice": ("groups:\n- name: a\n- name: a\n",
                 "3:9 the group 'a' is in this file twice, which Prometheus refuses."),
    "a second document": ("groups: []\n---\ngroups: []\n",
                 "3:1 a second YAML document, which Prometheus does not read."),
    "a second document that is no rule file": ("groups: []\n---\na: b\n",
                 "3:1 a second YAML document, which Prometheus does not read."),
    "a second document that is not YAML": ("groups: []\n---\na: b: c\n",
                 "3:5 a second YAML document, which Prometheus does not read."),
    "a second document of another YAML": ("groups: []\n---\na: b\n...\n%YAML 1.2\n---\nc: d",
                 "3:1 a second YAML document, which Prometheus does not read."),
    "nonsense right after the first document": ("groups: []\n---\n@a\n",
                 "3:1 not YAML: found character that cannot start any token."),
    "nonsense one token after the first document": ("groups: []\n---\n[@a\n",
                 "3:2 not YAML: found character that cannot start any token."),
    "a first document without anything": ("---\n---\ngroups: [{a: b}]\n",
                 "3:1 a second YAML document, which Prometheus does not read."),
    "documents without anything": ("---\n---\n", "1 empty: Prometheus reads no rule here."),
    "a recording with a hold": (RULES.format(rule="{record: a, expr: up, for: 5m}"),
                 "5:32 a: a recording rule has no `for`."),
    "LogQL": (RULES.format(rule="{alert: X, expr: 'rate({a=\"b\"} |= \"e\" [5m]) > 1'}"),
                 "5:22 X: LogQL, which is left unjudged, as all of it in this file is."),
    "MetricsQL": (RULES.format(rule="{alert: X, expr: 'a default 0 > 1'}"),
                 "5:22 X: MetricsQL, which is left unjudged, as all of it in this file is."),
    "groups that are not a list": ("groups: 5\n", "1:9 `groups` must be a list, but is 5."),
    "a group without a name": ("groups:\n- rules: []\n", "2:3 a group without a name."),
    "a key twice": ("groups:\n- name: a\n  name: b\n",
                    "3:3 a group: the key 'name' is given twice."),
    "a name that is empty": (RULES.format(rule="{alert: '', expr: up}"),
                   "5:13 `alert` is empty."),
    "a group's label that is not one": ("groups:\n- name: a\n  labels: {__name__: x}\n",
                   "3:11 a group: '__name__' is not a name that a label may have."),
    "units that are not in order": (RULES.format(rule="{alert: X, expr: up, for: 30s5m}"),
                   "5:31 `for`: '30s5m' is not a duration."),
    "a range of Grafana": (RULES.format(rule="{alert: X, expr: 'rate(a[$__rate_interval])'}"),
                   "5:22 X: not PromQL: '$__rate_interval' is Grafana's, and Prometheus does not "
                   "know it."),
    "a flag of ranges": (RULES.format(rule="{alert: X, expr: 'rate(a[5m] smoothed)'}"),
                   "5:22 X: left unjudged: `anchored` and `smoothed` need Prometheus 3.16, or 3.7 "
                   "with --enable-feature=promql-extended-range-selectors; the parser here does "
                   "not read them."),
    "a flag of durations": (RULES.format(rule="{alert: X, expr: 'rate(a[5m + 1m])'}"),
                   "5:22 X: left unjudged: calculated durations need Prometheus 3.14, or 3.4 with "
                   "--enable-feature=promql-duration-expr; the parser here does not read them."),
    "both kinds": (RULES.format(rule="{alert: X, record: a, expr: up}"),
                   "5:5 a rule has either `alert` or `record`."),
    "no expression": (RULES.format(rule="{alert: X}"), "5:5 X: has no expression."),
    "text that is not PromQL": (RULES.format(rule="{alert: X, expr: up ==}"),
                            "5:22 X: not PromQL: invalid promql query"),
    "nested past reading": (RULES.format(rule="{record: a:b:c, expr: " + "(" * 200 + "up"
                                         + ")" * 200 + "}"),
                            "5:27 a:b:c: nested 201 deep; left unjudged, since at most 100 are."),
    "a template of Jinja": ("groups:\n{% for x in y %}\n- name: a\n{% endfor %}\n",
                            "2 not YAML: found character that cannot start any token; it is a "
                            "template of Jinja, which has '{% for x in y %}'."),
    "a hold that is not a duration": (RULES.format(rule="{alert: X, expr: up, for: 5 minutes}"),
                            "5:31 `for`: '5 minutes' is not a duration."),
    "labels that are a list": (RULES.format(rule="{alert: X, expr: up, labels: [a]}"),
                               "5:34 X: `labels` must be a mapping."),
}  # fmt: skip


def problems(path: Path) -> list[str]:
    found = read([path]).problems
    return [f"{str(x.location).rpartition('rules.yml:')[2]} {x.message}" for x in found]


@pytest.mark.parametrize(("text", "wanted"), PROBLEMS.values(), ids=PROBLEMS)
def test_finds(tmp_path: Path, text: str, wanted: str) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(dedent(text), encoding="utf-8")
    assert problems(path) == [wanted]


def test_finds_an_unknown_key_and_guesses(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(dedent(RULES.format(rule="{alert: X, expr: up, fro: 5m}")), encoding="utf-8")
    (message,) = problems(path)
    assert message.startswith("5:26 a rule: unknown key 'fro'; did you mean 'for'? (known: alert")


def test_finds_what_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_bytes(b"groups: []\n# \xff\n")
    assert problems(path) == ["2 not UTF-8: invalid start byte."]


def test_finds_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert problems(path) == ["1 50 MB is too large for a rule file: at most 10 MB is read."]


def test_what_can_be_read_next_to_a_problem_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    text = "groups:\n- name: a\n  rules:\n  - {alert: X}\n  - {alert: Y, expr: up == 0}\n"
    path.write_text(text, encoding="utf-8")
    found = read([path])
    assert [rule.name for rule in found.rules] == ["Y"]
    assert len(found.problems) == 1


def test_reads_the_operators_resources_and_several_documents(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    text = """\
        kind: ConfigMap
        ---
        kind: PrometheusRule
        spec:
          groups:
          - name: a
            rules:
            - record: a:b:c
              expr: up
    """
    path.write_text(dedent(text), encoding="utf-8")
    found = read([tmp_path])
    assert [rule.name for rule in found.rules] == ["a:b:c"]
    assert found.problems == ()


def test_a_folder_is_read_for_its_rule_files_only(tmp_path: Path) -> None:
    (tmp_path / "other.yml").write_text("a: 5\n", encoding="utf-8")
    with pytest.raises(UsageError, match="holds no rule file"):
        read([tmp_path])
    with pytest.raises(UsageError, match="no such file"):
        read([tmp_path / "none.yml"])
    text = "groups: [{name: a, rules: [{record: a:b:c, expr: up}]}]\n"
    (tmp_path / "rules.yml").write_text(text, encoding="utf-8")
    found = read([tmp_path])
    assert [rule.file for rule in found.rules] == [str(tmp_path / "rules.yml")]
    assert found.problems == ()


BLOCK = """\
groups:
- name: a
  rules:
  # allow unused-thing: a reason
  - alert: Down
    expr: |
      up
        == 0
    for: 5m
    keep_firing_for: 10m
    labels: {severity: page}
    annotations:
      summary: It is down.
"""


def test_an_allowance_is_read_from_a_comment_within_the_rule(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(BLOCK, encoding="utf-8")
    assert read([path]).rules[0].allow == ()
    path.write_text(BLOCK.replace("    expr", "    # allow a-b: c d\n    expr"), encoding="utf-8")
    assert read([path]).rules[0].allow == (Allow("a-b", "c d"),)
    path.write_text(BLOCK.replace("    expr", "    # allow a-b:\n    expr"), encoding="utf-8")
    assert problems(path) == ["6 Allow('a-b') has no reason."]


LINES = {
    "on one line": ("expr: up == 0", [(5, 11)]),
    "quoted": ('expr: "up == 0"', [(5, 12)]),
    "folded by YAML, so that the lines are not those of the file": (
        "expr: >\n      up\n      == 0",
        [],
    ),
}


@pytest.mark.parametrize(("text", "places"), LINES.values(), ids=LINES)
def test_each_line_of_an_expression_has_its_place(
    tmp_path: Path, text: str, places: list[tuple[int, int]]
) -> None:
    path = tmp_path / "rules.yml"
    start = "groups:\n- name: a\n  rules:\n  - alert: X\n    "
    path.write_text(f"{start}{text}\n", encoding="utf-8")
    (rule,) = read([path]).rules
    assert [(x.line, x.column) for x in rule.lines] == places


def test_a_template_of_helm_is_named_wherever_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text("groups:\n{{- if .Values.on }}\n- name: g\n{{- end }}\n", "utf-8")
    (problem,) = read([path]).problems
    assert problem.location.line == 2
    assert problem.message.endswith("it is a template of Helm, which has '{{- if .Values.on }}'.")
    assert problem.fix == "read what Helm makes of it: helm template CHART > rules.yml."
    rule = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up < {{ .Values.least }}\n"
    path.write_text(rule, "utf-8")
    (problem,) = read([path]).problems
    assert problem.message == "A: holds '{{ .Values.least }}', a template of Helm."
    path.write_text(rule.replace("up <", "up{job='{{ .Values.job }}'} <"), "utf-8")
    (problem,) = read([path]).problems
    assert problem.message == "A: holds '{{ .Values.job }}', a template of Helm."
    path.write_text(
        rule.replace("up < {{ .Values.least }}", "up{job='{{ .Values.job }}'}"), "utf-8"
    )
    (problem,) = read([path]).problems  # which is PromQL, and selects nothing
    assert problem.message == "A: holds '{{ .Values.job }}', a template of Helm."
    path.write_text(rule.replace("{{ .Values.least }}", "1 +"), "utf-8")
    (problem,) = read([path]).problems
    assert "Helm" not in problem.message + problem.fix


def test_prometheus_own_templates_are_not_helms(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    text = 'summary: "{{ $value }} {{ $labels.x }} {{ if eq $value 1.0 }}one{{ end }}"'
    rule = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up\n    annotations:\n      "
    path.write_text(f"{rule}{text}\n", "utf-8")
    assert read([path]).problems == ()


@pytest.mark.parametrize(
    ("dialect", "messages"),
    [
        (None, []),
        (Dialect.THANOS, []),
        (
            Dialect.PROMETHEUS,
            [
                "a group: `partial_response_strategy` is thanos's key, and prometheus refuses it.",
            ],
        ),
    ],
)
def test_keys_of_another_program_are_refused_by_the_one_that_is_named(
    tmp_path: Path, dialect: Dialect | None, messages: list[str]
) -> None:
    path = tmp_path / "rules.yml"
    path.write_text("groups:\n- name: g\n  partial_response_strategy: warn\n  limit: 5\n")
    assert [x.message for x in read([path], dialect=dialect).problems] == messages


ALLOWED = {
    "# allow absent-without-hold": [
        "`allow absent-without-hold` gives no reason, so that nothing is allowed."
    ],
    "# allow file absent-without-hold": [
        "`allow absent-without-hold` gives no reason, so that nothing is allowed."
    ],
    "# allow absent-without-hold: it is meant": [],
    "# allow traffic": [],
    "# We allow read-only": [],
    "# allow read-only users to see it": [],
}


@pytest.mark.parametrize(("comment", "wanted"), ALLOWED.items(), ids=ALLOWED)
def test_an_allowance_without_a_reason_is_not_silent(
    tmp_path: Path, comment: str, wanted: list[str]
) -> None:
    path = tmp_path / "rules.yml"
    text = f"groups:\n- name: a\n  rules:\n  - alert: X\n    {comment}\n    expr: up == 0\n"
    path.write_text(text, "utf-8")
    found = read([path]).problems
    assert [x.message for x in found] == wanted
    assert {(x.level, x.location.line) for x in found} <= {(Level.WARNING, 5)}


def test_a_folder_that_cannot_be_listed_is_a_problem_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in (tmp_path, tmp_path / "locked"):
        folder.mkdir(exist_ok=True)
        (folder / "r.yml").write_text(dedent(RULES.format(rule="{alert: X, expr: up == 0}")))
    listed = os.scandir

    def refuse(path: str) -> object:  # root may read everything, whatever the folder's rights
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = read([tmp_path])
    assert [x.message for x in found.problems] == ["Permission denied: none of it is read."]
    assert found.problems[0].location.path == str(tmp_path / "locked")
    assert [x.file for x in found.rules] == [str(tmp_path / "r.yml")]
    alone = read([tmp_path / "locked"])
    assert (len(alone.problems), alone.rules) == (1, ())


def test_what_a_named_prometheus_does_not_read_is_not_left_unjudged(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(dedent(RULES.format(rule="{alert: X, expr: 'median(a)'}")), encoding="utf-8")
    assert [x.level for x in read([path]).problems] == [Level.INFO]
    (refused,) = read([path], ServerFacts(release=(3, 0))).problems
    assert refused.level is Level.ERROR
    assert refused.message.startswith("X: not PromQL: unknown function with name 'median'")


def test_an_offset_of_nothing_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    rule = """{alert: X, expr: 'a{b="offset 0s"} offset 0s > max_over_time(c[5m] offset -0m)'}"""
    path.write_text(dedent(RULES.format(rule=rule)), encoding="utf-8")
    assert [x.message for x in read([path]).problems] == []
