"""A dashboard's panels → rows on the grid: folded rows opened, panels repeated, gaps closed.

A folded row carries its panels with the positions that they had when it was folded. So each
row's panels are placed from its own top and pushed up as far as they go, as Grafana does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from toolkit.grafana.variable_interpolation import Choice

COLUMNS = 24
PAGE_PIXELS = 1600  # the width in which Grafana is often seen
_MOST_PER_ROW = 4  # Grafana's default for a repeated panel


@dataclass(frozen=True, slots=True)
class GridPlace:
    """A panel's place in its row: columns and units of height."""

    x: int
    y: int
    w: int
    h: int

    @property
    def pixels(self) -> float:
        """How wide it is on a page."""
        return PAGE_PIXELS * self.w / COLUMNS


@dataclass(frozen=True, slots=True)
class PreviewPanel:
    """A panel as its dashboard has it, its place, and the variables' choices that hold for it."""

    key: str
    model: Mapping[str, Any]
    place: GridPlace
    choices: Mapping[str, Choice]


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """Panels under one heading, which is None for those above the first row."""

    title: str | None
    collapsed: bool
    panels: tuple[PreviewPanel, ...]
    choices: Mapping[str, Choice]


def rows(dashboard: Mapping[str, Any], choices: Mapping[str, Choice]) -> tuple[PreviewRow, ...]:
    """The dashboard's rows in reading order."""
    found = []
    for head, panels in _groups(dashboard.get("panels") or []):
        for scoped in _repetitions(head or {}, choices):
            suffix = "".join(f"-{choice.text}" for choice in scoped.values())
            own = {**choices, **scoped}
            title = None if head is None else str(head.get("title") or "")
            collapsed = bool(head and head.get("collapsed"))
            found.append(PreviewRow(title, collapsed, _placed(panels, own, suffix), own))
    return tuple(row for row in found if row.panels or row.title)


def _groups(
    panels: list[dict[str, Any]],
) -> Iterator[tuple[dict[str, Any] | None, list[dict[str, Any]]]]:
    """Each row panel with those that belong to it; what stands before the first, with None."""
    # The order in the file is that in which panels were added, not that on the page.
    ordered = sorted(panels, key=lambda panel: (_grid(panel).y, _grid(panel).x))
    head: dict[str, Any] | None = None
    below: list[dict[str, Any]] = []
    for panel in ordered:
        if panel.get("type") == "row":
            if head is not None or below:
                yield head, below
            head, below = panel, list(panel.get("panels") or [])
        else:
            below.append(panel)
    yield head, below


def _repetitions(
    panel: Mapping[str, Any], choices: Mapping[str, Choice]
) -> list[Mapping[str, Choice]]:
    """For each copy that `repeat` makes, its choice of one value; without `repeat`, one `{}`."""
    name = panel.get("repeat")
    if not name or name not in choices or not choices[name].values:
        return [{}]
    return [{name: Choice((value,), multi=choices[name].multi)} for value in choices[name].values]


def _placed(
    panels: list[dict[str, Any]], choices: Mapping[str, Choice], suffix: str
) -> tuple[PreviewPanel, ...]:
    found: list[PreviewPanel] = []
    down = 0  # how far repeated panels have pushed what follows
    for panel in sorted(panels, key=lambda panel: (_grid(panel).y, _grid(panel).x)):
        grid = _grid(panel)
        repetitions = _repetitions(panel, choices)
        for index, own in enumerate(repetitions):
            place = replace(grid, y=grid.y + down)
            # Without a direction Grafana has repeated downwards since its scenes (11.1).
            if own and panel.get("repeatDirection") != "h":
                place = replace(place, y=place.y + index * grid.h)
            elif own:
                # Across, each copy gets an equal share of the width, wherever the panel stood.
                across = min(len(repetitions), int(panel.get("maxPerRow") or _MOST_PER_ROW))
                width = COLUMNS // across
                line, column = divmod(index, across)
                place = GridPlace(column * width, grid.y + down + line * grid.h, width, grid.h)
            # The values of the repetition make the copies of one panel different to the page.
            key = f"{panel.get('id')}{suffix}" + "".join(f"-{x.text}" for x in own.values())
            found.append(PreviewPanel(key, panel, place, {**choices, **own}))
        # What comes below must start under the last copy; the gaps that remain are closed later.
        if len(repetitions) > 1:
            down += max(each.place.y for each in found) - grid.y - down
    return _compacted(found)


def _compacted(panels: list[PreviewPanel]) -> tuple[PreviewPanel, ...]:
    """Each as far up as those above it let it."""
    done: list[PreviewPanel] = []
    for panel in sorted(panels, key=lambda panel: (panel.place.y, panel.place.x)):
        here = panel.place
        top = max(
            (
                other.place.y + other.place.h
                for other in done
                if other.place.x < here.x + here.w and here.x < other.place.x + other.place.w
            ),
            default=0,
        )
        done.append(replace(panel, place=replace(here, y=top)))
    return tuple(done)


def _grid(panel: Mapping[str, Any]) -> GridPlace:
    """Where the panel says it stands. One that does not say is half a page wide, at the top."""
    place = panel.get("gridPos") or {}
    width = min(COLUMNS, max(1, int(place.get("w") or COLUMNS // 2)))
    left = min(COLUMNS - width, max(0, int(place.get("x") or 0)))
    return GridPlace(left, int(place.get("y") or 0), width, max(1, int(place.get("h") or 8)))
