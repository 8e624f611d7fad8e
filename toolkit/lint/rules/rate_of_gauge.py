"""`rate`, `irate` or `increase` is taken of a gauge.

Why: these functions read every fall as a restart and count the climb from zero again. A gauge
that goes up and down then looks like steady growth.

    rate(execution_active_requests[5m])      # bad
    deriv(execution_active_requests[5m])     # good: the slope
    delta(execution_active_requests[5m])     # good: the difference

Exempt: series that the catalogue does not declare, or declares as of unknown kind.

Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
"""

from collections.abc import Iterator

from toolkit.catalogue import NEVER_ACCUMULATING
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import selectors

FOR_COUNTERS = {"rate": "deriv", "irate": "idelta", "increase": "delta"}


def check(project: Project) -> Iterator[Finding]:
    """Flag every declared gauge below a function that is made for counters."""
    for expression in project.expressions():
        for selector in selectors(expression.text):
            series = project.series.get(selector.name)
            if series is None or series.kind not in NEVER_ACCUMULATING:
                continue
            if selector.call in FOR_COUNTERS:
                yield RULE.at_span(
                    expression,
                    selector.span,
                    f"`{series.name}` is {series.kind.noun}; `{selector.call}` reads its falls as "
                    "restarts.",
                    fix=f"write {FOR_COUNTERS[selector.call]}(…) instead.",
                )


RULE = Rule("rate-of-gauge", Level.ERROR, check)
