"""Rows of schema 15 and older, with spans of 12 columns → panels on the grid of 24."""

import math
from itertools import count
from typing import Any

from toolkit.dashboards import GRID_COLUMNS

Json = dict[str, Any]
_OLD_COLUMNS = 12
_UNIT_PIXELS = 38  # a unit of the grid with its margin
_ROW_PIXELS = 250.0


def panels_of_rows(rows: list[Json]) -> list[Json]:
    """The panels of every row, below row panels where a row has a title, is folded or repeats.

    Rows that `repeat` made are left out: they are made again.
    """
    rows = [row for row in rows if not row.get("repeatRowId")]
    has_heads = any(
        row.get("collapse") or row.get("showTitle") or row.get("repeat") for row in rows
    )
    taken = {panel.get("id") for row in rows for panel in row.get("panels") or []}
    ids = (number for number in count(1) if number not in taken)
    made: list[Json] = []
    top = 0
    for row in rows:
        panels = list(row.get("panels") or [])
        head: Json | None = None
        if has_heads:
            head = {
                "collapsed": bool(row.get("collapse")),
                "gridPos": {"h": 1, "w": GRID_COLUMNS, "x": 0, "y": top},
                "id": next(ids),
                "panels": [],
                "title": row.get("title") or "",
                "type": "row",
            }
            if row.get("repeat"):
                head["repeat"] = row["repeat"]
            made.append(head)
            top += 1
        bottom = _place(panels, _units(row.get("height"), _ROW_PIXELS), top)
        for panel in panels:
            if panel.get("id") is None:
                panel["id"] = next(ids)
        if head is not None and head["collapsed"]:
            head["panels"] = panels
        else:
            made += panels
            top = bottom
    return made


def _place(panels: list[Json], row_height: int, top: int) -> int:
    """Place the panels from left to right, line by line; gives where the next row begins."""
    left = highest = 0
    for panel in panels:
        span = panel.get("span")
        columns = float(span) if isinstance(span, int | float) else 4.0
        width = max(1, min(GRID_COLUMNS, math.floor(columns * GRID_COLUMNS / _OLD_COLUMNS)))
        height = _units(panel["height"], _ROW_PIXELS) if panel.get("height") else row_height
        if left + width > GRID_COLUMNS:
            top, left, highest = top + highest, 0, 0
        panel["gridPos"] = {"h": height, "w": width, "x": left, "y": top}
        left, highest = left + width, max(highest, height)
    return top + highest


def _units(height: object, otherwise: float) -> int:
    """A height in pixels, as a number or as `250px`, in units of the grid."""
    try:
        pixels = float(str(height or otherwise).removesuffix("px"))
    except ValueError:
        pixels = otherwise
    return max(3, math.ceil(pixels / _UNIT_PIXELS))
