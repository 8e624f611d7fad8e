"""Dashboards → the classic JSON that Grafana 10 to 12 saves, authored through grafanalib.

grafanalib 0.7 writes the schema of Grafana 6 to 8: `intervalFactor`, `"null"` as the base
threshold, gauge options inside fieldConfig, bare datasource names. `_current` brings each
panel forward: a key that today's schema lacks is dropped, and options are those that
Grafana itself saves. Source: the kinds in grafana/grafana/kinds/dashboard and
public/app/plugins/panel/*/panelcfg.cue, schema version 41.
"""

from collections.abc import Mapping
from typing import Any

from grafanalib import core as grafana

from toolkit.dashboards import Dashboard, Panel, PanelLink, Query, Row, Variable, View

SCHEMA_VERSION = 41
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
GOOD, BAD = "green", "red"

_PANEL_KEYS = frozenset(
    {"datasource", "description", "fieldConfig", "gridPos", "id", "links", "options", "targets",
     "title", "transformations", "transparent", "type"}
)  # fmt: skip
_ROW_KEYS = frozenset({"collapsed", "gridPos", "id", "panels", "title", "type"})


def dashboard_json(
    dashboard: Dashboard, *, note: str, links: Mapping[str, tuple[PanelLink, ...]]
) -> dict[str, Any]:
    """The dashboard as Grafana saves it. `links` are by panel title; `note` ends its help."""
    page = grafana.Dashboard(
        title=dashboard.title,
        description=f"{dashboard.help}\n\n{note}",
        uid=dashboard.uid,
        tags=list(dashboard.tags),
        refresh=dashboard.refresh,
        time=grafana.Time(dashboard.since, "now"),
        timezone="browser",
        editable=False,
        panels=[],
    ).to_json_data()
    keep = ("title", "description", "uid", "tags", "refresh", "time", "timezone", "editable")
    return {
        **{key: page[key] for key in keep},
        "annotations": {"list": _annotations()},
        "fiscalYearStartMonth": 0,
        "graphTooltip": 1,  # one crosshair over all panels
        "id": None,
        "links": [],
        "panels": list(_panels(dashboard, links)),
        "schemaVersion": SCHEMA_VERSION,
        "templating": {"list": [_datasource(), *map(_variable, dashboard.variables)]},
        "time": {"from": dashboard.since, "to": "now"},
        "timepicker": {},
        "version": 1,
        "weekStart": "",
    }


def _panels(dashboard: Dashboard, links: Mapping[str, tuple[PanelLink, ...]]) -> list[Any]:
    found: list[dict[str, Any]] = []
    top = 0
    for row in dashboard.rows:
        found.append(_row(row, len(found) + 1, top))
        top += 1
        for line in row.lines():
            left = 0
            for panel, width in line:
                position = {"h": panel.height, "w": width, "x": left, "y": top}
                number = len(found) + 1
                found.append(_panel(panel, number, position, links.get(panel.title, ())))
                left += width
            top += line[0][0].height
    return found


def _row(row: Row, number: int, top: int) -> dict[str, Any]:
    old = grafana.RowPanel(
        title=row.title, id=number, gridPos=grafana.GridPos(h=1, w=24, x=0, y=top)
    ).to_json_data()
    position = {"h": 1, "w": 24, "x": 0, "y": top}
    return {key: old[key] for key in _ROW_KEYS} | {"gridPos": position}


def _panel(
    panel: Panel, number: int, position: Mapping[str, int], links: tuple[PanelLink, ...]
) -> dict[str, Any]:
    kinds = {
        View.TIME_SERIES: grafana.TimeSeries,
        View.STAT: grafana.Stat,
        View.GAUGE: grafana.GaugePanel,
    }
    old = kinds[panel.view](
        title=panel.title, description=panel.help, dataSource="${datasource}", id=number
    ).to_json_data()
    defaults: dict[str, Any] = {
        "color": {"mode": "palette-classic" if panel.view is View.TIME_SERIES else "thresholds"},
        "mappings": [],
        "noValue": panel.empty,
        "thresholds": {"mode": "absolute", "steps": _thresholds(panel)},
        "unit": panel.unit.value,
    }
    limits = {"min": panel.minimum, "max": panel.maximum, "decimals": panel.decimals}
    defaults |= {key: value for key, value in limits.items() if value is not None}
    if panel.view is View.TIME_SERIES:
        defaults["custom"] = _line_style(panel)
    return {
        **{key: value for key, value in old.items() if key in _PANEL_KEYS},
        "datasource": DATASOURCE,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "gridPos": dict(position),
        "links": [{"title": link.title, "url": link.url, "targetBlank": True} for link in links],
        "options": _options(panel),
        "targets": [_target(query, index) for index, query in enumerate(panel.queries)],
    }


