"""A dashboard's rows → the layout of V2: rows or tabs, grids, and what is shown when.

Grafana shows a row or a tab by the value of a variable; only panels of an automatic grid by their
data. So a row's `shown_if` becomes a hidden variable that has a value while the query has series.
Source: the published types of @grafana/schema 13.2 (schema/dashboard/v2), Apache-2.0, and
public/app/features/dashboard-scene/conditional-rendering in grafana/grafana.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from toolkit.dashboard_rows import AutoGrid
from toolkit.dashboards import Row

Json = dict[str, Any]

_QUERY_RESULT = 3  # PromVariableQueryType of packages/grafana-prometheus/src/types.ts


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row of the classic model with its panels, and the definition's, where there is one."""

    head: Mapping[str, Any]
    panels: Sequence[Mapping[str, Any]]
    row: Row | None

    @property
    def shown_if(self) -> str:
        """PromQL that has series while the row is shown; empty: always."""
        return self.row.shown_if if self.row else ""

    @property
    def tab(self) -> str:
        """The tab in which it stands; empty: none."""
        return self.row.tab if self.row else ""


def layout(rows: Sequence[PlacedRow], name: Callable[[Mapping[str, Any]], str]) -> Json:
    """The whole layout; `name` gives a panel's name among the elements."""
    conditions = _conditions(rows)
    if not any(each.tab for each in rows):
        return _rows_layout(rows, conditions, name)
    tabs = []
    for title, found in groupby(rows, key=lambda each: each.tab):
        below = list(found)
        spec: Json = {"title": title}
        if len(below) == 1:  # its heading would repeat the tab's
            spec["layout"] = _grid(below[0], name)
        else:
            spec["layout"] = _rows_layout(below, conditions, name)
        # A tab of which nothing would be left goes too.
        texts = {each.shown_if for each in below}
        if len(texts) == 1 and (text := texts.pop()):
            spec["conditionalRendering"] = _shown_by_variable(conditions[text])
        tabs.append({"kind": "TabsLayoutTab", "spec": spec})
    return {"kind": "TabsLayout", "spec": {"tabs": tabs}}


def condition_variables(rows: Sequence[PlacedRow], source: Mapping[str, Any]) -> Iterator[Json]:
    """The hidden variables of the rows' conditions, as the classic model has variables."""
    for text, name in _conditions(rows).items():
        query = f"query_result({text})"
        yield {
            "datasource": dict(source),
            "definition": query,
            "hide": 2,  # altogether
            "name": name,
            "query": {
                "qryType": _QUERY_RESULT,
                "query": query,
                "refId": "PrometheusVariableQueryEditor-VariableQuery",
            },
            "refresh": 2,  # when the time range changes
            "skipUrlSync": True,
            "type": "query",
        }


def _conditions(rows: Sequence[PlacedRow]) -> dict[str, str]:
    """By PromQL, the name of the variable that stands for it."""
    texts = dict.fromkeys(each.shown_if for each in rows if each.shown_if)
    return {text: f"shown_if_{number}" for number, text in enumerate(texts, start=1)}


def _rows_layout(
    rows: Sequence[PlacedRow],
    conditions: Mapping[str, str],
    name: Callable[[Mapping[str, Any]], str],
) -> Json:
    found = []
    for each in rows:
        spec: Json = {
            "collapse": each.head["collapsed"],
            "layout": _grid(each, name),
            "title": each.head["title"],
        }
        if each.shown_if:
            spec["conditionalRendering"] = _shown_by_variable(conditions[each.shown_if])
        found.append({"kind": "RowsLayoutRow", "spec": spec})
    return {"kind": "RowsLayout", "spec": {"rows": found}}


def _grid(placed: PlacedRow, name: Callable[[Mapping[str, Any]], str]) -> Json:
    if placed.row and placed.row.auto_grid:
        return _auto_grid(placed.row.auto_grid, placed.panels, name)
    top = min((each["gridPos"]["y"] for each in placed.panels), default=0)
    items = [
        {
            "kind": "GridLayoutItem",
            "spec": {
                "element": {"kind": "ElementReference", "name": name(each)},
                "height": each["gridPos"]["h"],
                "width": each["gridPos"]["w"],
                "x": each["gridPos"]["x"],
                "y": each["gridPos"]["y"] - top,
            },
        }
        for each in placed.panels
    ]
    return {"kind": "GridLayout", "spec": {"items": items}}


def _auto_grid(
    grid: AutoGrid,
    panels: Sequence[Mapping[str, Any]],
    name: Callable[[Mapping[str, Any]], str],
) -> Json:
    items = []
    for each in panels:
        spec: Json = {"element": {"kind": "ElementReference", "name": name(each)}}
        if grid.hide_empty and each.get("targets"):
            spec["conditionalRendering"] = _group("ConditionalRenderingData", value=True)
        items.append({"kind": "AutoGridLayoutItem", "spec": spec})
    spec = {
        "columnWidthMode": grid.column_width.value,
        "items": items,
        "maxColumnCount": grid.columns,
        "rowHeightMode": grid.row_height.value,
    }
    return {"kind": "AutoGridLayout", "spec": spec}


def _shown_by_variable(variable: str) -> Json:
    return _group("ConditionalRenderingVariable", operator="matches", value=".+", variable=variable)


def _group(kind: str, **spec: object) -> Json:
    item = {"kind": kind, "spec": spec}
    return {
        "kind": "ConditionalRenderingGroup",
        "spec": {"condition": "and", "items": [item], "visibility": "show"},
    }
