"""`template-reads-missing-label`: a sentence with a gap where the name should be."""

from pathlib import Path

import pytest

from tests.support import plain_rules, project_builder
from toolkit.lint.rules.template_reads_missing_label import RULE

FLAGGED = {
    "dropped by a sum": (
        "sum by (kind) (app_queue_depth) > 1", "instance", "removed by `sum by (kind)`", "`kind`"),
    "dropped by a bare sum": (
        "sum(app_queue_depth) > 1", "kind", "removed by `sum(…)`, which has no `by`", "no label"),
    "by the sum of one side only": (
        "sum by (kind) (app_queue_depth) / on (kind) sum by (kind, zone) (x) > 1",
        "zone",
        "not declared on `app_queue_depth`",
        "`kind`",
    ),
    "absence knows what it asked for": (
        'absent(up{job="app"})', "instance",
        "not given by `=` in the selector of `absent`", "`job`"),
    "not among those that the metric has": (
        "app_queue_depth > 1",
        "zone",
        "not declared on `app_queue_depth`",
        "`instance`, `job`, `kind`",
    ),
    "without, which drops": (
        "sum without (kind) (app_queue_depth) > 1", "kind",
        "removed by `sum without (kind)`", "`instance`, `job`"),
}  # fmt: skip
LEFT_ALONE = {
    "kept by the sum": ("sum by (kind) (app_queue_depth) > 1", "kind"),
    "brought by group_left": (
        "app_queue_depth * on (kind) group_left (zone) app_events_total > 1",
        "zone",
    ),
    "the name of the series": ("sum(app_queue_depth) > 1", "__name__"),
    "a series that is not declared": ("other > 1", "anything"),
    "made by label_replace": (
        'label_replace(app_queue_depth, "new", "$1", "kind", "(.*)") > 1',
        "new",
    ),
    "asked for next to the time": ("time() - max by (kind) (app_queue_depth) > 5", "kind"),
}


@pytest.mark.parametrize(("expr", "label", "why", "has"), FLAGGED.values(), ids=FLAGGED)
def test_flags(expr: str, label: str, why: str, has: str) -> None:
    text = f"{{{{ $labels.{label} }}}} has {{{{ $value }}}}."
    found = project_builder.project(alerts=(project_builder.alert(expr=expr, description=text),))
    assert plain_rules.messages(RULE, found) == [
        f"`$labels.{label}` is shown, and it is {why}; the expression results in {has}."
    ]


@pytest.mark.parametrize("label", ["severity", "alertname"])
def test_what_the_rule_sets_is_not_among_the_labels_of_a_template(label: str) -> None:
    text = f"{{{{ $labels.{label} }}}} has {{{{ $value }}}}."
    alert = project_builder.alert(expr="sum(app_queue_depth) > 1", description=text)
    assert plain_rules.messages(RULE, project_builder.project(alerts=(alert,))) == [
        f"`$labels.{label}` is shown, and templates see the expression's labels alone."
    ]


