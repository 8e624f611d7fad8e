"""Levels and policies: each key is checked where it is written."""

from pathlib import Path

import pytest

from toolkit.config.lint_settings import FILE, Policy, find_file, read_settings
from toolkit.config.toml_place import TomlPlace
from toolkit.errors import ConfigurationError

LINT = TomlPlace(None, ("lint",))
ASKS = {"name": "n", "because": "b", "require_labels": {"team": ".+"}}
REFUSED = {
    "a level": ({"levels": {"x": "loud"}}, "levels x: unknown level 'loud'"),
    "levels in a list": ({"levels": []}, "levels: must be a table"),
    "policies in a table": ({"policies": {}}, "policies: must be a list of tables."),
    "a policy that is text": ({"policies": ["x"]}, "policies, the 1.: must be a table"),
    "an unknown key": ({"policies": [{**ASKS, "requires": []}]}, "unknown key 'requires'"),
    "no name": ({"policies": [{"because": "b"}]}, "policies, the 1.: has no name."),
    "no reason": ({"policies": [{"name": "n"}]}, "policy 'n': says no reason."),
    "nothing asked": (
        {"policies": [{"name": "n", "because": "b", "labels": {"a": "b"}}]},
        "policy 'n': asks for nothing.",
    ),
    "a kind that is not text": (
        {"policies": [{**ASKS, "kind": 1}]},
        "policies, the 1. kind: must be text",
    ),
    "another kind": ({"policies": [{**ASKS, "kind": "rule"}]}, "unknown kind 'rule'"),
    "another level": (
        {"policies": [{**ASKS, "level": "off!"}]},
        "policy 'n' level: unknown level 'off!'",
    ),
    "a pattern": ({"policies": [{**ASKS, "names": "("}]}, "'(' is not a pattern: "),
    "a pattern in a table": (
        {"policies": [{**ASKS, "require_labels": {"a": "["}}]},
        "'[' is not a pattern: ",
    ),
    "a duration": ({"policies": [{**ASKS, "most_hold": "1 hour"}]}, "most_hold: '1 hour' is not"),
    "an unknown key above": (
        {"level": {}},
        "unknown key 'level'; did you mean 'levels'? (known: levels, packages, policies, profile)",
    ),
}


@pytest.mark.parametrize(("table", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(table: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_settings(table, LINT)
    assert str(caught.value).startswith("[lint]")
    assert message in str(caught.value)


def test_reads_packages_levels_and_policies() -> None:
    packages, settings = read_settings(
        {"packages": ["a.b"], "levels": {"policy": "off"}, "policies": [ASKS]}, LINT
    )
    assert packages == ("a.b",)
    assert settings.levels == {"policy": "off"}
    assert settings.policies == (Policy(name="n", because="b", require_labels={"team": ".+"}),)
    assert read_settings({}, LINT)[0] is None


SELECTED = {
    "everything": (Policy(), True),
    "its kind": (Policy(kind="alert"), True),
    "another kind": (Policy(kind="recording"), False),
    "its path": (Policy(files=("shop/*.yml",)), True),
    "another path": (Policy(files=("desk/*.yml", "*.yaml")), False),
    "its name": (Policy(names="High.*"), True),
    "a part of its name": (Policy(names="High"), False),
    "its label": (Policy(labels={"severity": "critical|page"}), True),
    "a label that it lacks": (Policy(labels={"team": ".+"}), False),
}


@pytest.mark.parametrize(("policy", "wanted"), SELECTED.values(), ids=SELECTED)
def test_selects(policy: Policy, *, wanted: bool) -> None:
    assert policy.selects("shop/a.yml", "HighLoad", "alert", {"severity": "page"}) is wanted


def test_the_nearest_file_is_taken(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_file(below) is None
    (tmp_path / FILE).touch()
    (below / "rules.yml").touch()
    assert find_file(below / "rules.yml") == (tmp_path / FILE).resolve()
    (tmp_path / "a" / FILE).touch()
    assert find_file(below) == (tmp_path / "a" / FILE).resolve()
    assert find_file(tmp_path / "a") == (tmp_path / "a" / FILE).resolve()
