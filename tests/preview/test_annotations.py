"""Annotations that Prometheus can answer, and what is said of the others."""

from typing import Any

import pytest

from tests.support.made_up_prometheus import HOUR, START, World, dashboard
from toolkit.grafana.variable_interpolation import Choice
from toolkit.preview.annotations import find

FIRING: dict[str, Any] = {
    "name": "Alerts",
    "expr": 'ALERTS{alertstate="firing"}',
    "titleFormat": "{{alertname}} of {{ component }}{{nothing}}",
    "tagKeys": "severity, component,nothing",
    "iconColor": "blue",
}


def found(
    annotation: dict[str, Any], world: World | None = None
) -> tuple[list[dict[str, Any]], list[str]]:
    page = dashboard(annotations={"list": [annotation]})
    return find(page, world or World(), HOUR, {"ds": Choice(("loki",))})


def test_an_alert_that_fired_is_a_stretch_of_time() -> None:
    (drawn,), notes = found(FIRING)
    assert drawn == {
        "name": "Alerts",
        "title": "TooMany of app",
        "tags": ["warning", "app"],
        "color": "blue",
        "from": (START + 1500) * 1000,
        "to": (START + 2100) * 1000,
    }
    assert notes == []


@pytest.mark.parametrize(("said", "step"), [(None, "15"), ("1m", "60"), ("1s", "15")])
def test_it_asks_on_multiples_of_its_step(said: str | None, step: str) -> None:
    world = World()
    found({**FIRING, "step": said, "expr": "ALERTS > $__interval_ms"}, world)
    ((path, params),) = world.asked
    assert path == "/api/v1/query_range"
    assert params == {
        "query": f"ALERTS > {step}000",
        "start": f"{START}.000",
        "end": f"{START + 3600}.000",
        "step": step,
    }


class Gaps:
    """Fires three times: for two points, for one, and for the last two; in between it is 0."""

    def ask(self, _path: str, _params: object = None) -> Any:
        values = [(0, "1"), (15, "1"), (30, "0"), (45, "1"), (60, "0"), (90, "1"), (105, "2")]
        return {"result": [{"metric": {}, "values": values}, {"metric": {}, "values": [(0, "0")]}]}


def test_each_run_of_points_is_a_stretch_of_its_own() -> None:
    page = dashboard(annotations={"list": [{"expr": "x"}]})
    drawn, _notes = find(page, Gaps(), HOUR, {})
    assert [(each["from"], each["to"]) for each in drawn] == [
        (0, 15_000),
        (45_000, 45_000),
        (90_000, 105_000),
    ]
    assert {(each["name"], each["title"], each["color"]) for each in drawn} == {("", "", "red")}


NOT_DRAWN: dict[str, tuple[dict[str, Any], list[str]]] = {
    "in Grafana": (
        {"name": "Deployments", "datasource": {"type": "grafana"}, "target": {"tags": []}},
        ["Annotations “Deployments” are kept in Grafana; they are not drawn."],
    ),
    "in another data source, by a variable": (
        {"name": "Logs", "datasource": "${ds}", "expr": "x"},
        ["Annotations “Logs” are kept in Loki; they are not drawn."],
    ),
    "without an expression": (
        {},
        ["Annotations “annotation” are kept elsewhere; they are not drawn."],
    ),
    "refused": ({**FIRING, "expr": "bad"}, ["Annotations “Alerts”: parse error"]),
    "switched off": ({**FIRING, "enable": False}, []),
    "Grafana's own": ({**FIRING, "builtIn": 1}, []),
}


@pytest.mark.parametrize(("annotation", "notes"), NOT_DRAWN.values(), ids=NOT_DRAWN)
def test_what_is_not_drawn(annotation: dict[str, Any], notes: list[str]) -> None:
    assert found(annotation, World(refused={"bad": "parse error"})) == ([], notes)
