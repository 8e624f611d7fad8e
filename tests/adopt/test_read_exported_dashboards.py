"""Panels of every schema in one form: size, look, and what is lost on the way."""

from typing import Any

import pytest

from toolkit.adopt.read_exported_dashboards import PanelLook, look, rows, size, view
from toolkit.dashboards import View


def test_an_old_single_value_has_its_thresholds_as_text() -> None:
    seen = look(
        {
            "type": "singlestat",
            "format": "percent",
            "thresholds": "70, 90.5",
            "colors": ["blue", "orange", "red"],
            "gauge": {"minValue": 0, "maxValue": 100},
            "decimals": 1,
            "valueMaps": [{"value": "null", "text": "N/A"}],
        }
    )
    assert seen == PanelLook(
        unit="percent",
        minimum=0,
        maximum=100,
        decimals=1,
        thresholds=((None, "blue"), (70, "orange"), (90.5, "red")),
    )


def test_an_old_graph_has_its_unit_on_the_axis() -> None:
    seen = look(
        {
            "type": "graph",
            "yaxes": [{"format": "bytes", "min": "0", "max": None}, {"format": "s"}],
            "stack": True,
            "thresholds": [{"value": 5, "lineColor": "orange"}, {"value": None}],
            "seriesOverrides": [{"alias": "a"}],
        }
    )
    assert seen == PanelLook(
        unit="bytes",
        minimum=0,
        stacked=True,
        thresholds=((None, "green"), (5, "orange")),
        drawn=True,
        lost=("overrides",),
    )


def test_what_is_lost_is_named() -> None:
    seen = look(
        {
            "type": "stat",
            "fieldConfig": {
                "defaults": {"mappings": [{"type": "range", "options": {"from": 0}}]},
                "overrides": [{"matcher": {}}],
            },
            "transformations": [{"id": "merge"}],
            "links": [{"url": "x"}],
            "repeat": "host",
            "targets": [{"expr": "up", "interval": "1m"}],
        }
    )
    lost = ("overrides", "value mappings", "transformations", "links", "repeat", "steps of queries")
    assert seen.lost == lost
    assert look({"type": "stat"}).lost == ()


def test_values_with_words_are_states() -> None:
    options = {"0": {"text": "closed", "color": "green"}, "-1": {"text": "gone"}}
    defaults = {"mappings": [{"type": "value", "options": options}]}
    seen = look({"type": "stat", "fieldConfig": {"defaults": defaults}})
    assert (seen.states, seen.lost) == (((0, "closed", "green"), (-1, "gone", "text")), ())


@pytest.mark.parametrize("key", ["--1", "²", "1.5", "x", "9" * 5000], ids=lambda key: key[:4])
def test_a_value_that_is_not_a_whole_number_is_not_a_state(key: str) -> None:
    defaults = {"mappings": [{"type": "value", "options": {"0": {}, key: {"text": "gone"}}}]}
    seen = look({"type": "stat", "fieldConfig": {"defaults": defaults}})
    assert (seen.states, seen.lost) == ((), ("value mappings",))


@pytest.mark.parametrize(
    ("panel", "wanted"),
    [
        ({"gridPos": {"w": 7, "h": 5}}, (7, 5)),
        ({"span": 4, "height": "300px"}, (8, 10)),
        ({"span": 12}, (24, 8)),
        ({"span": 5.5, "height": 150}, (11, 5)),
        ({"height": "82.5px"}, (24, 3)),
        ({"height": 0}, (24, 8)),
        *(({"height": height}, (24, 8)) for height in ("1.2.3px", "nan", "1e999", "²", "tall")),
        ({}, (24, 8)),
    ],
)
def test_size_in_columns_and_units(panel: dict[str, Any], wanted: tuple[int, int]) -> None:
    assert size(panel) == wanted


@pytest.mark.parametrize(
    ("panel", "wanted"),
    [
        ({"type": "graph"}, View.TIME_SERIES),
        ({"type": "singlestat"}, View.STAT),
        ({"type": "singlestat", "gauge": {"show": True}}, View.GAUGE),
        ({"type": "state-timeline"}, View.STATE_TIMELINE),
        ({"type": "worldmap"}, None),
    ],
)
def test_each_type_has_its_view(panel: dict[str, Any], wanted: View | None) -> None:
    assert view(panel) is wanted


def test_rows_of_either_schema() -> None:
    old = {"rows": [{"title": "A", "collapse": True, "panels": [{"title": "a"}]}]}
    assert next((x.title, x.collapsed, len(x.panels)) for x in rows(old)) == ("A", True, 1)
    new = {
        "panels": [
            {"title": "b", "gridPos": {"x": 0, "y": 2}},
            {"type": "row", "title": "B", "gridPos": {"x": 0, "y": 1}},
            {"title": "a", "gridPos": {"x": 0, "y": 0}},
        ]
    }
    found = [(x.title, [panel["title"] for panel in x.panels]) for x in rows(new)]
    assert found == [("", ["a"]), ("B", ["b"])]
