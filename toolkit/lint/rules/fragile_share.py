"""An alert without a hold compares sums over different scrape targets with each other.

Why: after its start, and when targets are replaced, Prometheus has scraped some of one job and none
of the other yet. For that moment the quotient or the difference of the two sums is far off, and the
alert fires for nothing that anybody can find afterwards.

    sum(errors{job="a"}) / sum(requests{job="b"}) > 0.1        # bad without `for`
    sum(errors{job="a"}) / sum(requests{job="b"}) > 0.1        # good with `for: 2m`
    sum(errors{job="a"}) / sum(requests{job="a"}) > 0.1        # good: one target has both

Exempt: sides whose jobs are not said, or the same.

Source: https://cloudflare.github.io/pint/checks/promql/fragile.html
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.durations import seconds
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.promql_syntax_tree import Node

ARITHMETIC = frozenset({"+", "-", "*", "/", "%"})
FOLDING = frozenset({"sum", "avg", "count", "min", "max", "quantile", "stddev"})


def check(project: Project) -> Iterator[Finding]:
    """Flag arithmetic between aggregations of other jobs, where nothing holds the alert."""
    for expression in project.expressions():
        rule = expression.rule
        if rule is None or not rule.is_alert:
            continue
        if rule.hold and rule.hold != "0" and seconds(rule.hold) > 0:
            continue
        for node in expression.root.all_of(parser.BinaryExpr):
            if node.operator not in ARITHMETIC:
                continue
            left, right = (_jobs(side) for side in node.below)
            if left and right and not left & right:
                yield RULE.at_span(
                    expression,
                    node.span,
                    f"it compares {_text(left)} with {_text(right)}, which are not scraped at the "
                    "same time.",
                    fix="hold it for two scrapes or longer: for: 2m.",
                )


def _jobs(node: Node) -> frozenset[str]:
    """The jobs that an aggregation is about; empty where it does not say, or is none."""
    if not any(
        isinstance(x.expr, parser.AggregateExpr) and x.operator in FOLDING for x in node.walk()
    ):
        return frozenset()
    found: set[str] = set()
    for selector in node.selectors():
        asked = [x for x in selector.matches if x.label == "job" and x.operator in {"=", "=~"}]
        if not any(match.values for match in asked):
            return frozenset()
        found.update(value for match in asked for value in match.values)
    return frozenset(found)


def _text(jobs: frozenset[str]) -> str:
    return f"job{'s' * (len(jobs) > 1)} {', '.join(sorted(jobs))}"


RULE = Rule("fragile-share", Level.WARNING, check)
