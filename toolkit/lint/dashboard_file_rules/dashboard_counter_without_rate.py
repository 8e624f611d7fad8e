"""A panel draws the raw value of a counter.

Why: a counter only grows until its process restarts: the line says how long it has been up.

    sum(http_requests_total)                              # bad
    sum(rate(http_requests_total[$__rate_interval]))      # good

Exempt: functions that do not read the value (`absent`, `count`, `timestamp` …); tables, which may
list totals.

Source: https://prometheus.io/docs/concepts/metric_types/#counter
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.counter_functions import READS_CHANGE, READS_PRESENCE
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import selectors

_ENDINGS = ("_total", "_bucket")  # a gauge may end with _count, and some do


def check(project: Project) -> Iterator[Finding]:
    """Flag every selector of a counter that nothing takes the change of."""
    for dashboard in project.dashboard_files.dashboards:
        for panel in dashboard.panels:
            for query in panel.queries if panel.kind != "table" else ():
                if not query.is_promql or not query.readable:
                    continue
                for each in selectors(query.readable):
                    if not each.name.endswith(_ENDINGS) or "$" in query.expr[slice(*each.span)][:1]:
                        continue
                    if each.call in READS_CHANGE | READS_PRESENCE:
                        continue
                    yield RULE.at(
                        query.location,
                        query.subject,
                        f"`{each.name}` is a counter by its name; its raw value only grows.",
                        fix=f"write rate({each.name}[$__rate_interval]).",
                        excerpt=query.expr,
                        span=each.span,
                    )


RULE = Rule("dashboard-counter-without-rate", Level.WARNING, check)
