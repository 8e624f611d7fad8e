"""Dashboards as somebody wrote them, each part with its place in the file."""

import json
from typing import Any

import pytest

from tests.support.written_dashboards import board, panel, written
from toolkit.grafana.dashboard_files.dashboard_positions import NotADashboardError, read_written
from toolkit.grafana.json_positions import located
from toolkit.grafana.promql_variables import readings, variables_in


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_every_value_of_a_text_has_its_place() -> None:
    text = '{"a": [1, {"b": "x, {y}"}],\n "c": {"d": null}, "e": []}'
    places = located(text, "f").places
    assert places[("a", 1, "b")] == text.index('"x, {y}"')
    assert places[("c", "d")] == text.index("null")
    assert places[("e",)] == text.index("[]")
    place = located(text, "f").location(("c", "nothing"))
    assert (place.path, place.line, place.column) == ("f", 2, 7)


FORMS: dict[str, Any] = {
    "classic": board(panel("first")),
    "as the API wraps it": {"dashboard": board(panel("first")), "meta": {}},
    "a V1 resource": {
        "apiVersion": "dashboard.grafana.app/v1beta1", "metadata": {"name": "x"},
        "spec": board(panel("first")),
    },
    "below a folded row": board({"type": "row", "panels": [panel("first")]}),
    "in a row of before the grid": {
        "title": "Old", "rows": [{"panels": [{"type": "graph", "targets": [{"expr": "first"}]}]}],
    },
    "a V2 resource": {
        "apiVersion": "dashboard.grafana.app/v2", "metadata": {"name": "x"},
        "spec": {
            "title": "T",
            "elements": {"p": {"kind": "Panel", "spec": {
                "id": 1, "title": "P",
                "data": {"spec": {"queries": [{"spec": {"refId": "A", "query": {
                    "group": "prometheus", "spec": {"expr": "first"}}}}]}},
                "vizConfig": {"group": "stat", "spec": {}},
            }}},
            "layout": {"kind": "GridLayout", "spec": {"items": [
                {"kind": "GridLayoutItem", "spec": {"element": {"name": "p"}}}]}},
        },
    },
}  # fmt: skip


@pytest.mark.parametrize("model", FORMS.values(), ids=FORMS)
def test_a_query_knows_its_line_in_every_form(model: Any) -> None:
    text = json.dumps(model, indent=2)
    dashboard = read_written(text, "f.json")
    (query,) = dashboard.queries()
    assert query.expr == "first"
    assert query.location.line == line_of(text, '"first"')
    (shown,) = dashboard.panels
    assert shown.location.line <= query.location.line
    assert shown.location.line > 1


def test_findings_name_panel_and_query() -> None:
    dashboard = written(board(panel("x", title="", id=7)))
    (query,) = dashboard.queries()
    assert (dashboard.panels[0].subject, query.subject) == ("Shop: panel 7", "Shop: panel 7: A")


BAD = {
    "cut short": ('{"panels": [\n', "not JSON: Expecting value", 2, False),
    "something else": ('{"name": "x"}', "has no panels", 1, True),
    "a list of text": ('{"panels": ["x"]}', "not a dashboard as Grafana saves one", 1, True),
}


@pytest.mark.parametrize(("text", "words", "line", "is_json"), BAD.values(), ids=BAD)
def test_what_is_none_is_told_where(text: str, words: str, line: int, is_json: bool) -> None:  # noqa: FBT001
    with pytest.raises(NotADashboardError) as raised:
        list(read_written(text, "f.json").queries())
    assert words in str(raised.value)
    assert (raised.value.location.line, raised.value.is_json) == (line, is_json)


READ = {
    "a range": ("rate(x[$__rate_interval])", "rate(x[5m              ])"),
    "a name": ('$metric{a="$b"}', '_metric{a="$b"}'),
    "an offset": ("x offset ${off}", "x offset 5m    "),
    "none": ("up", "up"),
}


@pytest.mark.parametrize(("expr", "first"), READ.values(), ids=READ)
def test_variables_are_read_at_the_same_length(expr: str, first: str) -> None:
    reading = next(readings(expr))
    assert reading == first
    assert len(reading) == len(expr)


def test_a_number_is_read_where_a_name_will_not_do() -> None:
    assert list(readings("topk($n, up)"))[1] == "topk(1 , up)"


def test_the_variables_of_a_text() -> None:
    assert variables_in("$a ${b:raw} [[c]] $1 ${__field.labels.x}") == {
        "a",
        "b",
        "c",
        "1",
        "__field",
    }


KINDS: dict[str, tuple[Any, str]] = {
    "it says its kind": ({"type": "loki", "uid": "x"}, "loki"),
    "its kind comes before that of a variable": ({"type": "loki", "uid": "$source"}, "loki"),
    "the variable's": ({"uid": "${source}"}, "prometheus"),
    "the variable's, as older files have it": ("$source", "prometheus"),
    "in square brackets": ("[[source]]", "prometheus"),
    "a name that is no variable": ("source", ""),
    "a variable of something else": ("$zone", ""),
    "a variable that is not there": ("$gone", ""),
    "nothing": (None, ""),
    "neither": ({"uid": None}, ""),
}


@pytest.mark.parametrize(("datasource", "kind"), KINDS.values(), ids=KINDS)
def test_the_kind_of_a_data_source(datasource: Any, kind: str) -> None:
    variables = [
        {"type": "datasource", "name": "source", "query": "prometheus"},
        {"type": "query", "name": "zone", "query": "label_values(zone)"},
    ]
    model = board(panel("up")) | {"templating": {"list": variables}}
    assert read_written(json.dumps(model), "f.json").source_kind(datasource) == kind
