"""A selector, or a `by` or `on` list, names a label that its series do not carry.

Why: a matcher on a missing label matches everything or nothing. A grouping by a missing label
folds all series into one. Neither is an error for Prometheus.

    sum by (exchagne) (rate(execution_orders_total[5m]))     # bad
    sum by (exchange) (rate(execution_orders_total[5m]))     # good

Exempt: series that the catalogue does not declare (see `unknown-metric`); `without` and
`ignoring`, which may name what is not there; the scrape's own `job` and `instance`.

Source: https://prometheus.io/docs/prometheus/latest/querying/operators/
"""

import re
from collections.abc import Iterator

from toolkit.errors import did_you_mean
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.label_flow import groupings
from toolkit.promql import selectors


def check(project: Project) -> Iterator[Finding]:
    """Flag every matcher and every grouping by a label that cannot be there."""
    for expression in project.expressions():
        for selector in selectors(expression.text):
            carried = project.labels_of(selector.name)
            for match in selector.matches:
                if carried is None or match.label in carried:
                    continue
                yield RULE.at_span(
                    expression,
                    selector.span,
                    f"`{selector.name}` has no label `{match.label}`"
                    f"{did_you_mean(match.label, carried)}",
                    fix="correct the label, or declare it on the metric.",
                )
        for grouping in groupings(expression.text, project.labels_of):
            if grouping.clause not in {"by", "on"} or grouping.possible is None:
                continue
            for label in grouping.labels:
                if label not in grouping.possible:
                    yield RULE.at_span(
                        expression,
                        _place(expression.text, grouping.clause, label),
                        f"`{grouping.clause} ({label})` groups by a label that nothing here "
                        f"carries{did_you_mean(label, grouping.possible)}",
                        fix="correct the label, or drop it from the list.",
                    )


def _place(text: str, clause: str, label: str) -> tuple[int, int]:
    """Where the label stands in a list of that clause, or the whole text."""
    found = re.search(rf"\b{clause}\s*\([^)]*?\b({re.escape(label)})\b", text)
    return found.span(1) if found else (0, len(text))


RULE = Rule("unknown-label", Level.ERROR, check)
