"""A counter is compared or drawn without `rate`, `increase` or the like.

Why: a counter only grows until its process restarts. Its value says how long the process has
been up, not how busy it is.

    execution_orders_total{status="failed"} > 5                    # bad
    rate(execution_orders_total{status="failed"}[5m]) > 0.1        # good

A native histogram counts likewise, and is judged alike.

The kind is that of the catalogue, of a running Prometheus (`--prometheus URL`), or well known, as
of node-exporter, Prometheus, Alertmanager, Redis' exporter and the clients for Go and Python. In
alerts, a name such as `…_errors_total` or `…_requests_total` is a counter's, where nobody says
otherwise.

Exempt: functions that do not read the value (`absent`, `count`, `timestamp`, …); other series of
unknown kind.

Source: https://prometheus.io/docs/concepts/metric_types/#counter
"""

from collections.abc import Iterator
from dataclasses import replace

from toolkit.catalogue import ACCUMULATING, Kind
from toolkit.findings import Finding, Level
from toolkit.lint.counter_functions import EVENTS, READS_CHANGE, READS_PRESENCE
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.located_expressions import Expression

FOR_GAUGES = frozenset({"delta", "idelta", "deriv", "predict_linear"})  # `misused-function`


def check(project: Project) -> Iterator[Finding]:
    """Flag every counter that is read raw."""
    for expression in project.expressions():
        for selector in expression.selectors:
            if selector.call in READS_CHANGE | READS_PRESENCE:
                continue
            kind = project.kind_of(selector.name)
            if kind is None and _is_compared(expression) and selector.call not in FOR_GAUGES:
                # Many exporters have gauges that end in `_total`, but none of errors.
                kind = Kind.COUNTER if EVENTS.search(selector.name) else None
            if kind not in ACCUMULATING:
                continue
            found = RULE.at_span(
                expression,
                selector.span,
                f"`{selector.name}` is {kind.noun}; its raw value restarts with the process.",
                fix=f"write rate({selector.text}[5m]), or increase(…) for a count.",
            )
            is_declared = selector.name in project.series
            yield found if is_declared else replace(found, level=Level.WARNING)


def _is_compared(expression: Expression) -> bool:
    return expression.rule is not None and expression.rule.is_alert


RULE = Rule("counter-without-rate", Level.ERROR, check)