@pytest.mark.parametrize(("expr", "label"), LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(expr: str, label: str) -> None:
    text = f"{{{{ $labels.{label} }}}} has {{{{ $value }}}}."
    found = project_builder.project(alerts=(project_builder.alert(expr=expr, description=text),))
    assert plain_rules.messages(RULE, found) == []


@pytest.mark.parametrize(
    "template",
    [
        "{{ .Labels.zone }}",
        '{{ index $labels "zone" }}',
        '{{ printf "%s" $labels.zone }}',
    ],
)
def test_reads_templates_as_go_does(template: str) -> None:
    found = project_builder.project(
        alerts=(project_builder.alert(expr="sum(app_queue_depth) > 1", description=template),)
    )
    assert len(plain_rules.messages(RULE, found)) == 1


LOST = "it is removed by `sum(…)`, which has no `by`"
OF_QUERIES = {
    '{{ range query "sum(x)" }}{{ .Labels.zone }}{{ end }}': True,
    '{{ with query "sum(x)" }}{{ . | first | label "zone" }}{{ end }}': True,
    '{{ "sum(x)" | query | first | label "zone" }}': True,
    '{{ range $i, $s := query "sum(x)" }}{{ $s.Labels.zone }}{{ end }}': True,
    '{{ (query "sum(x)" | first).Labels.zone }}': True,
    '{{ with first (query "sum(x)") }}{{ .Labels.zone }}{{ end }}': True,
    '{{ range query "x" }}{{ .Labels.zone }}{{ end }}': False,
    '{{ range query "sum by (zone) (x)" }}{{ .Labels.zone }}{{ end }}': False,
    '{{ with query "sum(x)" }}{{ . | first | value }}{{ end }}': False,
    '{{ range query (printf "sum(%s)" $labels.a) }}{{ .Labels.zone }}{{ end }}': False,
    '{{ range query "sum(" }}{{ .Labels.zone }}{{ end }}': False,
}


@pytest.mark.parametrize(("text", "lost"), OF_QUERIES.items(), ids=OF_QUERIES)
def test_labels_of_a_query_are_those_of_its_result(
    tmp_path: Path, text: str, *, lost: bool
) -> None:
    rule = f"alert: X\nexpr: a > 1\nannotations:\n  text: '{text}'"
    messages = plain_rules.messages(RULE, plain_rules.project(tmp_path, rule))
    assert messages == ([f"`zone` of the query 'sum(x)' is shown, and {LOST}."] if lost else [])


SET_BY_THE_RULE = {
    "a > 1": ["severity", "alertname"],
    'a{severity="x"} > 1': ["alertname"],
    "sum by (severity) (a) > 1": ["severity", "alertname"],
    "ALERTS > 0": ["severity"],
}


@pytest.mark.parametrize(("expr", "names"), SET_BY_THE_RULE.items(), ids=SET_BY_THE_RULE)
def test_templates_do_not_see_what_the_rule_sets(
    tmp_path: Path, expr: str, names: list[str]
) -> None:
    text = "{{ $labels.severity }} {{ $labels.alertname }}"
    rule = f"alert: X\nexpr: {expr}\nlabels: {{severity: page}}\nannotations:\n  text: '{text}'"
    messages = plain_rules.messages(RULE, plain_rules.project(tmp_path, rule))
    assert messages == [
        f"`$labels.{name}` is shown, and templates see the expression's labels alone."
        for name in names
    ]


def test_a_label_that_the_rule_takes_over_is_the_series_own(tmp_path: Path) -> None:
    rule = (
        "alert: X\nexpr: a > 1\nlabels: {team: '{{ $labels.team }}'}\n"
        "annotations: {text: '{{ $labels.team }}'}"
    )
    assert plain_rules.messages(RULE, plain_rules.project(tmp_path, rule)) == []


def test_the_way_out_of_an_absence_can_be_followed(tmp_path: Path) -> None:
    fixes = []
    for expr in (
        'absent(a{job="x"})',
        "absent(sum(a))",
        "sum(a) > 1",
        "a - on (job) b > 1",
        "vector(1)",
        "max without (zone) (a) > 1",
        "a / ignoring (zone) b > 1",
    ):
        rule = f"alert: X\nexpr: {expr}\nannotations: {{text: '{{{{ $labels.zone }}}}'}}"
        (finding,) = RULE.check(plain_rules.project(tmp_path, rule))
        fixes.append(finding.fix)
    assert fixes == [
        "ask for it with `zone=` in the selector, or do not show it.",
        "ask for the absence of a selector alone, or do not show the label.",
        "keep `zone` in the aggregations, or do not show it.",
        "keep `zone` with group_left () on the side that has it, or do not show it.",
        "do not show it.",
        "keep `zone` in the aggregations, or do not show it.",
        "keep `zone` with group_left () on the side that has it, or do not show it.",
    ]


def test_external_labels_are_those_of_prometheus_yml(tmp_path: Path) -> None:
    rule = "alert: X\nexpr: a > 1\nannotations:\n  text: '{{ $externalLabels.site }}'"
    assert plain_rules.messages(RULE, plain_rules.project(tmp_path, rule)) == []
    for labels, wanted in (("{site: a}", 0), ("{}", 1)):
        server = f"global: {{external_labels: {labels}}}"
        found = plain_rules.project(tmp_path, rule, prometheus_yml=server)
        assert len(plain_rules.messages(RULE, found)) == wanted


ONE_SIDE = {
    ("x > 1 or sum(y) > 1", "{{ $labels.job }}"): "removed by `sum(…)`, which has no `by`",
    ("(absent(x) or y > 1)", "{{ $labels.job }}"): "not given by `=` in the selector of `absent`",
    ("x > 1 or sum by (job) (y) > 1", "{{ $labels.job }}"): "",
    ('x > 1 or absent(x{job="a"})', "{{ $labels.job }}"): "",
    ("(sum by (job) (x) or vector(0)) > 1", "{{ $labels.job }}"): "",
    ("x > 1 or sum(y) > 1", "{{ if $labels.job }}{{ $labels.job }}{{ end }}"): "",
    ("x > 1 or sum(y) > 1", "{{ with $labels.job }}{{ . }}{{ end }}"): "",
    ("x > 1 or sum(y) > 1", "{{ with .Labels.job }}{{ . }}{{ end }}"): "",
    ("x > 1 or sum(y) > 1", '{{ or $labels.job "all" }}'): "",
    ("x > 1 or sum(y) > 1", "{{ if 0 }}{{ else if $labels.job }}{{ $labels.job }}{{ end }}"): "",
    ("x > 1 or sum(y) > 1", "{{ $job := $labels.job }}{{ if $job }}{{ $job }}{{ end }}"): "",
    (
        "x > 1 or sum(y) > 1",
        "{{ if $value }}{{ .Labels.job }}{{ end }}",
    ): "removed by `sum(…)`, which has no `by`",
    (
        "x > 1 or sum(y) > 1",
        "{{ if $labels.jobs }}{{ $labels.job }}{{ end }}",
    ): "removed by `sum(…)`, which has no `by`",
    ("x > 1 or sum(y) > 1", "{{ $value }}"): "",
}


@pytest.mark.parametrize(("given", "why"), ONE_SIDE.items(), ids=str)
def test_a_label_that_one_side_of_an_or_lacks(
    tmp_path: Path, given: tuple[str, str], why: str
) -> None:
    expr, text = given
    rule = f"alert: A\nexpr: '{expr}'\nannotations: {{s: '{text}'}}"
    found = plain_rules.messages(RULE, plain_rules.project(tmp_path, rule))
    start = "`$labels.job` is shown, and where one side of `or` fires it is"
    assert [x for x in found if "`$labels.job`" in x] == ([f"{start} {why}."] if why else [])
