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
from toolkit.prometheus.releases import SINCE, Release

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
