"""A query is not PromQL, or one of Loki not LogQL.

Why: the panel shows an error instead of data, and only to the one who opens it.

    sum by (job (rate(http_requests_total[5m]))       # bad
    sum by (job) (rate(http_requests_total[5m]))      # good

Exempt: queries of other data sources. Variables are read as whatever may stand there.

Source: https://prometheus.io/docs/prometheus/latest/querying/basics/ and
https://grafana.com/docs/loki/latest/query/
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.findings import Finding, Level
from toolkit.grafana.promql_variables import readings
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import PromQLError, parse

if TYPE_CHECKING:
    from toolkit.grafana.dashboard_files.dashboard_positions import WrittenQuery


def check(project: Project) -> Iterator[Finding]:
    """Flag every query that the parser refuses in each reading of its variables."""
    for dashboard in project.dashboard_files.dashboards:
        for query in dashboard.queries():
            if problem := _problem(query):
                yield RULE.at(
                    query.location,
                    query.subject,
                    problem,
                    fix="correct it; Grafana's Explore shows it as you type.",
                    excerpt=query.expr,
                )


def _problem(query: "WrittenQuery") -> str:
    from toolkit.grafana import logql
    from toolkit.grafana.dashboard_files.dashboard_positions import LOKI
    from toolkit.grafana.logql_tokens import LogQLError

    if query.is_promql and not query.readable:
        return f"not PromQL: {_words(query.expr)}"
    if query.kind == LOKI and query.expr:
        try:
            logql.check(query.expr)
        except LogQLError as error:
            return f"not LogQL: {error}"
    return ""


def _words(expr: str) -> str:
    try:
        parse(next(readings(expr)))
    except PromQLError as error:
        return str(error)
    return ""


RULE = Rule("unparsable-query", Level.ERROR, check)
