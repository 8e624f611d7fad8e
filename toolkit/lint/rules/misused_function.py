"""A function is called on what it is not made for, so that its result says something else.

Why: `irate` looks at two samples: an alert on it misses what happened between two evaluations.
`increase` of a counter is extrapolated, so that a comparison with a fraction asks for nothing that
can be counted. `delta`, `deriv` and `predict_linear` read a counter's restart as a fall. A quantile
needs buckets, with `le`; of averages, or without `le`, it is nothing. Quantiles cannot be added up
or averaged, and the sum of all latencies says nothing without their number.

    irate(errors_total[5m]) > 1                                   # bad in an alert
    increase(errors_total[5m]) > 0.5                              # bad: > 0 is meant
    increase(errors_total[5m]) == 1                               # bad: it is 1.0027 or so
    rate(latency_seconds_sum[5m]) > 1                             # bad without its _count
    quantile(95, x)                                               # bad: 0.95
    avg(x{quantile="0.99"})                                       # bad: no quantile of anything
    delta(requests_total[5m])                                     # bad: increase
    histogram_quantile(0.9, sum by (job) (rate(x_bucket[5m])))    # bad: `le` is gone
    histogram_quantile(0.9, sum by (job, le) (rate(x_bucket[5m])))    # good

A series that nobody knows is a counter where its name says events (`…_errors_total`); another
`…_total` may be a gauge of its exporter, and is an info.

Exempt: `delta` and the like of other series; shares of two increases; sums of seconds that are
compared with less than 1, such as the share of time in garbage collection.

Source: https://prometheus.io/docs/prometheus/latest/querying/functions/
"""

import math
from collections.abc import Iterator
from dataclasses import replace

import promql_parser as parser

from toolkit.catalogue import ACCUMULATING
from toolkit.findings import Finding, Level
from toolkit.lint import misused_quantiles
from toolkit.lint.counter_functions import EVENTS
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.label_flow.result_labels import why_absent
from toolkit.prometheus.located_expressions import Expression
from toolkit.prometheus.promql_syntax_tree import Node
from toolkit.prometheus.value_flow.ranges import MIRRORED
from toolkit.promql import Selector

SAME_UNIT = frozenset({"sum", "min", "max", "topk", "bottomk"})
FOR_GAUGES = {"delta": "increase", "idelta": "increase", "deriv": "rate", "predict_linear": "rate"}


def check(project: Project) -> Iterator[Finding]:
    """Flag every call whose result is not what its name says."""
    for expression in project.expressions():
        for selector in expression.selectors:
            if selector.call in FOR_GAUGES:
                yield from _of_a_counter(project, expression, selector)
        for node in expression.root.all_of(parser.BinaryExpr):
            if node.operator in MIRRORED:
                yield from _fraction(expression, node)
                yield from _sum_without_count(expression, node)
        for kind in (parser.Call, parser.AggregateExpr):
            for node in expression.root.all_of(kind):
                yield from _call(project, expression, node)
                yield from misused_quantiles.of_node(RULE, expression, node)


def _of_a_counter(
    project: Project, expression: Expression, selector: Selector
) -> Iterator[Finding]:
    kind, name = project.kind_of(selector.name), selector.name
    instead = f"write {FOR_GAUGES[selector.call]}(…)"
    if kind in ACCUMULATING or (kind is None and EVENTS.search(name)):
        yield RULE.at_span(
            expression,
            selector.span,
            f"`{selector.call}` reads the restart of the counter `{name}` as a fall.",
            fix=f"{instead}.",
        )
    elif kind is None and name.endswith("_total"):
        found = RULE.at_span(
            expression,
            selector.span,
            f"`{name}` has the name of a counter, of which `{selector.call}` reads a restart as a "
            "fall.",
            fix=f"{instead}, unless its exporter calls it a gauge.",
        )
        yield replace(found, level=Level.INFO)


def _call(project: Project, expression: Expression, node: Node) -> Iterator[Finding]:
    name = node.function
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
        why = why_absent(project.flow(expression.root).of(argument), "le")
        if why is not None and _reads_buckets(argument):
            yield RULE.at_span(
                expression,
                why.span,
                f"`histogram_quantile` needs the buckets' `le`, which is {why.reason}.",
                fix="add `le` to the grouping.",
            )


def _reads_buckets(node: Node) -> bool:
    """Whether the series are classic buckets: a native histogram has no `le`."""
    return any(selector.name.endswith("_bucket") for selector in node.selectors())


def _fraction(expression: Expression, node: Node) -> Iterator[Finding]:
    operator = node.operator
    left, right = node.below
    if isinstance(left.expr, parser.NumberLiteral):
        left, right, operator = right, left, MIRRORED[operator]
    if not isinstance(right.expr, parser.NumberLiteral):
        return
    limit = right.expr.val
    is_exact = operator in {"==", "!="} and limit != 0
    if not (is_exact or (0 < limit < math.inf and not limit.is_integer())):
        return
    while isinstance(left.expr, parser.ParenExpr | parser.AggregateExpr):
        if isinstance(left.expr, parser.AggregateExpr) and left.operator not in SAME_UNIT:
            return
        left = left.below[-1]
    if isinstance(left.expr, parser.Call) and left.function == "increase":
        if is_exact:
            message = "`increase` is extrapolated, and hardly ever exactly"
            fix = "compare with >=, <= or a range."
        else:
            message = "`increase` counts events, and is compared with"
            fix = "compare with a whole number: > 0 asks for any event at all."
        yield RULE.at_span(expression, right.span, f"{message} {right.text}.", fix=fix)


def _sum_without_count(expression: Expression, node: Node) -> Iterator[Finding]:
    """Flag a rate of a histogram's sum that an alert compares as it is.

    A share of time, as of garbage collection, is compared with a number under 1.
    """
    if expression.rule is None or not expression.rule.is_alert:
        return
    left, right = node.below
    if not isinstance(right.expr, parser.NumberLiteral) or right.expr.val < 1:
        return
    for selector in left.selectors():
        name = selector.name
        if not name.endswith("_sum") or ":" in name or selector.call not in {"rate", "increase"}:
            continue
        count = name.removesuffix("_sum") + "_count"
        if all(each.name != count for each in expression.selectors):
            yield RULE.at_span(
                expression,
                selector.span,
                f"`{name}` adds up all values, and grows with their number.",
                fix=f"divide by the {selector.call} of {count}.",
            )


RULE = Rule("misused-function", Level.WARNING, check)
