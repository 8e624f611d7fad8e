"""Dashboards → the classic JSON that Grafana 10 to 12 saves, authored through grafanalib.

grafanalib 0.7 writes the schema of Grafana 6 to 8: `intervalFactor`, `"null"` as the base
threshold, gauge options inside fieldConfig, bare datasource names. Here each panel is
brought forward: a key that today's schema lacks is dropped, and options are those that
Grafana itself saves (`toolkit.grafana.write_panel_options`).
Source: kinds/dashboard in https://github.com/grafana/grafana, schema version 41.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grafanalib import core as grafana

from toolkit.dashboards import (
    INSTANT,
    Dashboard,
    Note,
    OtherVariable,
    Panel,
    PanelLink,
    Query,
    Variable,
    View,
)
from toolkit.grafana import (
    panel_layout,
    write_annotation_queries,
    write_field_config,
    write_panel_options,
)
from toolkit.grafana.data_source_choice import DATASOURCE, choice
from toolkit.grafana.panel_layout import PlacedItem, PlacedRow
from toolkit.promql import functions, selectors

SCHEMA_VERSION = 41
# In every panel: without it Grafana runs the migrations made for panels of older releases.
PLUGIN_VERSION = "11.6.0"

# Of what grafanalib writes, the keys that today's schema still has.
_PANEL_KEYS = frozenset(
    {
        "datasource",
        "description",
        "fieldConfig",
        "gridPos",
        "id",
        "links",
        "options",
        "targets",
        "title",
        "transformations",
        "type",
    }
)
_ROW_KEYS = frozenset({"collapsed", "gridPos", "id", "panels", "title", "type"})


def dashboard_json(
    dashboard: Dashboard,
    *,
    note: str,
    links: Mapping[str, tuple[PanelLink, ...]],
    siblings: tuple[Dashboard, ...] = (),
    exemplars: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """The dashboard as Grafana saves it.

    `note` ends its help, `links` are by panel title, `siblings` are linked from its head.
    `exemplars` are the series whose samples name traces, which Grafana shows where they are drawn
    over time.
    """
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
    made = {
        **{key: page[key] for key in keep},
        "annotations": {"list": write_annotation_queries.annotations(dashboard)},
        "fiscalYearStartMonth": 0,
        "graphTooltip": 1,  # one crosshair over all panels
        "id": None,
        "links": [_sibling(other) for other in siblings],
        "panels": _panels(dashboard, _Surroundings(links, exemplars)),
        "schemaVersion": SCHEMA_VERSION,
        "templating": {"list": _variables(dashboard)},
        "time": {"from": dashboard.since, "to": "now"},
        "timepicker": {},
        "version": 1,
        "weekStart": "",
    }
    asked = {**DATASOURCE, "uid": f"${{{dashboard.datasource}}}"}
    return made if asked == DATASOURCE else _replaced(made, DATASOURCE, asked)


def _replaced(part: Any, old: Any, new: Any) -> Any:
    """`part` with every `old` in it replaced."""
    if part == old:
        return new
    if isinstance(part, dict):
        return {key: _replaced(each, old, new) for key, each in part.items()}
    return [_replaced(each, old, new) for each in part] if isinstance(part, list) else part


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What a panel is given besides its definition."""

    links: Mapping[str, tuple[PanelLink, ...]]
    exemplars: frozenset[str]


def _panels(dashboard: Dashboard, around: _Surroundings) -> list[Any]:
    found: list[dict[str, Any]] = []
    for placed in panel_layout.placed_rows(dashboard):
        head = _row(placed)
        found.append(head)
        items = [_item(each, around) | {"gridPos": each.place} for each in placed.items]
        (head["panels"] if placed.row.collapsed else found).extend(items)
    return found


def _row(placed: PlacedRow) -> dict[str, Any]:
    row = placed.row
    old = grafana.RowPanel(title=row.title, id=placed.id, collapsed=row.collapsed).to_json_data()
    return {key: old[key] for key in _ROW_KEYS} | {"gridPos": placed.place, "panels": []}


def _item(placed: PlacedItem, around: _Surroundings) -> dict[str, Any]:
    if isinstance(placed.item, Note):
        return _note(placed.item, placed.id)
    return _panel(placed, placed.item, around)


def _note(note: Note, number: int) -> dict[str, Any]:
    old = grafana.Text(title=note.title, id=number).to_json_data()
    return {
        **{key: old[key] for key in ("gridPos", "id", "title", "type")},
        "fieldConfig": {"defaults": {}, "overrides": []},
        "options": {
            "code": {"language": "plaintext", "showLineNumbers": False, "showMiniMap": False},
            "content": note.text,
            "mode": "markdown",
        },
        "pluginVersion": PLUGIN_VERSION,
    }


