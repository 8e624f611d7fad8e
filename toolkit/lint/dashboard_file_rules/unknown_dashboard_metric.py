"""A query asks for a metric, or a label of it, that nobody exports.

Why: the panel is empty for ever, and looks like quiet.

    sum(rate(http_request_total[5m]))        # bad, where it is http_requests_total
    sum(rate(http_requests_total[5m]))       # good

Exempt: everything, without a project's catalogue or a server (`--prometheus URL`) to judge by;
metrics of systems of which the catalogue declares none; names made of variables.

Source: https://prometheus.io/docs/concepts/data_model/
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import Selector, selectors
from toolkit.unknown_name_did_you_mean import guess


def check(project: Project) -> Iterator[Finding]:
    """Flag every metric and every matched label that is not known."""
    known = project.dashboard_files.known
    if known is None:
        return
    for dashboard in project.dashboard_files.dashboards:
        for query in dashboard.queries():
            if not query.is_promql or not query.readable:
                continue
            for each in selectors(query.readable):
                if not each.name or "$" in query.expr[slice(*each.span)].partition("{")[0]:
                    continue
                labels = known.labels(each.name)
                message = (
                    f"`{each.name}` is not exported{guess(each.name, known.names()) or '.'}"
                    if labels is None
                    else _unknown_label(each, labels)
                )
                if message:
                    yield RULE.at(
                        query.location,
                        query.subject,
                        message,
                        fix="correct the name, or leave the query out.",
                        excerpt=query.expr,
                        span=each.span,
                    )


def _unknown_label(selector: Selector, labels: frozenset[str]) -> str:
    for match in selector.matches if labels else ():
        if match.label not in labels and match.text not in {"", ".*"}:
            near = guess(match.label, labels)
            return f"`{selector.name}` has no label `{match.label}`{near or '.'}"
    return ""


RULE = Rule("unknown-dashboard-metric", Level.ERROR, check)
