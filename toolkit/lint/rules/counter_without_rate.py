"""A counter is compared or drawn without `rate`, `increase` or the like.

Why: a counter only grows until its process restarts. Its value says how long the process has
been up, not how busy it is.

    execution_orders_total{status="failed"} > 5                    # bad
    rate(execution_orders_total{status="failed"}[5m]) > 0.1        # good

A native histogram counts likewise, and is judged alike.

Exempt: functions that do not read the value (`absent`, `count`, `timestamp`, …); series
that the catalogue does not declare.

Source: https://prometheus.io/docs/concepts/metric_types/#counter
"""

from collections.abc import Iterator

from toolkit.catalogue import ACCUMULATING
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import selectors

READS_CHANGE = frozenset({"rate", "irate", "increase", "resets", "changes"})
READS_PRESENCE = frozenset(
    {
        "absent",
        "absent_over_time",
        "count",
        "group",
        "timestamp",
        "present_over_time",
        "count_over_time",
    }
)


def check(project: Project) -> Iterator[Finding]:
    """Flag every declared counter that is read raw."""
    for expression in project.expressions():
        for selector in selectors(expression.text):
            series = project.series.get(selector.name)
            if series is None or series.kind not in ACCUMULATING:
                continue  # a name that is not declared is `unknown-metric`'s finding
            if selector.call in READS_CHANGE | READS_PRESENCE:
                continue
            yield RULE.at_span(
                expression,
                selector.span,
                f"`{series.name}` is {series.kind.noun}; its raw value restarts with the process.",
                fix=f"write rate({selector.text}[5m]), or increase(…) for a count.",
            )


RULE = Rule("counter-without-rate", Level.ERROR, check)
