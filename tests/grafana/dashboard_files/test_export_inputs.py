"""What an exported dashboard leaves open: inputs, library panels, another panel's data."""

from typing import Any

from toolkit.grafana.dashboard_files.export_inputs import asked_inputs, completed, with_shared_data

INPUTS = [
    {"name": "DS_MAIN", "type": "datasource", "pluginId": "prometheus"},
    {"name": "DS_LOGS", "type": "datasource", "pluginId": "loki"},
    {"name": "VAR_JOB", "type": "constant", "value": "api"},
    {"name": "VAR_ENV", "type": "constant"},
]


def test_a_data_source_has_the_kind_that_its_input_asks_for() -> None:
    model = {
        "__inputs": INPUTS,
        "panels": [
            {"datasource": "${DS_LOGS}"},
            {
                "datasource": {"uid": "${DS_MAIN}"},
                "targets": [{"datasource": {"uid": "${DS_LOGS}"}}],
            },
        ],
    }
    made, _ = completed(model, {})
    assert made["panels"][0]["datasource"] == {"type": "loki", "uid": "DS_LOGS"}
    assert made["panels"][1]["datasource"]["type"] == "prometheus"
    assert made["panels"][1]["targets"][0]["datasource"]["type"] == "loki"
    assert "__inputs" not in made
    assert asked_inputs(model) == {"DS_MAIN", "DS_LOGS", "VAR_JOB", "VAR_ENV"}


def test_a_constant_has_its_own_value_or_the_one_that_is_given() -> None:
    model = {"__inputs": INPUTS, "panels": [{"title": "${VAR_JOB} in ${VAR_ENV}"}]}
    made, notes = completed(model, {})
    assert made["panels"][0]["title"] == "api in ${VAR_ENV}"
    assert notes == ["The input VAR_ENV has no value; say --input VAR_ENV=…."]
    made, notes = completed(model, {"VAR_ENV": "prod", "VAR_JOB": "web"})
    assert made["panels"][0]["title"] == "web in prod"
    assert notes == []


def test_a_variable_of_the_name_of_an_input_is_left_to_the_reader() -> None:
    chosen = {"list": [{"name": "DS_MAIN", "type": "datasource", "query": "prometheus"}]}
    model = {"__inputs": INPUTS, "templating": chosen, "panels": [{"datasource": "${DS_MAIN}"}]}
    assert completed(model, {})[0]["panels"][0]["datasource"] == "${DS_MAIN}"


LIBRARY = {"id": 3, "gridPos": {"x": 1}, "libraryPanel": {"uid": "u", "name": "Up"}}
MODEL = {"type": "stat", "title": "Up", "gridPos": {"x": 9}, "targets": [{"expr": "up"}]}


def test_a_library_panel_is_drawn_where_its_model_is_in_the_file() -> None:
    for model in (
        {"__elements": {"u": {"uid": "u", "model": MODEL}}, "panels": [LIBRARY]},
        {"__elements": [{"uid": "u", "model": MODEL}], "panels": [{"panels": [LIBRARY]}]},
        {"panels": [{**LIBRARY, "libraryPanel": {"uid": "u", "model": MODEL}}]},
    ):
        made, _ = completed(model, {})
        panel = made["panels"][0]
        panel = panel["panels"][0] if "panels" in panel else panel
        assert (panel["type"], panel["id"], panel["gridPos"]) == ("stat", 3, {"x": 1})
    made, _ = completed({"panels": [LIBRARY]}, {})
    assert "type" not in made["panels"][0]


SHARED = {"type": "datasource", "uid": "-- Dashboard --"}


def sharing(number: int, source: int, **says: Any) -> dict[str, Any]:
    return {"id": number, "datasource": SHARED, "targets": [{"panelId": source, **says}]}


def test_a_panel_that_shares_data_asks_what_the_other_one_asks() -> None:
    first = {
        "id": 1,
        "datasource": "P",
        "interval": "1m",
        "targets": [{"expr": "up"}],
        "transformations": [{"id": "merge"}],
    }
    model = {"panels": [first, sharing(2, 1), {"type": "row", "panels": [sharing(3, 2)]}]}
    made = with_shared_data(model)
    second, third = made["panels"][1], made["panels"][2]["panels"][0]
    for panel in (second, third):
        assert panel["targets"] == [{"expr": "up"}]
        assert (panel["datasource"], panel["interval"]) == ("P", "1m")
        assert "transformations" not in panel


def test_it_takes_the_transformations_along_where_it_says_so() -> None:
    first = {"id": 1, "targets": [{"expr": "up"}], "transformations": [{"id": "merge"}]}
    wants = sharing(2, 1, withTransforms=True) | {"transformations": [{"id": "organize"}]}
    made = with_shared_data({"panels": [first, wants]})
    assert [x["id"] for x in made["panels"][1]["transformations"]] == ["merge", "organize"]


def test_a_mixed_panel_keeps_its_own_queries_beside_those_that_it_shares() -> None:
    first = {"id": 1, "datasource": "P", "targets": [{"refId": "A", "expr": "up"}]}
    targets = [
        {"refId": "A", "panelId": 1, "datasource": SHARED},
        {"refId": "B", "expr": "own", "datasource": "Q"},
    ]
    mixed = {"id": 2, "datasource": {"uid": "-- Mixed --"}, "targets": targets}
    lost = {"id": 3, "targets": [{"panelId": 9, "datasource": SHARED}, targets[1]]}
    made = with_shared_data({"panels": [first, mixed, lost]})
    found = [(x["expr"], x["datasource"]) for x in made["panels"][1]["targets"]]
    assert found == [("up", "P"), ("own", "Q")]
    assert made["panels"][2]["targets"][0]["panelId"] == 9


def test_letters_of_shared_queries_do_not_meet_those_of_the_panels_own() -> None:
    shared = {"refId": "C", "panelId": 1, "datasource": SHARED}
    own = {"refId": "A", "expr": "own", "datasource": "Q"}
    letters = []
    for exprs in (["up"], ["up", "x"]):
        first = {"id": 1, "datasource": "P", "targets": [{"refId": "A", "expr": x} for x in exprs]}
        mixed = {"id": 2, "datasource": {"uid": "-- Mixed --"}, "targets": [shared, own]}
        made = with_shared_data({"panels": [first, mixed]})
        letters.append([each["refId"] for each in made["panels"][1]["targets"]])
    assert letters == [["C", "A"], ["C1", "C2", "A"]]


def test_a_circle_or_a_panel_that_is_not_there_stays_as_it_is() -> None:
    circle = [sharing(1, 2), sharing(2, 1), sharing(3, 9)]
    made = with_shared_data({"panels": circle})
    assert [panel["datasource"] for panel in made["panels"]] == [SHARED] * 3
