"""An expression names a series that is not declared, recorded or scraped.

Why: Prometheus accepts it and returns nothing, for ever. The panel says "No data", and the
alert stays inactive, which is exactly what a healthy alert looks like.

    rate(execution_webhook_request_total[5m])      # bad: request, without s
    rate(execution_webhook_requests_total[5m])     # good

Exempt: what Prometheus writes itself (`up`, `scrape_…`, `ALERTS`); recording rules; the
servers' own metrics (`prometheus_…`, `alertmanager_…`); in plain rule files, names that do not
begin like a declared metric.

Source: https://prometheus.io/docs/practices/naming/
"""

import difflib
from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import selectors
from toolkit.series_labels import SCRAPE_SERIES

WRITTEN_BY_SERVERS = ("ALERTS", "ALERTS_FOR_STATE", "prometheus_", "alertmanager_")


def check(project: Project) -> Iterator[Finding]:
    """Flag every selector whose series is not known."""
    known = {*project.series, *project.recorded.names, *SCRAPE_SERIES}
    # Where the rules may be about any system, only names like the declared ones are judged.
    like_ours = {name.partition("_")[0] + "_" for name in project.series}
    judged = ("",) if project.server.jobs else tuple(like_ours)
    for expression in project.expressions():
        for selector in selectors(expression.text):
            name = selector.name
            if not name or name in known or name.startswith(WRITTEN_BY_SERVERS):
                continue
            if not name.startswith(judged):
                continue
            near = difflib.get_close_matches(name, known, n=1)
            guess = f"did you mean `{near[0]}`?" if near else "no declared name is like it."
            yield RULE.at_span(
                expression,
                selector.span,
                f"`{name}` is not declared; {guess}",
                fix="correct the name, or declare the metric in the catalogue.",
            )


RULE = Rule("unknown-metric", Level.ERROR, check)
