"""What is drawn over a dashboard's panels: alerts that fire, and deployments."""

import math
from itertools import pairwise
from typing import Any

from toolkit.dashboards import DEPLOYED, Dashboard
from toolkit.durations import seconds
from toolkit.grafana.data_source_choice import DATASOURCE
from toolkit.grafana.write_field_config import BAD

MOST_SAMPLES = 1500
"""Grafana asks an annotation's query for at most that many samples of the range shown."""

_DAY_SECONDS = 86_400
# The steps to which Grafana rounds, from its gtime.RoundInterval.
_STEPS_SECONDS = (60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400)


def least_step_seconds(range_seconds: float) -> float:
    """The step that a range so long needs: with a smaller one Grafana asks more rarely than that.

    Samples further apart than an annotation's step are not joined, and what was one region is
    drawn as a fence of lines.
    """
    return range_seconds / MOST_SAMPLES


def step_seconds(dashboard: Dashboard) -> int:
    """A step that holds for the dashboard's own range, and for a day."""
    least = least_step_seconds(max(_DAY_SECONDS, seconds(dashboard.since.removeprefix("now-"))))
    for low, high in pairwise((0, *_STEPS_SECONDS)):
        if low < least <= high:
            return high
    return math.ceil(least / _DAY_SECONDS) * _DAY_SECONDS


def annotations(dashboard: Dashboard) -> list[dict[str, Any]]:
    """The annotations of every dashboard, as Grafana saves them."""
    return [
        {
            "builtIn": 1,
            "datasource": {"type": "grafana", "uid": "-- Grafana --"},
            "enable": True,
            "hide": True,
            "iconColor": "rgba(0, 211, 255, 1)",
            "name": "Annotations & Alerts",
            "type": "dashboard",
        },
        {
            "datasource": DATASOURCE,
            "enable": True,
            # One region for each alert, not for each of its series: many at 10% opacity are a
            # wall. `max_over_time` sees an alert that fired between two samples.
            "expr": "max by (alertname, severity, component) (max_over_time("
            'ALERTS{alertstate="firing",severity!="info"}[$__interval]))',
            "hide": False,
            "iconColor": BAD,
            "name": "Alerts firing",
            "step": f"{step_seconds(dashboard) // 60}m",
            "tagKeys": "severity,component",
            "titleFormat": "{{alertname}}",
        },
        {
            "datasource": {"type": "grafana", "uid": "-- Grafana --"},
            "enable": True,
            "hide": False,
            "iconColor": "blue",
            "name": "Deployments",
            "target": {"limit": 100, "matchAny": False, "tags": [DEPLOYED], "type": "tags"},
        },
    ]
