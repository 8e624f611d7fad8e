"""Which controls a served page has, what may be chosen, and what is."""

from typing import Any

import pytest

from tests.support.made_up_prometheus import HOUR, World, dashboard, templating, variable
from toolkit.preview import variable_controls
from toolkit.preview.variable_controls import controls
from toolkit.preview.variables import resolve

PLAIN = "label_values(events, zone)"
WORLD = World(values={"zone": ("eu", "us")})


def control(given: dict[str, Any], **chosen: tuple[str, ...]) -> dict[str, Any]:
    model = dashboard(templating=templating(given))
    (found,) = controls(model, resolve(model, WORLD, HOUR, chosen))
    return found


def values(found: dict[str, Any]) -> list[str]:
    return [each["value"] for each in found["options"]]


def test_one_of_several() -> None:
    assert control(variable("zone", PLAIN, label="Zone")) == {
        "name": "zone",
        "label": "Zone",
        "kind": "one",
        "more": 0,
        "chosen": ["eu"],
        "text": "eu",
        "options": [{"value": "eu", "text": "eu"}, {"value": "us", "text": "us"}],
    }


def test_many_and_all() -> None:
    many = variable("zone", PLAIN, multi=True, includeAll=True, current={"value": "$__all"})
    found = control(many)
    assert (found["kind"], values(found)) == ("many", ["$__all", "eu", "us"])
    assert (found["chosen"], found["text"]) == (["$__all"], "All")
    assert control(many, zone=("us",))["chosen"] == ["us"]


def test_an_interval_that_follows_the_range_may_be_chosen_again() -> None:
    given = variable("i", "1m,5m", "interval", auto=True, auto_count=30, auto_min="1m")
    found = control(given, i=("auto",))
    assert found["options"][0] == {"value": "auto", "text": "auto (2m)"}
    assert (found["chosen"], values(found)) == (["auto"], ["auto", "1m", "5m"])
    assert control(given, i=("5m",))["chosen"] == ["5m"]


def test_a_text_is_typed_and_what_only_grafana_changes_is_shown() -> None:
    assert control(variable("t", "x", "textbox"))["kind"] == "text"
    filters = {"type": "adhoc", "name": "f", "filters": [{"key": "a", "value": "b"}]}
    found = control(filters)
    assert (found["kind"], found["text"]) == ("fixed", "a = b")


def test_hidden_ones_have_none() -> None:
    model = dashboard(templating=templating(variable("zone", PLAIN, hide=2)))
    assert controls(model, resolve(model, WORLD, HOUR, {})) == []


def test_a_list_without_end_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variable_controls, "MOST_OPTIONS", 1)
    found = control(variable("zone", PLAIN))
    assert (values(found), found["more"]) == (["eu"], 1)
