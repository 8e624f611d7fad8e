"""A rate looks back a fixed time or one step, where `$__rate_interval` follows the zoom.

Why: zoomed out, points are further apart than five minutes and the rate skips what lies between:
spikes are lost. With a slower scrape the fixed window holds one sample, and the panel is empty;
so it is with `$__interval` zoomed in, which is one step and may be one scrape.

    rate(http_requests_total[5m])                      # bad
    rate(http_requests_total[$__interval])             # bad
    rate(http_requests_total[$__rate_interval])        # good

Exempt: windows by variable, such as `$__range`; functions over gauges; queries of one moment.

Source: https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
"""

import re
from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

_RATE = r"\b(?:rate|irate|increase)\s*\([^\[\]]*"
_FIXED = re.compile(_RATE + r"(\[\s*\d+(?:ms|[smhdwy])[\w\s]*\])")
_STEP = re.compile(_RATE + r"(\[\s*(?:\$__interval|\$\{__interval\})\s*\])")
_PROBLEMS = (
    (_FIXED, "does not follow the zoom"),
    (_STEP, "may hold one sample, of which no rate can be made"),
)


def check(project: Project) -> Iterator[Finding]:
    """Flag every rate, irate and increase of a range query with such a window."""
    for dashboard in project.dashboard_files.dashboards:
        for query in dashboard.queries():
            if not query.is_promql or (query.model.get("instant") and not query.model.get("range")):
                continue
            for pattern, problem in _PROBLEMS:
                for found in pattern.finditer(query.expr):
                    yield RULE.at(
                        query.location,
                        query.subject,
                        f"the window {found[1]} {problem}.",
                        fix="write [$__rate_interval].",
                        excerpt=query.expr,
                        span=found.span(1),
                    )


RULE = Rule("fixed-rate-window", Level.WARNING, check)
