"""Two panels lie over each other.

Why: Grafana pushes one of them down, and the page is not as it was laid out.

    {"x": 0, "w": 12}, {"x": 6, "w": 12}, same y       # bad
    {"x": 0, "w": 12}, {"x": 12, "w": 12}              # good

Exempt: panels of different folded rows; V2's layouts other than the grid.

Source: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

Json = Mapping[str, Any]


def check(project: Project) -> Iterator[Finding]:
    """Flag the later of two panels on the same cells of one grid."""
    for dashboard in project.dashboard_files.dashboards:
        names = {id(panel.model): panel for panel in dashboard.panels}
        top = dashboard.model.get("panels") or []
        for grid in (top, *(row.get("panels") or [] for row in top if row.get("type") == "row")):
            for below, above in _overlapping(grid):
                if id(below) in names and id(above) in names:
                    yield RULE.at(
                        dashboard.place(below, "gridPos"),
                        names[id(below)].subject,
                        f"lies over {str(above.get('title') or above.get('id'))!r}.",
                        fix="move one of them; no two may share a cell.",
                    )


def _overlapping(panels: Iterable[Json]) -> Iterator[tuple[Json, Json]]:
    taken: dict[tuple[int, int], Json] = {}
    for panel in panels:
        place = panel.get("gridPos") or {}
        left, top, width, height = (int(place.get(key) or 0) for key in ("x", "y", "w", "h"))
        cells = [(x, y) for x in range(left, left + width) for y in range(top, top + height)]
        other = next((taken[cell] for cell in cells if cell in taken), None)
        if other is not None and panel.get("type") != "row":
            yield panel, other
        taken.update(dict.fromkeys(cells, panel))


RULE = Rule("overlapping-panels", Level.WARNING, check)
