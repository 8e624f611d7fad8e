"""Rows, repetition and places: where each panel comes to stand."""

from typing import Any

import pytest

from tests.support.made_up_prometheus import dashboard, panel
from toolkit.grafana.variable_interpolation import Choice
from toolkit.preview.panel_rows import rows

ZONES = {"zone": Choice(("eu", "us", "asia"), multi=True)}


def at(x: int, y: int, w: int = 12, h: int = 8) -> dict[str, int]:
    return {"x": x, "y": y, "w": w, "h": h}


def row(title: str, y: int, **says: Any) -> dict[str, Any]:
    return {"type": "row", "title": title, "gridPos": at(0, y, 24, 1), "panels": []} | says


def places(page: dict[str, Any]) -> list[list[tuple[str, int, int, int, int]]]:
    return [
        [(p.key, p.place.x, p.place.y, p.place.w, p.place.h) for p in each.panels]
        for each in rows(page, ZONES)
    ]


def test_panels_belong_to_the_row_above_them_and_count_from_its_top() -> None:
    page = dashboard(
        panel(id=1, gridPos=at(0, 0)),
        row("Second", 8),
        panel(id=2, gridPos=at(0, 9)),
        panel(id=3, gridPos=at(12, 9)),
    )
    assert [each.title for each in rows(page, {})] == [None, "Second"]
    assert places(page) == [[("1", 0, 0, 12, 8)], [("2", 0, 0, 12, 8), ("3", 12, 0, 12, 8)]]


def test_a_folded_row_holds_its_panels_wherever_they_say_they_stand() -> None:
    inside = [panel(id=2, gridPos=at(0, 907)), panel(id=3, gridPos=at(0, 960))]
    (folded,) = rows(dashboard(row("Detail", 4, collapsed=True, panels=inside)), {})
    assert folded.collapsed
    assert [(p.key, p.place.y) for p in folded.panels] == [("2", 0), ("3", 8)]


def test_a_panel_repeats_across_and_wraps() -> None:
    repeated = panel(id=1, repeat="zone", repeatDirection="h", maxPerRow=2, gridPos=at(0, 0, 24, 4))
    below = panel(id=2, gridPos=at(0, 4, 24, 4))
    assert places(dashboard(repeated, below)) == [
        [
            ("1-eu", 0, 0, 12, 4),
            ("1-us", 12, 0, 12, 4),
            ("1-asia", 0, 4, 12, 4),
            ("2", 0, 8, 24, 4),
        ]
    ]


@pytest.mark.parametrize("says", [{"repeatDirection": "v"}, {}], ids=["said", "not said"])
def test_a_panel_repeats_downwards(says: dict[str, str]) -> None:
    repeated = panel(id=1, repeat="zone", gridPos=at(6, 0, 6, 3), **says)
    assert places(dashboard(repeated)) == [
        [("1-eu", 6, 0, 6, 3), ("1-us", 6, 3, 6, 3), ("1-asia", 6, 6, 6, 3)]
    ]


def test_a_row_repeats_with_its_panels_and_their_own_value() -> None:
    page = dashboard(row("Zone $zone", 0, repeat="zone"), panel(id=1, gridPos=at(0, 1)))
    found = rows(page, ZONES)
    assert [each.panels[0].key for each in found] == ["1-eu", "1-us", "1-asia"]
    assert [each.panels[0].choices["zone"].promql for each in found] == ["eu", "us", "asia"]


def test_repetition_by_what_is_unknown_is_none() -> None:
    assert places(dashboard(panel(id=1, repeat="nobody"))) == [[("1", 0, 0, 12, 8)]]


def test_a_panel_wider_than_the_page_is_cut_to_it() -> None:
    assert places(dashboard(panel(id=1, gridPos=at(20, 0, 30, 2)))) == [[("1", 0, 0, 24, 2)]]
