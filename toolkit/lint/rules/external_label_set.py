"""A rule sets a label that Prometheus sets itself on all that leaves it.

Why: external labels are added to alerts and to what is written to another store. Where a series or
an alert has the label already, its own value stays: the alert then says another cluster than the
Prometheus that sent it.

    global: {external_labels: {cluster: eu}}      labels: {cluster: us}      # bad
    global: {external_labels: {cluster: eu}}      labels: {team: shop}       # good

Exempt: everything where prometheus.yml is not known.

Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag every label of a rule that is an external label too."""
    external = project.server.external_labels or frozenset()
    for rule in project.rules:
        for name in rule.labels:
            if name in external:
                yield RULE.at_field(
                    rule,
                    f"labels.{name}",
                    f"`{name}` is set here, and it is an external label of this Prometheus.",
                    fix="give the rule's label another name, or drop it.",
                )


RULE = Rule("external-label-set", Level.WARNING, check)
