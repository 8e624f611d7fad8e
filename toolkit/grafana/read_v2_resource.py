"""The V2 schema of dashboards (elements and a layout) → the classic model that looks the same.

Tabs become rows, an automatic grid is laid out, and rows below rows stand one after the other.
Reads v2, v2beta1 and v2alpha1, which differ in where a plugin's name stands.
Source: the published types of @grafana/schema (schema/dashboard/v2), Apache-2.0.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.grafana.json_positions import AT
from toolkit.grafana.v2_variables import classic_variable

Json = dict[str, Any]
COLUMNS = 24
UNIT_PIXELS = 38  # a unit of the grid with its margin
PAGE_PIXELS = 1600
COLUMN_PIXELS = {"narrow": 192, "standard": 448, "wide": 768}
ROW_PIXELS = {"short": 168, "standard": 320, "tall": 512}
_CURSOR = {"Off": 0, "Crosshair": 1, "Tooltip": 2}
_OPTIONS = (
    "cacheTimeout",
    "hideTimeOverride",
    "interval",
    "maxDataPoints",
    "timeFrom",
    "timeShift",
)


class NotV2Error(ValueError):
    """Not of the V2 schema; the text names the place."""


def classic_of_v2(spec: Mapping[str, Any], name: str) -> tuple[Json, list[str]]:
    """The classic model and notes about what it cannot say. Raises NotV2Error."""
    reader = _Reader(spec)
    panels = list(reader.panels())
    settings = _object(spec, "timeSettings", "spec", optional=True)
    model: Json = {
        **_place(spec),
        "annotations": {"list": [_annotation(x) for x in _list(spec, "annotations", "spec")]},
        "description": spec.get("description") or "",
        "editable": spec.get("editable", True),
        "graphTooltip": _CURSOR.get(str(spec.get("cursorSync")), 0),
        "links": list(_list(spec, "links", "spec")),
        "panels": panels,
        "refresh": settings.get("autoRefresh") or "",
        "tags": list(spec.get("tags") or []),
        "templating": {"list": [classic_variable(x) for x in _list(spec, "variables", "spec")]},
        "time": {"from": settings.get("from") or "now-6h", "to": settings.get("to") or "now"},
        "timezone": settings.get("timezone") or "browser",
        "title": spec.get("title") or "",
        "uid": name,
        "weekStart": settings.get("weekStart") or "",
    }
    return model, reader.notes


def condition_variables(found: object) -> frozenset[str]:
    """The variables by whose values something of a loaded V2 dashboard is shown or hidden."""
    names = set()
    pending = [found]
    while pending:
        part = pending.pop()
        if isinstance(part, Mapping):
            if part.get("kind") == "ConditionalRenderingVariable":
                names.add(str((part.get("spec") or {}).get("variable")))
            pending += part.values()
        elif isinstance(part, list):
            pending += part
    return frozenset(names)


class _Reader:
    """Walks the layout from the top down."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.elements = _object(spec, "elements", "spec")
        self.layout = _object(spec, "layout", "spec")
        self.notes: list[str] = []
        self.next_id = 1 + max(
            (
                int((x.get("spec") or {}).get("id") or 0)
                for x in self.elements.values()
                if isinstance(x, Mapping)
            ),
            default=0,
        )

    def panels(self) -> Iterator[Json]:
        top = 0
        for title, head, layout in self._sections(self.layout, ()):
            if head is not None:
                row: Json = {
                    "collapsed": bool(head.get("collapse")),
                    "gridPos": {"h": 1, "w": COLUMNS, "x": 0, "y": top},
                    "id": self._new_id(),
                    "panels": [],
                    "title": title,
                    "type": "row",
                }
                if repeat := head.get("repeat"):
                    row["repeat"] = repeat.get("value")
                top += 1
                below = list(self._items(layout, top))
                if row["collapsed"]:
                    row["panels"] = below
                    yield row
                    continue
                yield row
            else:
                below = list(self._items(layout, top))
            yield from below
            top = max([top, *(x["gridPos"]["y"] + x["gridPos"]["h"] for x in below)])

    def _sections(
        self, layout: Mapping[str, Any], path: tuple[str, ...]
    ) -> Iterator[tuple[str, Mapping[str, Any] | None, Mapping[str, Any]]]:
        """Each heading, its row's settings (None above the first) and its grid."""
        kind, spec = layout.get("kind"), _object(layout, "spec", "layout")
        if kind in {"RowsLayout", "TabsLayout"}:
            is_rows = kind == "RowsLayout"
            for each in _list(spec, "rows" if is_rows else "tabs", str(kind)):
                inner = _object(each, "spec", str(kind))
                title = str(inner.get("title") or "")
                self._note_condition(inner, f"{'Row' if is_rows else 'Tab'} “{title}”")
                below = _object(inner, "layout", str(kind))
                names = (*path, title) if title else path
                if below.get("kind") in {"RowsLayout", "TabsLayout"}:
                    yield from self._sections(below, names)
                else:
                    head = None if inner.get("hideHeader") else inner
                    yield " / ".join(names), head, below
        elif kind in {"GridLayout", "AutoGridLayout"}:
            yield " / ".join(path), None, layout
        else:
            raise NotV2Error(f"a layout of the kind {kind!r}")

    def _items(self, layout: Mapping[str, Any], top: int) -> Iterator[Json]:
        spec = _object(layout, "spec", "layout")
        items = _list(spec, "items", str(layout.get("kind")))
        if layout.get("kind") == "AutoGridLayout":
            yield from self._in_auto_grid(spec, items, top)
            return
        for item in items:
            inner = _object(item, "spec", "GridLayout")
            if item.get("kind") == "GridLayoutRow":  # of v2alpha1
                top += 1
                below = {"items": inner.get("elements") or []}
                yield from self._items({"kind": "GridLayout", "spec": below}, top)
                continue
            place = {
                "h": int(inner.get("height") or 8),
                "w": int(inner.get("width") or COLUMNS),
                "x": int(inner.get("x") or 0),
                "y": top + int(inner.get("y") or 0),
            }
            yield self._panel(inner, place)

    def _in_auto_grid(
        self, spec: Mapping[str, Any], items: list[Mapping[str, Any]], top: int
    ) -> Iterator[Json]:
        pixels = COLUMN_PIXELS.get(str(spec.get("columnWidthMode"))) or spec.get("columnWidth")
        fitting = max(1, PAGE_PIXELS // int(pixels or COLUMN_PIXELS["standard"]))
        columns = min(fitting, int(spec.get("maxColumnCount") or 3), len(items) or 1)
        high = ROW_PIXELS.get(str(spec.get("rowHeightMode"))) or spec.get("rowHeight")
        height = max(2, round(int(high or ROW_PIXELS["standard"]) / UNIT_PIXELS))
        width = COLUMNS // columns
        for number, item in enumerate(items):
            line, column = divmod(number, columns)
            place = {"h": height, "w": width, "x": column * width, "y": top + line * height}
            inner = _object(item, "spec", "AutoGridLayout")
            yield self._panel(inner, place)

    def _panel(self, item: Mapping[str, Any], place: Json) -> Json:
        name = str(_object(item, "element", "a layout's item").get("name"))
        element = self.elements.get(name)
        if not isinstance(element, Mapping):
            raise NotV2Error(f"the layout places {name!r}, which is not among the elements")
        spec = _object(element, "spec", f"elements.{name}")
        made: Json = {
            "gridPos": place,
            "id": spec.get("id") or self._new_id(),
            "title": spec.get("title") or "",
        }
        if element.get("kind") == "LibraryPanel":
            made |= {"libraryPanel": spec.get("libraryPanel")}
        else:
            made |= _panel(spec, f"elements.{name}")
        if repeat := item.get("repeat"):
            made["repeat"] = repeat.get("value")
            made["repeatDirection"] = repeat.get("direction") or "h"
            made["maxPerRow"] = repeat.get("maxPerRow")
        self._note_condition(item, made["title"] or name)
        return made

    def _note_condition(self, spec: Mapping[str, Any], what: str) -> None:
        if (spec.get("conditionalRendering") or {}).get("spec", {}).get("items"):
            self.notes.append(f"{what}: is shown under conditions, and drawn here always.")

    def _new_id(self) -> int:
        self.next_id += 1
        return self.next_id - 1


def _panel(spec: Mapping[str, Any], place: str) -> Json:
    data = _object(spec, "data", place, optional=True).get("spec") or {}
    viz = _object(spec, "vizConfig", place)
    viz_spec = _object(viz, "spec", f"{place}.vizConfig", optional=True)
    options = data.get("queryOptions") or {}
    made: Json = {
        **_place(spec),
        "description": spec.get("description") or "",
        "fieldConfig": viz_spec.get("fieldConfig") or {"defaults": {}, "overrides": []},
        "links": list(spec.get("links") or []),
        "options": viz_spec.get("options") or {},
        "pluginVersion": viz.get("version") or viz_spec.get("pluginVersion") or "",
        "targets": [_target(each) for each in data.get("queries") or []],
        "transformations": [_transformation(each) for each in data.get("transformations") or []],
        "transparent": bool(spec.get("transparent")),
        "type": viz.get("group") or viz.get("kind"),
        **{key: options[key] for key in _OPTIONS if options.get(key) is not None},
    }
    sources = [each["datasource"] for each in made["targets"] if each.get("datasource")]
    if sources:
        is_mixed = any(each != sources[0] for each in sources)
        mixed = {"type": "datasource", "uid": "-- Mixed --"}
        made["datasource"] = mixed if is_mixed else sources[0]
    return made


def _place(spec: Mapping[str, Any]) -> Json:
    """Where it stands in its file, for those who have marked it (`dashboard_positions`)."""
    return {AT: spec[AT]} if AT in spec else {}


def _target(query: Mapping[str, Any]) -> Json:
    spec = query.get("spec") or {}
    asked = spec.get("query") or {}
    return {
        **(asked.get("spec") or {}),
        **_place(spec),
        "datasource": data_source(asked, spec),
        "hide": bool(spec.get("hidden")),
        "refId": spec.get("refId") or "",
    }


def data_source(query: Mapping[str, Any], spec: Mapping[str, Any]) -> Json:
    """A query's data source, as the classic model names it."""
    old = spec.get("datasource") or {}  # of v2alpha1
    kind = query.get("group") or old.get("type") or query.get("kind") or ""
    uid = (query.get("datasource") or {}).get("name") or old.get("uid")
    return {"type": kind, **({"uid": uid} if uid else {})}


def _transformation(each: Mapping[str, Any]) -> Json:
    spec = each.get("spec") or {}
    name = each.get("group") or spec.get("id") or each.get("kind")
    return {
        **{key: spec[key] for key in ("disabled", "filter", "topic") if spec.get(key)},
        "id": name,
        "options": spec.get("options") or {},
    }


def _annotation(each: Mapping[str, Any]) -> Json:
    spec = each.get("spec") or {}
    query = spec.get("query") or {}
    asked = query.get("spec") or {}
    legacy = spec.get("legacyOptions") or {}
    return {
        **legacy,
        **asked,
        **_place(spec),
        "builtIn": 1 if spec.get("builtIn") else 0,
        "datasource": data_source(query, spec),
        "enable": bool(spec.get("enable", True)),
        "hide": bool(spec.get("hide")),
        "iconColor": spec.get("iconColor") or "red",
        "name": spec.get("name") or "",
        "target": asked,
    }


def _object(
    part: Mapping[str, Any], key: str, place: str, *, optional: bool = False
) -> Mapping[str, Any]:
    found = part.get(key) if isinstance(part, Mapping) else None
    if found is None and optional:
        return {}
    if not isinstance(found, Mapping):
        raise NotV2Error(f"{place}.{key} must be an object")
    return found


def _list(part: Mapping[str, Any], key: str, place: str) -> list[Mapping[str, Any]]:
    found = part.get(key) or []
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise NotV2Error(f"{place}.{key} must be a list of objects")
    return found