_AUTHORED_AS = {
    View.TIME_SERIES: grafana.TimeSeries,
    View.STAT: grafana.Stat,
    View.GAUGE: grafana.GaugePanel,
    View.BAR_GAUGE: grafana.BarGauge,
    View.TABLE: grafana.Table,
    View.PIE: grafana.PieChartv2,
    View.STATE_TIMELINE: grafana.StateTimeline,
    View.HEATMAP: grafana.Heatmap,
    View.HISTOGRAM: grafana.Histogram,
}


def _panel(placed: PlacedItem, panel: Panel, around: _Surroundings) -> dict[str, Any]:
    old = _AUTHORED_AS[panel.view](
        title=panel.title, description=panel.help, id=placed.id
    ).to_json_data()
    # An empty list is left out: Grafana does not save one here.
    links = around.links.get(panel.title, ())
    targets = enumerate(panel.queries)
    lists = {
        "links": [{"title": link.title, "url": link.url, "targetBlank": True} for link in links],
        "transformations": write_panel_options.transformations(panel),
    }
    return {
        **{key: value for key, value in old.items() if key in _PANEL_KEYS - lists.keys()},
        "datasource": DATASOURCE,
        "fieldConfig": write_field_config.field_config(panel),
        "options": write_panel_options.options(panel, columns=placed.place["w"]),
        "pluginVersion": PLUGIN_VERSION,
        "targets": [_target(panel, index, query, around.exemplars) for index, query in targets],
        **{key: value for key, value in lists.items() if value},
    }


# Only here does Grafana show exemplars, as points at their times.
_WITH_TIMES = frozenset({View.TIME_SERIES, View.HEATMAP})


def _target(panel: Panel, index: int, query: Query, exemplars: frozenset[str]) -> dict[str, Any]:
    old = grafana.Target(
        expr=query.expr, legendFormat=query.legend, refId=write_panel_options.ref_id(index)
    ).to_json_data()
    shape = "table" if panel.view is View.TABLE else "heatmap" if query.buckets else "time_series"
    instant = panel.view in INSTANT
    return {
        **{key: old[key] for key in ("expr", "legendFormat", "refId")},
        "datasource": DATASOURCE,
        "editorMode": "code",
        "exemplar": panel.view in _WITH_TIMES and _has_exemplars(query, exemplars),
        "format": shape,
        **({"hide": True} if query.hidden else {}),
        "instant": instant,
        "range": not instant,
    }


def _has_exemplars(query: Query, exemplars: frozenset[str]) -> bool:
    """Whether it reads a series of those, and draws what they observed: not a share of it."""
    amounts = query.buckets or "histogram_quantile" in functions(query.expr)
    return amounts and any(x.name in exemplars for x in selectors(query.expr))


def _sibling(dashboard: Dashboard) -> dict[str, Any]:
    return {
        "asDropdown": False,
        "icon": "dashboard",
        "includeVars": True,
        "keepTime": True,
        "tags": [],
        "targetBlank": False,
        "title": dashboard.title,
        "tooltip": dashboard.help,
        "type": "link",
        "url": f"/d/{dashboard.uid}",
    }


def _variables(dashboard: Dashboard) -> list[dict[str, Any]]:
    own = (
        _other_variable(each) if isinstance(each, OtherVariable) else _variable(each)
        for each in dashboard.variables
    )
    return [choice(dashboard.datasource), *own]


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


def _other_variable(variable: OtherVariable) -> dict[str, Any]:
    # What is 0, false or empty is left out: Grafana does not save it.
    said = {
        "hide": variable.hide,
        "includeAll": variable.include_all,
        "label": variable.title,
        "multi": variable.multi,
    }
    made: dict[str, Any] = {
        **{key: value for key, value in said.items() if value},
        "current": {},
        "name": variable.name,
        "options": [],
        "query": variable.query,
        "type": variable.kind,
    }
    if variable.all_value:
        made["allValue"] = variable.all_value
    if variable.kind == "query":
        made |= {"datasource": DATASOURCE, "definition": variable.query, "refresh": 2, "sort": 1}
        made["regex"] = variable.regex
        made["query"] = {
            "query": variable.query,
            "refId": "PrometheusVariableQueryEditor-VariableQuery",
        }
    return made
