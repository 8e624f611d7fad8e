"""`rate`, `irate` or `increase` is taken of a gauge.

Why: these functions read every fall as a restart and count the climb from zero again. A gauge
that goes up and down then looks like steady growth.

    rate(execution_active_requests[5m])      # bad
    deriv(execution_active_requests[5m])     # good: the slope
    delta(execution_active_requests[5m])     # good: the difference

The kind is that of the catalogue, of a running Prometheus (`--prometheus URL`), or well known, as
of node-exporter, Prometheus, Alertmanager, Redis' exporter and the clients for Go and Python.

Exempt: series of unknown kind.

Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
"""

from collections.abc import Iterator
from dataclasses import replace

from toolkit.catalogue import NEVER_ACCUMULATING
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

FOR_COUNTERS = {"rate": "deriv", "irate": "idelta", "increase": "delta"}


def check(project: Project) -> Iterator[Finding]:
    """Flag every gauge below a function that is made for counters."""
    for expression in project.expressions():
        for selector in expression.selectors:
            if selector.call not in FOR_COUNTERS:
                continue
            kind = project.kind_of(selector.name)
            if kind not in NEVER_ACCUMULATING:
                continue
            found = RULE.at_span(
                expression,
                selector.span,
                f"`{selector.name}` is {kind.noun}; `{selector.call}` reads its falls as restarts.",
                fix=f"write {FOR_COUNTERS[selector.call]}(…) instead.",
            )
            is_declared = selector.name in project.series
            yield found if is_declared else replace(found, level=Level.WARNING)


RULE = Rule("rate-of-gauge", Level.ERROR, check)
