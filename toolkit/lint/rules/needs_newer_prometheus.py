"""An expression calls what the Prometheus that loads it does not know, or only behind a flag.

Why: an older Prometheus refuses the whole file for one function. An experimental function needs
`--enable-feature=promql-experimental-functions`, without which it is refused too.

    histogram_avg(rate(x[5m]))      # bad with --prometheus-version 2.42
    mad_over_time(x[5m])            # bad: experimental
    histogram_quantile(0.9, …)      # good

Checks releases where `--prometheus-version` says which one loads the files.

Exempt: everything that every release since 2.26 knows.

Source: https://prometheus.io/docs/prometheus/latest/querying/functions/
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.promql_syntax import Node, tree

Release = tuple[int, int]

SINCE: dict[str, Release] = {
    "present_over_time": (2, 29),
    "acos": (2, 31), "acosh": (2, 31), "asin": (2, 31), "asinh": (2, 31), "atan": (2, 31),
    "atanh": (2, 31), "cos": (2, 31), "cosh": (2, 31), "sin": (2, 31), "sinh": (2, 31),
    "tan": (2, 31), "tanh": (2, 31), "deg": (2, 31), "rad": (2, 31), "pi": (2, 31),
    "day_of_year": (2, 33),
    "histogram_count": (2, 40), "histogram_sum": (2, 40), "histogram_fraction": (2, 40),
    "histogram_stddev": (2, 44), "histogram_stdvar": (2, 44),
    "mad_over_time": (2, 46),
    "sort_by_label": (2, 49), "sort_by_label_desc": (2, 49),
    "histogram_avg": (2, 51),
    "limitk": (2, 54), "limit_ratio": (2, 54),
    "info": (3, 0), "double_exponential_smoothing": (3, 0),
    "ts_of_max_over_time": (3, 5), "ts_of_min_over_time": (3, 5), "ts_of_last_over_time": (3, 5),
    "first_over_time": (3, 7), "ts_of_first_over_time": (3, 7),
}  # fmt: skip
"""The first release that knows a function or an aggregation; the others are older.

Source: https://github.com/prometheus/prometheus/blob/main/CHANGELOG.md
"""

UNTIL: dict[str, Release] = {"holt_winters": (3, 0)}
"""The release that dropped a function, or renamed it."""

EXPERIMENTAL = frozenset(
    {
        "mad_over_time", "sort_by_label", "sort_by_label_desc", "limitk", "limit_ratio", "info",
        "double_exponential_smoothing", "ts_of_max_over_time", "ts_of_min_over_time",
        "ts_of_last_over_time", "first_over_time", "ts_of_first_over_time",
    }
)  # fmt: skip


def check(project: Project) -> Iterator[Finding]:
    """Flag every function that needs another Prometheus, or a flag of it."""
    release = project.server.release
    for expression in project.expressions():
        for node in tree(expression.text).walk():
            name = _called(node)
            since, until = SINCE.get(name), UNTIL.get(name)
            span = (node.span[0], node.span[0] + len(name))
            if release and since and release < since:
                yield RULE.at_span(
                    expression,
                    span,
                    f"`{name}` needs Prometheus {_text(since)}, and {_text(release)} loads it.",
                    fix="update Prometheus, or write it with older functions.",
                )
            elif release and until and release >= until:
                yield RULE.at_span(
                    expression,
                    span,
                    f"`{name}` is not there since Prometheus {_text(until)}.",
                    fix="write double_exponential_smoothing.",
                    replacement=(span, "double_exponential_smoothing"),
                )
            elif name in EXPERIMENTAL:
                yield RULE.at_span(
                    expression,
                    span,
                    f"`{name}` is experimental: Prometheus refuses it without "
                    "--enable-feature=promql-experimental-functions.",
                    fix="set the flag and allow this, or write it with other functions.",
                )


def _called(node: Node) -> str:
    match node.expr:
        case parser.Call() as call:
            return str(call.func.name)
        case parser.AggregateExpr() as aggregated:
            return str(aggregated.op)
        case _:
            return ""


def _text(release: Release) -> str:
    return f"{release[0]}.{release[1]}"


RULE = Rule("needs-newer-prometheus", Level.WARNING, check)
