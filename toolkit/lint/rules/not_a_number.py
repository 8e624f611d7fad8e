"""A division that may be by zero stands inside an aggregation.

Why: 0 / 0 is not a number, and x / 0 is infinite. One such series makes the sum or the average of
all of them NaN or infinite. No comparison with NaN is true: the alert is silent.

    sum(errors / requests) > 1                        # bad: one idle instance spoils the sum
    sum(errors / (requests > 0)) > 1                  # good
    sum(errors) / sum(requests) > 0.1                 # good: nothing is added up afterwards

Exempt: divisors that cannot be 0, such as `x > 0`, `x != 0`, `clamp_min(x, 1)` and `count(x)`;
below aggregations that add nothing up, such as `max`, `count` and `topk`.

Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#arithmetic-binary-operators
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.promql_syntax_tree import Node
from toolkit.prometheus.value_flow.ranges import COMPARISONS
from toolkit.prometheus.value_flow.values import ValueFlow

ADDS_UP = frozenset({"sum", "avg", "stddev", "stdvar"})
DIVIDES = frozenset({"/", "%"})
KEEP = frozenset(
    {
        "abs", "ceil", "floor", "round", "clamp", "clamp_max", "clamp_min", "sqrt",
        "label_replace", "label_join", "avg_over_time", "sum_over_time", "last_over_time",
        "max_over_time", "min_over_time", "quantile_over_time", "sort", "sort_desc",
    }
)  # fmt: skip
"""Functions that hand on what is not a number."""


def check(project: Project) -> Iterator[Finding]:
    """Flag every divisor below an aggregation that may be zero."""
    for expression in project.expressions():
        for node in expression.root.all_of(parser.AggregateExpr):
            if node.operator not in ADDS_UP:
                continue
            for division in _divisions(node.below[-1], project.value_flow):
                divisor = division.below[1]
                yield RULE.at_span(
                    expression,
                    divisor.span,
                    f"`{divisor.text}` may be 0, and one result that is not a number spoils the "
                    f"whole `{node.operator}`.",
                    fix=f"divide by ({divisor.text} > 0), or aggregate before you divide.",
                )


def _divisions(node: Node, flow: ValueFlow) -> Iterator[Node]:
    """The divisions whose results reach an aggregation as they are."""
    match node.expr:
        case parser.BinaryExpr() as expr:
            if node.operator in COMPARISONS and not (expr.modifier and expr.modifier.return_bool):
                return  # a comparison drops what is not a number
            if node.operator in DIVIDES and flow.of(node.below[1]).may_be_zero:
                yield node
            below = node.below[:1] if node.operator in {"and", "unless"} else node.below
            for side in below:
                yield from _divisions(side, flow)
        case parser.ParenExpr() | parser.UnaryExpr() | parser.SubqueryExpr():
            yield from _divisions(node.below[0], flow)
        case parser.Call() if node.function in KEEP:
            for argument in node.below:
                yield from _divisions(argument, flow)


RULE = Rule("not-a-number", Level.WARNING, check)
