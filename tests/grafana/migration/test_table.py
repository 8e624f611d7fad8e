"""Tables of Grafana 6, and what 8 to 12 wrote otherwise."""

from typing import Any

from toolkit.grafana.migration import field_config, table


def test_styles_of_columns_are_overrides() -> None:
    panel: dict[str, Any] = {
        "type": "table",
        "transform": "table",
        "styles": [
            {"pattern": "Time", "type": "hidden"},
            {"pattern": "/Value.*/", "type": "number", "unit": "bytes", "decimals": 1,
             "alias": "Size", "colorMode": "cell", "thresholds": ["5", "9"],
             "colors": ["a", "b", "c"]},
            {"pattern": "At", "type": "date", "dateFormat": "YYYY-MM-DD"},
        ],
    }  # fmt: skip
    table.migrate(panel)
    assert [each["id"] for each in panel["transformations"]] == ["merge"]
    hidden, value, at = (
        {each["id"]: each["value"] for each in override["properties"]}
        for override in panel["fieldConfig"]["overrides"]
    )
    assert hidden == {"custom.hideFrom": {"viz": True}}
    assert (value["displayName"], value["unit"], value["decimals"]) == ("Size", "bytes", 1)
    assert value["custom.cellOptions"] == {"type": "color-background"}
    assert [(x["color"], x["value"]) for x in value["thresholds"]["steps"]] == [
        ("a", None),
        ("b", 5),
        ("c", 9),
    ]
    assert at == {"unit": "time: YYYY-MM-DD"}
    matchers = [each["matcher"]["id"] for each in panel["fieldConfig"]["overrides"]]
    assert matchers == ["byName", "byRegexp", "byName"]


def test_series_that_were_summed_up_are_reduced() -> None:
    panel: dict[str, Any] = {
        "type": "table-old",
        "transform": "timeseries_aggregations",
        "styles": [],
        "columns": [{"text": "Avg", "value": "avg"}, {"text": "Current", "value": "current"}],
    }
    table.migrate_old(panel)
    (reduce,) = panel["transformations"]
    assert (reduce["id"], reduce["options"]["reducers"]) == ("reduce", ["mean", "lastNotNull"])


def test_a_footer_of_8_to_12_is_one_of_the_columns() -> None:
    footer = {"show": True, "reducer": ["sum"], "countRows": False, "fields": ""}
    panel: dict[str, Any] = {"type": "table", "options": {"footer": footer}}
    table.migrate(panel)
    assert panel["fieldConfig"]["defaults"]["custom"]["footer"] == {"reducers": ["sum"]}
    some = {"show": True, "reducer": ["max"], "fields": ["Value"]}
    panel = {"type": "table", "options": {"footer": some}}
    table.migrate(panel)
    (override,) = panel["fieldConfig"]["overrides"]
    assert override["matcher"]["options"]["names"] == ["Value"]
    unseen: dict[str, Any] = {"type": "table", "options": {"footer": {"show": False}}}
    table.migrate(unseen)
    assert "fieldConfig" not in unseen


def test_columns_that_were_hidden_or_coloured_by_older_names() -> None:
    panel: dict[str, Any] = {
        "fieldConfig": {
            "defaults": {"custom": {"displayMode": "lcd-gauge", "hidden": True}},
            "overrides": [
                {
                    "properties": [
                        {"id": "custom.displayMode", "value": "color-text"},
                        {"id": "custom.hidden", "value": True},
                    ]
                }
            ],
        }
    }
    field_config.migrate(panel)
    custom = panel["fieldConfig"]["defaults"]["custom"]
    assert custom == {"cellOptions": {"type": "gauge", "mode": "lcd"}, "hideFrom": {"viz": True}}
    assert panel["fieldConfig"]["overrides"][0]["properties"] == [
        {"id": "custom.cellOptions", "value": {"type": "color-text"}},
        {"id": "custom.hideFrom", "value": {"viz": True}},
    ]