def _target(query: Query, index: int) -> dict[str, Any]:
    old = grafana.Target(
        expr=query.expr, legendFormat=query.legend, refId=chr(ord("A") + index)
    ).to_json_data()
    keep = ("expr", "legendFormat", "refId")
    return {
        **{key: old[key] for key in keep},
        "datasource": DATASOURCE,
        "editorMode": "code",
        "range": True,
    }


def _thresholds(panel: Panel) -> list[dict[str, Any]]:
    below, above = (BAD, GOOD) if panel.bad_below else (GOOD, BAD)
    if panel.line_at is None:
        return [{"color": GOOD, "value": None}]
    return [{"color": below, "value": None}, {"color": above, "value": panel.line_at}]


def _line_style(panel: Panel) -> dict[str, Any]:
    return {
        "axisBorderShow": False,
        "axisCenteredZero": False,
        "axisColorMode": "text",
        "axisLabel": "",
        "axisPlacement": "auto",
        "barAlignment": 0,
        "barWidthFactor": 0.6,
        "drawStyle": "line",
        "fillOpacity": 10,
        "gradientMode": "none",
        "hideFrom": {"legend": False, "tooltip": False, "viz": False},
        "insertNulls": False,
        "lineInterpolation": "linear",
        "lineWidth": 1,
        "pointSize": 5,
        "scaleDistribution": {"type": "linear"},
        "showPoints": "never",
        "spanNulls": False,
        "stacking": {"group": "A", "mode": "none"},
        "thresholdsStyle": {"mode": "off" if panel.line_at is None else "line"},
    }


def _options(panel: Panel) -> dict[str, Any]:
    reduce = {"calcs": ["lastNotNull"], "fields": "", "values": False}
    match panel.view:
        case View.TIME_SERIES:
            return {
                "legend": {
                    "calcs": ["mean", "max"],
                    "displayMode": "table",
                    "placement": "bottom",
                    "showLegend": True,
                },
                "tooltip": {"hideZeros": False, "mode": "multi", "sort": "desc"},
            }
        case View.STAT:
            return {
                "colorMode": "value",
                "graphMode": "area",
                "justifyMode": "auto",
                "orientation": "auto",
                "percentChangeColorMode": "standard",
                "reduceOptions": reduce,
                "showPercentChange": False,
                "textMode": "auto",
                "wideLayout": True,
            }
        case View.GAUGE:
            return {
                "minVizHeight": 75,
                "minVizWidth": 75,
                "orientation": "auto",
                "reduceOptions": reduce,
                "showThresholdLabels": False,
                "showThresholdMarkers": True,
                "sizing": "auto",
            }


def _datasource() -> dict[str, Any]:
    return {
        "current": {},
        "hide": 0,
        "includeAll": False,
        "label": "Data source",
        "multi": False,
        "name": "datasource",
        "options": [],
        "query": "prometheus",
        "refresh": 1,
        "regex": "",
        "type": "datasource",
    }


def _variable(variable: Variable) -> dict[str, Any]:
    old = grafana.Template(
        name=variable.name, query=variable.query, label=variable.title, multi=True
    ).to_json_data()
    return {
        **{key: old[key] for key in ("name", "label", "multi", "type")},
        "allValue": ".*",  # a series that lacks the label stays in the picture
        "current": {"text": ["All"], "value": ["$__all"]},
        "datasource": DATASOURCE,
        "definition": variable.query,
        "hide": 0,
        "includeAll": True,
        "options": [],
        "query": {
            "qryType": 1,
            "query": variable.query,
            "refId": "PrometheusVariableQueryEditor-VariableQuery",
        },
        "refresh": 2,  # when the time range changes
        "regex": "",
        "sort": 1,
    }


def _annotations() -> list[dict[str, Any]]:
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
            "expr": 'ALERTS{alertstate="firing"}',
            "iconColor": BAD,
            "name": "Alerts",
            "step": "30s",
            "tagKeys": "severity,component",
            "titleFormat": "{{alertname}}",
        },
    ]
