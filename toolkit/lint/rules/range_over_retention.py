"""An expression looks back further than Prometheus keeps its samples.

Why: Prometheus reports no error. The window is shorter than it says: an error budget of
30 days is judged by the last 15, and a comparison with last month finds nothing.

    avg_over_time(x[30d])     # bad where storage.tsdb.retention.time is 15d
    avg_over_time(x[7d])      # good

Checks ranges, offsets and subqueries, added up, against the retention that prometheus.yml sets, as
Prometheus 3 reads it.

Exempt: everything where prometheus.yml does not set it. The retention is then an option of the
command line, which is not known here.

Source: https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects
"""

from collections.abc import Iterator
from datetime import timedelta

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.promql_syntax_tree import Node


def check(project: Project) -> Iterator[Finding]:
    """Flag every selector that reaches further back than the retention."""
    kept = project.server.retention_seconds
    for expression in project.expressions() if kept is not None else ():
        for node, seen in _reaches(expression.root, 0.0):
            if seen > (kept or 0):
                yield RULE.at_span(
                    expression,
                    node.span,
                    f"it looks back {seen / 86400:g} days, and {(kept or 0) / 86400:g} are kept.",
                    fix="keep more, or look back less.",
                )


def _reaches(node: Node, added: float) -> Iterator[tuple[Node, float]]:
    """Every selector, with how many seconds it looks back at most."""
    match node.expr:
        case parser.VectorSelector() as selector:
            yield node, added + _seconds(selector.offset)
        case parser.MatrixSelector() as matrix:
            back = _seconds(matrix.range) + _seconds(matrix.vector_selector.offset)
            yield node, added + back
        case parser.SubqueryExpr() as subquery:
            back = _seconds(subquery.range) + _seconds(subquery.offset)
            yield from _reaches(node.below[0], added + back)
        case _:
            for below in node.below:
                yield from _reaches(below, added)


def _seconds(offset: timedelta | None) -> float:
    return offset.total_seconds() if offset is not None else 0.0


RULE = Rule("range-over-retention", Level.WARNING, check)
