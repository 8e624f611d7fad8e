"""A division that may be by zero stands inside an aggregation.

Why: 0 / 0 is not a number, and x / 0 is infinite. One such series makes the sum, the average or
the maximum of all of them NaN or infinite. No comparison with NaN is true: the alert is silent.

    sum(errors / requests) > 1                        # bad: one idle instance spoils the sum
    sum(errors / (requests > 0)) > 1                  # good
    sum(errors) / sum(requests) > 0.1                 # good: nothing is added up afterwards

Exempt: divisions by a number that is not 0; by something that is compared with `>`; below `count`,
`group`, `topk` and `bottomk`, which add nothing up.

Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#arithmetic-binary-operators
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.promql_syntax import Node, tree

ADDS_UP = frozenset({"sum", "avg", "max", "min", "stddev", "stdvar", "quantile"})
DIVIDES = frozenset({"/", "%"})
FILTERS = frozenset({">", ">=", "<", "<=", "!=", "=="})


def check(project: Project) -> Iterator[Finding]:
    """Flag every divisor below an aggregation that may be zero."""
    for expression in project.expressions():
        for node in tree(expression.text).walk():
            if not isinstance(node.expr, parser.AggregateExpr) or str(node.expr.op) not in ADDS_UP:
                continue
            for division in _divisions(node.below[-1]):
                divisor = division.below[1]
                yield RULE.at_span(
                    expression,
                    divisor.span,
                    f"`{divisor.text}` may be 0, and one result that is not a number spoils the "
                    f"whole `{node.expr.op}`.",
                    fix=f"divide by ({divisor.text} > 0), or aggregate before you divide.",
                )


def _divisions(node: Node) -> Iterator[Node]:
    """The divisions whose results reach an aggregation as they are."""
    match node.expr:
        case parser.BinaryExpr() as expr:
            if str(expr.op) in FILTERS and not (expr.modifier and expr.modifier.return_bool):
                return  # a comparison drops what is not a number
            if str(expr.op) in DIVIDES and _may_be_zero(node.below[1]):
                yield node
            for side in node.below:
                yield from _divisions(side)
        case parser.ParenExpr() | parser.UnaryExpr():
            yield from _divisions(node.below[0])


def _may_be_zero(node: Node) -> bool:
    match node.expr:
        case parser.NumberLiteral(val=value):
            return bool(value == 0)
        case parser.ParenExpr() | parser.UnaryExpr():
            return _may_be_zero(node.below[0])
        case parser.BinaryExpr() as expr:
            if str(expr.op) in FILTERS:
                return bool(expr.modifier and expr.modifier.return_bool)
            return any(map(_may_be_zero, node.below))
        case parser.Call() as call:
            return call.func.name not in {"time", "pi", "clamp_min", "exp", "timestamp"}
        case _:
            return True


RULE = Rule("not-a-number", Level.WARNING, check)
