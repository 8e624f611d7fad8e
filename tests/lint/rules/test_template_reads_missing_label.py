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
    "made by label_replace": ('label_replace(app_queue_depth, "new", "$1", "kind", "(.*)") > 1',
                              "new"),
    "asked for next to the time": ("time() - max by (kind) (app_queue_depth) > 5", "kind"),
}  # fmt: skip


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


def test_stops_where_range_changes_the_dot() -> None:
    text = '{{ range query "up" }}{{ .Labels.zone }}{{ end }}'
    found = project_builder.project(
        alerts=(project_builder.alert(expr="sum(app_queue_depth) > 1", description=text),)
    )
    assert plain_rules.messages(RULE, found) == []


def test_external_labels_are_those_of_prometheus_yml(tmp_path: Path) -> None:
    rule = "alert: X\nexpr: a > 1\nannotations:\n  text: '{{ $externalLabels.site }}'"
    assert plain_rules.messages(RULE, plain_rules.project(tmp_path, rule)) == []
    for labels, wanted in (("{site: a}", 0), ("{}", 1)):
        server = f"global: {{external_labels: {labels}}}"
        found = plain_rules.project(tmp_path, rule, prometheus_yml=server)
        assert len(plain_rules.messages(RULE, found)) == wanted
