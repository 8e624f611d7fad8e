"""How rows and panels get their id, x, y, width and height on Grafana's grid of 24 columns.

Everything follows from the order: rows stand below one another, and the panels of a row fill
its lines from left to right. The widths come from `Row.lines`, which refuses a line that does
not fill the grid. Heights are in Grafana's units of 30 pixels.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

from toolkit.dashboards import GRID_COLUMNS, Dashboard, Note, Panel, Row

HEADING_HEIGHT = 1


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """A panel or note with its id, and `place` as Grafana's `gridPos` has it."""

    id: int
    item: Panel | Note
    place: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row's heading with its id and `place`, and what stands below it."""

    id: int
    row: Row
    place: Mapping[str, int]
    items: tuple[PlacedItem, ...]


def placed_rows(dashboard: Dashboard) -> tuple[PlacedRow, ...]:
    """Every row with its items, in reading order."""
    ids = count(1)
    found = []
    top = 0
    for row in dashboard.rows:
        row_id = next(ids)
        items = []
        line_top = top + HEADING_HEIGHT
        for line in row.lines():
            left = 0
            for item, width in line:
                items.append(
                    PlacedItem(next(ids), item, _place(left, line_top, width, item.height))
                )
                left += width
            line_top += line[0][0].height  # the same for the whole line: `Row.lines` sees to it
        found.append(
            PlacedRow(row_id, row, _place(0, top, GRID_COLUMNS, HEADING_HEIGHT), tuple(items))
        )
        # The panels of a collapsed row take no room: the next row follows at once.
        top = top + HEADING_HEIGHT if row.collapsed else line_top
    return tuple(found)


def _place(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"h": height, "w": width, "x": x, "y": y}
