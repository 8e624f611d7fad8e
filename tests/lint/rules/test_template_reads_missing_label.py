"""`template-reads-missing-label`: a sentence with a gap where the name should be."""

from pathlib import Path

import pytest

from tests.support import plain_rules, project_builder
from toolkit.lint.rules.template_reads_missing_label import RULE

FLAGGED = {
    "dropped by a sum": ("sum by (kind) (app_queue_depth) > 1", "zone", "`kind`"),
    "dropped by a bare sum": ("sum(app_queue_depth) > 1", "kind", "no label"),
    "by the sum of one side only": (
        "sum by (kind) (app_queue_depth) / on (kind) sum by (kind, zone) (x) > 1",
        "zone",
        "`kind`",
    ),
    "absence knows what it asked for": ('absent(up{job="app"})', "instance", "`job`"),
    "not among those that the metric has": (
        "app_queue_depth > 1",
        "zone",
        "`instance`, `job`, `kind`",
    ),
    "without, which drops": ("sum without (kind) (app_queue_depth) > 1", "kind",
                             "`instance`, `job`"),
}  # fmt: skip
LEFT_ALONE = {
    "kept by the sum": ("sum by (kind) (app_queue_depth) > 1", "kind"),
    "brought by group_left": (
        "app_queue_depth * on (kind) group_left (zone) app_events_total > 1",
        "zone",
    ),
    "the rule's own label": ("sum(app_queue_depth) > 1", "severity"),
    "the alert's name": ("sum(app_queue_depth) > 1", "alertname"),
    "a series that is not declared": ("other > 1", "anything"),
    "made by label_replace": ('label_replace(app_queue_depth, "new", "$1", "kind", "(.*)") > 1',
                              "new"),
    "asked for next to the time": ("time() - max by (kind) (app_queue_depth) > 5", "kind"),
}  # fmt: skip


@pytest.mark.parametrize(("expr", "label", "has"), FLAGGED.values(), ids=FLAGGED)
def test_flags(expr: str, label: str, has: str) -> None:
    text = f"{{{{ $labels.{label} }}}} has {{{{ $value }}}}."
    found = project_builder.project(alerts=(project_builder.alert(expr=expr, description=text),))
    assert plain_rules.messages(RULE, found) == [
        f"`$labels.{label}` is shown, and the expression results in {has}."
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
