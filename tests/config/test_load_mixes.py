"""`[tool.toolkit.mixes.NAME]`: what a mix may say, and what is said of one that cannot be."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from toolkit.config.load_mixes import MixedScenario, read_mixes
from toolkit.config.toml_place import TomlPlace
from toolkit.errors import ConfigurationError

MIXES = TomlPlace(Path("p"), ("tool", "toolkit", "mixes"))


def test_a_mix_is_a_table_of_scenarios_each_with_its_own_load() -> None:
    mixes = read_mixes(
        {"evening": {"buy": {"rate": 2.5, "start": "30s"}, "browse": {"concurrent": 4}}}, MIXES
    )
    assert mixes == {
        "evening": {
            "buy": MixedScenario(rate=2.5, start="30s"),
            "browse": MixedScenario(concurrent=4),
        }
    }


def test_what_a_scenario_of_a_mix_does_not_say_is_left_to_the_scenario() -> None:
    left_out = MixedScenario()
    assert [getattr(left_out, x.name) for x in fields(left_out)] == [
        0,
        "",
        0,
        0,
        0,
        "",
        "",
        *3 * [()],
    ]


WRONG: dict[str, tuple[object, str]] = {
    "an empty one": ({}, "p: [tool.toolkit.mixes.x]: names no scenario"),
    "no table": ({"buy": 5}, "p: [tool.toolkit.mixes.x] buy: must be a table, but is 5"),
    "an unknown key": ({"buy": {"rat": 5}}, "unknown key 'rat'; did you mean 'rate'"),
    "a rate that is none": ({"buy": {"rate": -1}}, "buy rate: must be a number over 0"),
    "half a user": ({"buy": {"concurrent": 1.5}}, "concurrent: must be a whole number over 0"),
    "no time": ({"buy": {"start": "soon"}}, "buy start: 'soon' is not a duration"),
    "parts of a second": (
        {"buy": {"duration": "1400ms"}},
        'buy duration: 1400ms is not a whole number of seconds.\n  fix: write it like "1s".',
    ),
    "two loops": ({"buy": {"rate": 1, "concurrent": 2}}, "buy: concurrent is a closed loop"),
}


@pytest.mark.parametrize(("table", "words"), WRONG.values(), ids=WRONG)
def test_a_mix_that_cannot_be_is_refused_where_it_stands(table: Any, words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_mixes({"x": table}, MIXES)
    assert words in str(caught.value)
