"""Panels of single values of Grafana 4 to 7."""

from typing import Any

import pytest

from toolkit.grafana.migration import single_values

GREEN = "rgba(50, 172, 45, 0.97)"


def made(**says: Any) -> dict[str, Any]:
    panel: dict[str, Any] = {"type": "singlestat", **says}
    single_values.migrate_singlestat(panel)
    return panel


def test_a_singlestat_is_a_stat_with_its_colours_between_limits() -> None:
    panel = made(
        format="s",
        decimals=2,
        thresholds="50,80",
        colors=["a", "b", "c"],
        colorValue=True,
        valueName="current",
        sparkline={"show": True},
    )
    assert panel["type"] == "stat"
    defaults = panel["fieldConfig"]["defaults"]
    assert (defaults["unit"], defaults["decimals"]) == ("s", 2)
    assert [(x["color"], x["value"]) for x in defaults["thresholds"]["steps"]] == [
        ("a", None),
        ("b", 50),
        ("c", 80),
    ]
    options = panel["options"]
    assert options["reduceOptions"]["calcs"] == ["lastNotNull"]
    assert (options["colorMode"], options["graphMode"]) == ("value", "area")


@pytest.mark.parametrize(
    ("says", "mode"),
    [({}, "none"), ({"colorValue": True}, "value"), ({"colorBackground": True}, "background")],
)
def test_what_its_colour_is_on(says: dict[str, Any], mode: str) -> None:
    assert made(**says)["options"]["colorMode"] == mode


def test_what_is_left_out_is_what_grafana_shows() -> None:
    panel = made()
    assert panel["options"] == {
        "orientation": "horizontal",
        "reduceOptions": {"calcs": ["mean"], "fields": "", "values": False},
        "colorMode": "none",
        "graphMode": "none",
        "textMode": "auto",
    }
    defaults = panel["fieldConfig"]["defaults"]
    assert defaults == {
        "color": {"mode": "thresholds"},
        "mappings": [],
        "thresholds": {
            "mode": "absolute",
            "steps": [{"color": GREEN, "value": None}],
        },
        "unit": "none",
    }


def test_a_series_name_is_shown_in_place_of_its_value() -> None:
    options = made(valueName="name", tableColumn="Host")["options"]
    assert (options["textMode"], options["reduceOptions"]["fields"]) == ("name", "/^Host$/")


LIMITS: dict[str, list[float]] = {
    " 50 , 80.5": [50, 80.5],
    "-5,.5": [-5, 0.5],
    "1e3": [1000],
    "": [],
    ",,": [],
    "--5,²,1.2.3,x,nan,inf": [],
}


@pytest.mark.parametrize(("text", "limits"), LIMITS.items(), ids=LIMITS)
def test_limits_are_the_numbers_of_a_text(text: str, limits: list[float]) -> None:
    colors = ["a", "b", "c", "d"]
    steps = made(thresholds=text, colors=colors)["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [(x["color"], x["value"]) for x in steps] == list(
        zip(colors, [None, *limits], strict=False)
    )


def test_nothing_has_its_own_words() -> None:
    (one,) = made(nullText="off")["fieldConfig"]["defaults"]["mappings"]
    assert one["options"]["match"] == "null"
    assert one["options"]["result"]["text"] == "off"


def test_a_gauge_that_says_nothing_more_has_its_markers_and_no_labels() -> None:
    options = made(gauge={"show": True})["options"]
    assert (options["showThresholdMarkers"], options["showThresholdLabels"]) == (True, False)
    assert "textMode" not in options
    assert made(gauge={"show": False, "minValue": 3})["type"] == "stat"
    assert "min" not in made(gauge={"show": False, "minValue": 3})["fieldConfig"]["defaults"]


def test_one_that_showed_a_gauge_is_a_gauge() -> None:
    panel = made(gauge={"show": True, "minValue": 0, "maxValue": 10, "thresholdMarkers": False})
    assert panel["type"] == "gauge"
    assert panel["options"]["showThresholdMarkers"] is False
    assert (panel["fieldConfig"]["defaults"]["min"], panel["fieldConfig"]["defaults"]["max"]) == (
        0,
        10,
    )


def test_words_are_those_of_the_chosen_kind() -> None:
    maps = {
        "valueMaps": [{"op": "=", "value": "1", "text": "up"}],
        "rangeMaps": [{"from": "1", "to": "5", "text": "few"}],
    }
    (values,) = made(mappingType=1, **maps)["fieldConfig"]["defaults"]["mappings"]
    assert values["options"]["1"]["text"] == "up"
    (between,) = made(mappingType=2, **maps)["fieldConfig"]["defaults"]["mappings"]
    assert between["options"]["result"]["text"] == "few"


def test_field_options_of_grafana_6_are_the_field_config_of_today() -> None:
    panel: dict[str, Any] = {
        "type": "gauge",
        "options": {
            "fieldOptions": {
                "calcs": ["last"],
                "defaults": {"min": 0, "max": 5, "unit": "s", "title": "$host"},
                "thresholds": [{"color": "green", "value": None}, {"color": "red", "value": 4}],
                "overrides": [],
                "values": False,
            },
            "showThresholdMarkers": True,
        },
    }
    single_values.migrate_field_options(panel)
    assert panel["options"]["reduceOptions"] == {"calcs": ["last"], "fields": "", "values": False}
    defaults = panel["fieldConfig"]["defaults"]
    assert (defaults["unit"], defaults["max"], defaults["displayName"]) == ("s", 5, "$host")
    assert [x["color"] for x in defaults["thresholds"]["steps"]] == ["green", "red"]


def test_a_gauge_of_grafana_6_0_had_its_limits_beside_its_values() -> None:
    red = [{"color": "green", "value": None}, {"color": "red", "value": 40}]
    panel: dict[str, Any] = {
        "type": "gauge",
        "options": {
            "valueOptions": {"unit": "percent", "stat": "total", "decimals": 1, "prefix": "x"},
            "minValue": 0,
            "maxValue": 50,
            "thresholds": red,
            "valueMappings": [],
            "showThresholdLabels": True,
        },
    }
    single_values.migrate_field_options(panel)
    reduced = {"calcs": ["sum"], "fields": "", "values": False}
    assert panel["options"] == {"showThresholdLabels": True, "reduceOptions": reduced}
    defaults = panel["fieldConfig"]["defaults"]
    assert defaults.pop("thresholds")["steps"] == red
    assert defaults == {"unit": "percent", "decimals": 1, "min": 0, "max": 50}


def test_a_gauge_of_today_stays_as_it_is() -> None:
    panel = {"type": "gauge", "options": {"sizing": "auto"}}
    single_values.migrate_field_options(panel)
    assert panel == {"type": "gauge", "options": {"sizing": "auto"}}


def test_the_pie_plugin_is_grafanas_own_pie() -> None:
    panel: dict[str, Any] = {
        "type": "grafana-piechart-panel",
        "pieType": "donut",
        "format": "bytes",
        "valueName": "total",
        "legendType": "Right side",
        "aliasColors": {"x": "red"},
        "legend": {"show": True, "values": True, "percentage": True},
    }
    single_values.migrate_pie(panel)
    assert panel["type"] == "piechart"
    assert panel["options"]["pieType"] == "donut"
    assert panel["options"]["legend"]["values"] == ["value", "percent"]
    assert panel["options"]["legend"]["placement"] == "right"
    assert panel["options"]["reduceOptions"]["calcs"] == ["sum"]
    assert panel["fieldConfig"]["defaults"]["unit"] == "bytes"
