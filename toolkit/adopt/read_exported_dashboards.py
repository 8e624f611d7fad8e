"""Dashboards as Grafana exports them, of schema 14 to 42, read into plain parts.

Older panels keep units, thresholds and limits in other places than today's; they are brought
to one form here. `toolkit.adopt.import_dashboards` writes definitions of it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolkit.dashboards import GRID_COLUMNS, View
from toolkit.grafana.migration.field_config import number

VIEWS = {
    **{view.value: view for view in View},
    "graph": View.TIME_SERIES,
    "singlestat": View.STAT,
    "table-old": View.TABLE,
    "grafana-piechart-panel": View.PIE,
}
_PIXELS = 30  # of one unit of height
_OLD_COLUMNS = 12  # of a row, before the grid
_WHOLE = re.compile(r"-?[0-9]{1,18}")

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A heading and the panels below it, in reading order."""

    title: str
    collapsed: bool
    panels: Sequence[Json]


@dataclass(frozen=True, slots=True)
class PanelLook:
    """How a panel shows its values, wherever its schema keeps that."""

    unit: str = "short"
    minimum: float | None = None
    maximum: float | None = None
    decimals: int | None = None
    stacked: bool = False
    thresholds: tuple[tuple[float | None, str], ...] = ()
    in_percent: bool = False
    drawn: bool = False
    states: tuple[tuple[int, str, str], ...] = ()
    lost: tuple[str, ...] = field(default=())


def load(path: Path) -> Json:
    """The dashboard in a file. Raises ValueError, with the reason, where there is none."""
    try:
        loaded = json.loads(path.read_text(encoding="utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}.") from None
    if isinstance(loaded, dict) and isinstance(loaded.get("dashboard"), dict):
        loaded = loaded["dashboard"]  # as Grafana's API wraps it
    if isinstance(loaded, dict) and "elements" in loaded.get("spec", loaded):
        raise ValueError("a dashboard of the schema v2, and only the classic schema is read.")
    if not isinstance(loaded, dict) or not (loaded.get("panels") or loaded.get("rows")):
        raise ValueError("not a dashboard: it has no panels.")
    return loaded


def rows(model: Json) -> Iterator[ReadRow]:
    """The rows of either schema; panels before the first heading are a row without a title."""
    for row in model.get("rows") or []:
        yield ReadRow(str(row.get("title") or ""), bool(row.get("collapse")), row["panels"])
    title, collapsed, below = "", False, list[Json]()
    for panel in sorted(model.get("panels") or [], key=_place):
        if panel.get("type") != "row":
            below.append(panel)
            continue
        yield ReadRow(title, collapsed, below)
        title, collapsed = str(panel.get("title") or ""), bool(panel.get("collapsed"))
        below = sorted(panel.get("panels") or [], key=_place)
    yield ReadRow(title, collapsed, below)


def _place(panel: Json) -> tuple[float, float]:
    place = panel.get("gridPos") or {}
    return place.get("y", 0), place.get("x", 0)


def size(panel: Json) -> tuple[int, int]:
    """Width in columns of 24 and height in Grafana's units."""
    place = panel.get("gridPos") or {}
    width = place.get("w") or panel.get("span", _OLD_COLUMNS) * (GRID_COLUMNS // _OLD_COLUMNS)
    height = panel.get("height") or "250px"
    pixels = str(height).removesuffix("px")
    said = number(pixels)
    old = 8 if said is None else round(said / _PIXELS)
    return min(GRID_COLUMNS, max(1, round(width))), max(2, round(place.get("h") or old))


def view(panel: Json) -> View | None:
    """The view that draws such a panel, or None."""
    if panel.get("type") == "singlestat" and (panel.get("gauge") or {}).get("show"):
        return View.GAUGE
    return VIEWS.get(str(panel.get("type")))


def look(panel: Json) -> PanelLook:
    """Unit, limits, thresholds and states; `lost` says what else it has."""
    config = panel.get("fieldConfig") or {}
    if panel.get("type") in {"graph", "singlestat", "table-old", "grafana-piechart-panel"}:
        return _old_look(panel)
    defaults = config.get("defaults") or {}
    custom = defaults.get("custom") or {}
    thresholds = defaults.get("thresholds") or {}
    states, mapped = _states(defaults.get("mappings") or [])
    lost = [
        *(["overrides"] if config.get("overrides") else []),
        *(["value mappings"] if not mapped else []),
        *_lost(panel),
    ]
    return PanelLook(
        unit=str(defaults.get("unit") or "short"),
        minimum=number(defaults.get("min")),
        maximum=number(defaults.get("max")),
        decimals=defaults.get("decimals"),
        stacked=(custom.get("stacking") or {}).get("mode", "none") != "none",
        thresholds=tuple(
            (number(step.get("value")), str(step.get("color") or "green"))
            for step in thresholds.get("steps") or []
        ),
        in_percent=thresholds.get("mode") == "percentage",
        drawn=(custom.get("thresholdsStyle") or {}).get("mode", "off") != "off",
        states=states,
        lost=tuple(lost),
    )


def _old_look(panel: Json) -> PanelLook:
    axis = ((panel.get("yaxes") or [{}])[0]) or {}
    marks = panel.get("gauge") or {}
    steps = tuple(_old_thresholds(panel))
    mapped = [each for each in panel.get("valueMaps") or [] if each.get("value") != "null"]
    lost = [
        *(["overrides"] if panel.get("seriesOverrides") else []),
        *(["value mappings"] if mapped else []),
        *_lost(panel),
    ]
    return PanelLook(
        unit=str(panel.get("format") or axis.get("format") or "short"),
        minimum=number(axis.get("min", marks.get("minValue"))),
        maximum=number(axis.get("max", marks.get("maxValue"))),
        decimals=panel.get("decimals"),
        stacked=bool(panel.get("stack")),
        thresholds=steps,
        drawn=panel.get("type") == "graph" and bool(steps),
        lost=tuple(lost),
    )


def _old_thresholds(panel: Json) -> Iterator[tuple[float | None, str]]:
    """A single value's are `50,80`, with a colour for each part; a graph's are a list."""
    written = panel.get("thresholds") or ()
    if isinstance(written, str):
        colors = panel.get("colors") or ["green", "orange", "red"]
        limits = [None, *(number(part) for part in written.split(",") if part.strip())]
        yield from zip(limits, map(str, colors), strict=False)
    elif written:
        yield None, "green"
        for each in written:
            if number(each.get("value")) is not None:
                yield number(each["value"]), str(each.get("lineColor") or "red")


def _states(mappings: Sequence[Json]) -> tuple[tuple[tuple[int, str, str], ...], bool]:
    """Values with their words, and whether that is all that is mapped."""
    found: list[tuple[int, str, str]] = []
    for mapping in mappings:
        options = mapping.get("options") or {}
        plain = mapping.get("type") == "value" and all(map(_WHOLE.fullmatch, options))
        if not plain:
            return (), False
        found += (
            (int(key), str(each.get("text") or key), str(each.get("color") or "text"))
            for key, each in options.items()
        )
    return tuple(found), True


def _lost(panel: Json) -> Iterator[str]:
    for key in ("transformations", "links", "repeat"):
        if panel.get(key):
            yield key
    if any(target.get("interval") for target in panel.get("targets") or []):
        yield "steps of queries"
