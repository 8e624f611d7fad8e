"""An annotation's step is shorter than Grafana asks over the dashboard's range.

Why: samples are joined to one region only up to that distance. Asked for more rarely, an alert that
fired for hours becomes a fence of dashed lines.

    "step": "30s" with "from": "now-24h"       # bad: it asks once a minute
    "step": "1m"                               # good

Exempt: annotations without a step, for which Grafana takes a minute, on ranges up to a day.

Source: https://github.com/grafana/grafana (packages/grafana-prometheus/src/annotations.ts)
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.durations import seconds
from toolkit.errors import ConfigurationError
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

if TYPE_CHECKING:
    from toolkit.grafana.dashboard_files.dashboard_positions import WrittenDashboard

_DEFAULT_STEP = "60s"


def check(project: Project) -> Iterator[Finding]:
    """Flag every annotation of Prometheus with such a step."""
    if not project.dashboard_files:
        return
    from toolkit.grafana.write_annotation_queries import least_step_seconds

    for dashboard in project.dashboard_files.dashboards:
        needed = least_step_seconds(_range_seconds(dashboard))
        for each in dashboard.annotations:
            if not (each.get("expr") or (each.get("target") or {}).get("expr")):
                continue
            try:
                step = seconds(str(each.get("step") or _DEFAULT_STEP))
            except ConfigurationError:
                continue  # a variable
            if step < needed:
                yield RULE.at(
                    dashboard.place(each),
                    f"{dashboard.subject}: {each.get('name')}",
                    f"its step of {step:g} s does not join samples {needed:.0f} s apart.",
                    fix=f"say a step of at least {needed:.0f}s.",
                )


def _range_seconds(dashboard: "WrittenDashboard") -> float:
    since = str((dashboard.model.get("time") or {}).get("from") or "")
    found = re.fullmatch(r"now-(\d+[smhdw])(?:/\w)?", since)
    return seconds(found[1]) if found else 0.0


RULE = Rule("annotation-step-too-short", Level.WARNING, check)
