"""A function is called on what it is not made for, so that its result says something else.

Why: `irate` looks at two samples: an alert on it misses what happened between two evaluations.
`increase` of a counter is extrapolated, so that a comparison with a fraction asks for nothing that
can be counted. `delta`, `deriv` and `predict_linear` read a counter's restart as a fall. A quantile
needs buckets, with `le`; of averages, or without `le`, it is nothing.

    irate(errors_total[5m]) > 1                                   # bad in an alert
    increase(errors_total[5m]) > 0.5                              # bad: > 0 is meant
    delta(requests_total[5m])                                     # bad: increase
    histogram_quantile(0.9, sum by (job) (rate(x_bucket[5m])))    # bad: `le` is gone
    histogram_quantile(0.9, sum by (job, le) (rate(x_bucket[5m])))    # good

Exempt: `delta` and the like of series that are not known as counters, and whose name does not end
in `_total`; shares of two increases.

Source: https://prometheus.io/docs/prometheus/latest/querying/functions/
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.catalogue import ACCUMULATING
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.project_expressions import Expression
from toolkit.prometheus.label_flow.flow import Flow
from toolkit.prometheus.label_flow.result_labels import why_absent
from toolkit.prometheus.promql_syntax import Node
from toolkit.promql import Selector, selectors

FOR_GAUGES = {"delta": "increase", "idelta": "increase", "deriv": "rate", "predict_linear": "rate"}
COMPARISONS = frozenset({">", "<", ">=", "<="})


def check(project: Project) -> Iterator[Finding]:
    """Flag every call whose result is not what its name says."""
    for expression in project.expressions():
        flow = project.flow(expression.text)
        for selector in selectors(expression.text):
            yield from _of_a_counter(project, expression, selector)
        for node in flow.root.walk():
            yield from _fraction(expression, node)
            yield from _call(expression, flow, node)


def _of_a_counter(
    project: Project, expression: Expression, selector: Selector
) -> Iterator[Finding]:
    if selector.call not in FOR_GAUGES:
        return
    kind = project.kind_of(selector.name)
    counts = kind in ACCUMULATING if kind else selector.name.endswith("_total")
    if counts:
        yield RULE.at_span(
            expression,
            selector.span,
            f"`{selector.call}` reads the restart of the counter `{selector.name}` as a fall.",
            fix=f"write {FOR_GAUGES[selector.call]}(…).",
        )


def _call(expression: Expression, flow: Flow, node: Node) -> Iterator[Finding]:
    if not isinstance(node.expr, parser.Call):
        return
    name = str(node.expr.func.name)
    if name == "irate" and expression.rule is not None and expression.rule.is_alert:
        yield RULE.at_span(
            expression,
            (node.span[0], node.span[0] + len(name)),
            "`irate` looks at two samples, so that the alert misses what happens between two "
            "evaluations.",
            fix="write rate(…).",
            replacement=((node.span[0], node.span[0] + len(name)), "rate"),
        )
    if name == "histogram_quantile":
        argument = node.below[1]
        why = why_absent(flow.of(argument), "le")
        if why is not None and _reads_buckets(argument):
            yield RULE.at_span(
                expression,
                why.span,
                f"`histogram_quantile` needs the buckets' `le`, which is {why.reason}.",
                fix="add `le` to the grouping.",
            )


def _reads_buckets(node: Node) -> bool:
    """Whether the series are classic buckets: a native histogram has no `le`."""
    return any(selector.name.endswith("_bucket") for selector in selectors(node.text))


def _fraction(expression: Expression, node: Node) -> Iterator[Finding]:
    if not isinstance(node.expr, parser.BinaryExpr) or str(node.expr.op) not in COMPARISONS:
        return
    left, right = node.below
    if not isinstance(right.expr, parser.NumberLiteral) or not 0 < right.expr.val < 1:
        return
    while isinstance(left.expr, parser.ParenExpr | parser.AggregateExpr):
        left = left.below[-1]
    if isinstance(left.expr, parser.Call) and left.expr.func.name == "increase":
        yield RULE.at_span(
            expression,
            right.span,
            f"`increase` counts events, and is compared with {right.text}.",
            fix="compare with a whole number: > 0 asks for any event at all.",
        )


RULE = Rule("misused-function", Level.WARNING, check)
