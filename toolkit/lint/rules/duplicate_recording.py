"""Two recording rules write the same series.

Why: of two samples for one series at one time Prometheus drops one, and only its log says so. Where
the two expressions are the same now, they will not be once one of them is changed.

    - record: job:up:sum   { expr: sum by (job) (up) }
    - record: job:up:sum   { expr: sum by (job) (up) }                       # bad
    - record: :up:sum      { expr: 'sum(up{zone="a"})' }
    - record: :up:sum      { expr: 'sum(up{zone="b"})' }                     # bad: no label differs
    - record: :up:sum      { expr: 'sum(up{zone="b"})', labels: {zone: b} }  # good

Checks all files that are linted together.

Exempt: recordings whose own labels differ; expressions whose results may differ in a label.

Source: https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.label_flow.result_labels import all_possible
from toolkit.prometheus.rules import WrittenRule


def check(project: Project) -> Iterator[Finding]:
    """Flag every recording whose series an earlier one writes as well."""
    earlier: dict[object, list[WrittenRule]] = {}
    for rule in project.rules:
        if rule.is_alert:
            continue
        written = earlier.setdefault((rule.name, tuple(sorted(rule.labels.items()))), [])
        first = next((other for other in written if _is_same(project, other, rule)), None)
        written.append(rule)
        if first is not None:
            place = first.location.relative_to(project.config.root)
            where = f"at line {place.line}" if first.file == rule.file else f"in {place}"
            yield RULE.at_field(
                rule,
                "record",
                f"`{rule.name}` is also recorded {where}, with the same labels.",
                fix="drop one of the two, or tell them apart by a label.",
            )


def _is_same(project: Project, one: WrittenRule, other: WrittenRule) -> bool:
    if str(one.root.expr) == str(other.root.expr):
        return True
    # Without any label, there is one series alone.
    results = (project.flow(rule.root).result for rule in (one, other))
    return all(all_possible(result) == frozenset() for result in results)


RULE = Rule("duplicate-recording", Level.WARNING, check)
