"""Anybody's JSON: what is a dashboard is read as it stands, what is none is told where."""

import json
from typing import Any

import pytest

from tests.support.made_up_prometheus import dashboard, panel, target, templating, variable
from toolkit.errors import UsageError
from toolkit.preview import read_dashboard_json
from toolkit.preview.panel_rows import rows

GOOD: dict[str, dict[str, Any]] = {
    "the smallest": {"panels": []},
    "what Grafana leaves null": {
        "panels": [panel(targets=None, fieldConfig=None, maxDataPoints=None)],
        "time": None,
        "templating": {"list": None},
    },
    "a folded row": dashboard(panel("row", panels=[panel(id=2, targets=[target("x")])])),
    "a position in fractions": dashboard(panel(gridPos={"x": 0.5, "y": 0, "w": 12, "h": 8})),
    "a variable": dashboard(templating=templating(variable("zone", "label_values(zone)"))),
}


@pytest.mark.parametrize("model", GOOD.values(), ids=GOOD)
def test_a_dashboard_is_read_as_it_stands(model: dict[str, Any]) -> None:
    assert read_dashboard_json.read_dashboard(json.dumps(model), "x.json").model == model
    assert (
        read_dashboard_json.read_dashboard(
            json.dumps({"dashboard": model, "meta": {}}), "x.json"
        ).model
        == model
    )


def test_a_panel_without_an_id_or_with_that_of_another_gets_one_of_its_own() -> None:
    inner = panel(id=7)
    without = panel()
    del without["id"]
    row = panel("row", id=3, collapsed=True, panels=[inner, {**without}])
    model = dashboard(panel(id=7), without, row, panel(id=3))
    found = read_dashboard_json.read_dashboard(json.dumps(model), "x.json").model["panels"]
    ids = [each["id"] for each in (*found, *found[2]["panels"])]
    assert (ids[0], ids[2], len(set(ids))) == (7, 3, 6)
    # Two panels of one id would show one panel's data.
    assert len({x.key for each in rows({"panels": found}, {}) for x in each.panels}) == 5


BAD: dict[str, tuple[Any, str]] = {
    "a list": ([1, 2], "a dashboard must be an object, not [1, 2]"),
    "without panels": (
        {"title": "x"},
        "has no panels: neither of the classic schema nor of V2",
    ),
    "a resource without either": (
        {"apiVersion": "dashboard.grafana.app/v1beta1", "spec": {"title": "x"}},
        "its spec (dashboard.grafana.app/v1beta1) has no panels and no elements",
    ),
    "panels by name": (dashboard() | {"panels": {"a": 1}}, 'panels must be a list, not {"a": 1}'),
    "a panel that is none": ({"panels": [panel(), 7]}, "panels[1] must be an object, not 7"),
    "inside a row": (
        {"panels": [panel("row", panels=[panel(gridPos=[1])])]},
        "panels[0].panels[0].gridPos must be an object, not [1]",
    ),
    "a height in words": (
        {"panels": [panel(gridPos={"h": "tall"})]},
        'panels[0].gridPos.h must be a number, not "tall"',
    ),
    "a query that is text": (
        {"panels": [panel(targets=["up"])]},
        'panels[0].targets[0] must be an object, not "up"',
    ),
    "a variable without a type": (
        {"panels": [], "templating": {"list": [{"name": "zone"}]}},
        "templating.list[0].type must be text, not null",
    ),
    "a transformation without a name": (
        {"panels": [panel(transformations=[{}])]},
        "panels[0].transformations[0].id must be text, not null",
    ),
    "something long": (["x" * 99], f'a dashboard must be an object, not ["{"x" * 38}…'),
}


@pytest.mark.parametrize(("model", "words"), BAD.values(), ids=BAD)
def test_what_is_none_is_told_where(model: Any, words: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_dashboard_json.read_dashboard(json.dumps(model), "x.json")
    assert raised.value.message == f"x.json: {words}."
    assert raised.value.fix == "export it from Grafana as JSON: classic, V1 or V2."


def test_what_is_no_json_is_told_where() -> None:
    with pytest.raises(UsageError) as raised:
        read_dashboard_json.read_dashboard('{"a":', "x.json")
    assert raised.value.message.startswith("x.json: not JSON: Expecting value: line 1 column 6")
    assert raised.value.fix == "export it from Grafana as JSON: classic, V1 or V2."
