"""Every option of every panel type that is drawn is drawn, noted, or changes no picture."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.grafana.test_published_schema import NOT_PUBLISHED
from tests.support import small_dashboards
from tests.support.made_up_prometheus import dashboard, drawn, panel
from toolkit.preview import not_drawn_notes
from toolkit.preview.drawn_panel_options import PLACES, support

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "grafana" / "published_schema.json").read_text("utf-8")
)
KINDS = sorted(not_drawn_notes.supported()["panels"])
# `status-history` has the options of a state timeline but for two of its own.
OF_OTHERS = {"status-history": "state-timeline"}


def listed(kind: str) -> list[str]:
    lists = support()[kind]
    return [*lists["drawn"], *lists["without_effect"], *lists["noted"]]


def unlisted(kind: str, place: str, paths: list[str]) -> list[str]:
    """The options that are on no list, by themselves or by one above them."""
    known = set(listed(kind))
    found = []
    for path in paths:
        words = f"{place}.{path}".replace("[]", "").split(".")
        above = {".".join(words[:end]) for end in range(2, len(words) + 1)}
        is_split = any(each.startswith(".".join(words) + ".") for each in known)
        if not above & known and not is_split:
            found.append(".".join(words))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_option_is_on_a_list(kind: str) -> None:
    for place in ("options", "custom"):
        paths = SCHEMA.get(f"{OF_OTHERS.get(kind, kind)} {place}", {})
        if kind in OF_OTHERS:
            paths = [path for path in paths if path not in {"alignValue", "mergeValues"}]
        assert unlisted(kind, place, list(paths)) == []


def test_options_that_no_schema_publishes_are_on_a_list_too() -> None:
    for kind, path in NOT_PUBLISHED:
        name, place = kind.split()
        if place == "custom":
            assert unlisted(name, place, [path]) == []


def test_every_key_of_a_panel_and_of_a_field_is_on_a_list() -> None:
    assert unlisted("every", "panel", list(SCHEMA["dashboard Panel"])) == []
    assert unlisted("every", "field", list(SCHEMA["dashboard FieldConfig"])) == []


def test_an_option_that_is_on_no_list_is_noticed() -> None:
    assert unlisted("stat", "options", ["colorMode", "sparkleMode"]) == ["options.sparkleMode"]


def test_no_option_is_on_two_lists_and_every_one_has_a_place() -> None:
    assert support().keys() == {"every", *KINDS}
    for kind in support():
        names = listed(kind)
        assert len(names) == len(set(names)), kind
        assert {name.partition(".")[0] for name in names} <= PLACES.keys()


def test_our_own_dashboards_need_no_such_note(pages: dict[str, Any]) -> None:
    every = small_dashboards.drawn(small_dashboards.every_view())
    for data in (*pages.values(), every):
        notes = drawn(data).data["notes"]
        assert [note for note in notes if note.endswith("is not drawn.")] == []


NOTED = [(kind, path) for kind in KINDS for path in support()[kind]["noted"]]


@pytest.mark.parametrize(("kind", "path"), NOTED)
def test_a_noted_option_is_named_where_it_is_set(kind: str, path: str) -> None:
    place, _, inner = path.partition(".")
    value: Any = "made up"
    for key in reversed((*PLACES[place], *inner.split("."))):
        value = {key: value}
    notes = drawn(dashboard(panel(kind, **value))).data["notes"]
    name = path if place in {"options", "panel"} else inner
    assert f"Events: {name} is not drawn." in notes


UNKNOWN: dict[str, tuple[dict[str, Any], list[str]]] = {
    "of the panel": ({"options": {"sparkle": {"size": 3}}}, ["options.sparkle.size"]),
    "of its fields": ({"fieldConfig": {"defaults": {"custom": {"glow": 1}}}}, ["glow"]),
    "of every field": ({"fieldConfig": {"defaults": {"glow": 1}}}, ["glow"]),
    "without a value": ({"options": {"sparkle": False, "shine": ""}}, []),
    "of another panel type": ({"options": {"pieType": "donut"}}, []),
    "below one that is drawn whole": ({"options": {"legend": {"newest": "x"}}}, []),
    "of an override": (
        {"fieldConfig": {"overrides": [{"properties": [
            {"id": "custom.glow", "value": 1}, {"id": "custom.lineWidth", "value": 2},
            {"id": "custom.hideFrom.viz", "value": True}, {"id": "unit", "value": "s"},
        ]}]}}, ["custom.glow of an override"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("says", "expected"), UNKNOWN.values(), ids=UNKNOWN)
def test_an_option_of_a_newer_release_is_named(says: dict[str, Any], expected: list[str]) -> None:
    notes = drawn(dashboard(panel(**says))).data["notes"]
    assert notes == [f"Events: {name} is not known here." for name in expected]


def test_an_option_of_one_field_is_named_too() -> None:
    properties = [{"id": "custom.showValues", "value": True}]
    config = {"defaults": {}, "overrides": [{"matcher": {}, "properties": properties}]}
    notes = drawn(dashboard(panel(fieldConfig=config))).data["notes"]
    assert notes == ["Events: showValues of an override is not drawn."]
