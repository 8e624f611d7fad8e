"""A count over a window is held for as long as the window, or longer.

Why: the window already waits. One burst is out of the window before the hold is over, so that
only a lasting condition can fire, and it fires late: window and hold add up.

    increase(errors_total[10m]) > 5      # bad with `for: 10m`: a burst of fifty never fires
    increase(errors_total[10m]) > 5      # good without `for`, or with a `for` of 1m

Checks `increase`, `changes`, `resets`, `count_over_time` and `sum_over_time` where they are
compared with `>` or `>=`.

Exempt: shares of two counts, which do not fade.

Source: https://sre.google/workbook/alerting-on-slos/ (the duration of an alert's condition)
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.durations import duration, seconds
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import children

COUNTS = frozenset({"increase", "changes", "resets", "count_over_time", "sum_over_time"})


def check(project: Project) -> Iterator[Finding]:
    """Flag alerts whose hold outlasts what they count over."""
    for rule in project.rules:
        if not rule.is_alert or not rule.hold or rule.hold == "0":
            continue
        windows = list(_windows(rule.root.expr))
        if windows and seconds(rule.hold) >= max(windows):
            yield RULE.at_field(
                rule,
                "for",
                f"it counts over {duration(max(windows))} and is held for {rule.hold}: a burst has "
                "left the window before the hold is over.",
                fix="drop the hold, or hold it for less than the window.",
            )


def _windows(node: parser.Expr) -> Iterator[float]:
    if isinstance(node, parser.BinaryExpr):
        if str(node.op) in {">", ">="}:
            yield from _counted(node.lhs)
        elif str(node.op) in {"and", "or", "unless"}:
            yield from _windows(node.lhs)
            yield from _windows(node.rhs)
    elif isinstance(node, parser.ParenExpr):
        yield from _windows(node.expr)


def _counted(node: parser.Expr) -> Iterator[float]:
    if isinstance(node, parser.Call) and node.func.name in COUNTS:
        argument = node.args[0]
        if isinstance(argument, parser.MatrixSelector):
            yield argument.range.total_seconds()
        return
    if isinstance(node, parser.AggregateExpr | parser.ParenExpr):
        for child in children(node):
            yield from _counted(child)


RULE = Rule("smoothed-and-held", Level.WARNING, check)
