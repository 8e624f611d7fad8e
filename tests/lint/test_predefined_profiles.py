"""Profiles: ready sets of levels, below one's own."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import plain_rules
from toolkit.config.lint_settings import OFF, PROFILES, LintSettings, read_settings
from toolkit.config.toml_place import TomlPlace
from toolkit.errors import ConfigurationError
from toolkit.findings import Finding, Level
from toolkit.lint import predefined_profiles, run
from toolkit.lint.predefined_profiles import Profile

RULES = run.rules(run.RULES)
RULE = (
    'alert: A\nexpr: sum(rate(a[5m])) / sum(rate(b[5m])) > 0.1 and up{job=~"x"} == 0\nfor: 0m\n'
    "annotations: {s: '{{ $labels.x }}'}"
)


def found(folder: Path, settings: LintSettings, *rules: str) -> dict[str, Level]:
    project = plain_rules.project(folder, *rules)
    changed = replace(project, config=replace(project.config, lint_settings=settings))
    return {x.rule: x.level for x in run.run(changed, RULES)}


def test_without_a_profile_every_rule_has_its_own_level(tmp_path: Path) -> None:
    levels = found(tmp_path, LintSettings(), RULE)
    assert levels["redundant-regexp"] is Level.INFO
    assert levels["unguarded-ratio"] is Level.WARNING


def test_pint_flags_what_pint_flags(tmp_path: Path) -> None:
    levels = found(tmp_path, LintSettings(profile="pint"), RULE)
    assert "unguarded-ratio" not in levels
    assert levels["redundant-regexp"] is Level.WARNING
    assert levels["zero-duration"] is Level.INFO


def test_mixins_leave_out_what_depends_on_a_place(tmp_path: Path) -> None:
    levels = found(tmp_path, LintSettings(profile="mixins"), RULE, "record: a\nexpr: sum(b)")
    assert levels["unguarded-ratio"] is Level.INFO
    assert levels["recording-name"] is Level.WARNING


def test_strict_raises_everything(tmp_path: Path) -> None:
    before = found(tmp_path, LintSettings(), RULE)
    after = found(tmp_path, LintSettings(profile="strict"), RULE)
    assert before.keys() == after.keys()
    raised = {Level.INFO: Level.WARNING, Level.WARNING: Level.ERROR, Level.ERROR: Level.ERROR}
    assert after == {name: raised[level] for name, level in before.items()}


def test_levels_of_ones_own_come_first(tmp_path: Path) -> None:
    own = {"unguarded-ratio": "error", "redundant-regexp": OFF}
    levels = found(tmp_path, LintSettings(profile="pint", levels=own), RULE)
    assert levels["unguarded-ratio"] is Level.ERROR
    assert "redundant-regexp" not in levels


def test_a_profile_leaves_what_a_rule_says_more_softly() -> None:
    rule = next(x for x in RULES if x.id == "malformed-rules")
    soft = Finding(rule=rule.id, level=Level.INFO, message="left unjudged")
    pint, mixins = LintSettings(profile="pint"), LintSettings(profile="mixins")
    assert [predefined_profiles.levelled(soft, x, RULES).level for x in (pint, mixins)] == [
        Level.INFO
    ] * 2
    own = LintSettings(profile="pint", levels={rule.id: "error"})
    assert predefined_profiles.levelled(soft, own, RULES).level is Level.ERROR


def test_a_policy_keeps_the_level_that_it_names() -> None:
    broken = Finding(rule="policy", level=Level.INFO, message="no owner")
    for name in PROFILES:
        settings = LintSettings(profile=name)
        assert predefined_profiles.levelled(broken, settings, RULES).level is Level.INFO


def test_profiles_name_rules_that_there_are() -> None:
    known = {rule.id for rule in RULES}
    assert set(PROFILES) == {profile.value for profile in Profile}
    for given in (predefined_profiles._PINT, predefined_profiles._MIXINS):
        assert set(given) <= known


def test_pint_says_nothing_of_dashboards() -> None:
    levels = predefined_profiles.levels(Profile.PINT, RULES)
    assert "panel-without-unit" not in levels
    assert levels["unguarded-ratio"] == OFF


def test_the_settings_name_a_profile() -> None:
    here = TomlPlace(None, keys=("x",))
    _, settings = read_settings({"profile": "mixins"}, here)
    assert settings.profile == "mixins"
    with pytest.raises(
        ConfigurationError, match=r"x profile: unknown profile 'pnt'; did you mean 'pint'"
    ):
        read_settings({"profile": "pnt"}, here)
