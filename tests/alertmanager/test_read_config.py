"""Which files are taken for a configuration of Alertmanager, and what is read of one."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.support.small_routing import ROUTING
from toolkit.alertmanager.read_config import files_in, is_alertmanager_file, of_routing, read_file
from toolkit.lint.user_files_as_project import plain_project

TAKEN = {
    "a whole one": ("route: {receiver: a}\nreceivers: []\n", True),
    "a broken one": ("route: [\n", True),
    "inhibitions alone": ("inhibit_rules: []\n", True),
    "a rule file": ("groups: []\n", False),
    "a prometheus.yml": ("alerting: {alertmanagers: []}\nglobal: {}\n", False),
    "a word further in": ("spec:\n  route: {receiver: a}\n", False),
    "both": ("route: {}\ngroups: []\n", False),
}


@pytest.mark.parametrize(("text", "yes"), TAKEN.values(), ids=TAKEN)
def test_a_file_is_told_by_its_keys(tmp_path: Path, text: str, yes: bool) -> None:  # noqa: FBT001
    path = tmp_path / "x.yml"
    path.write_text(text, encoding="utf-8")
    assert is_alertmanager_file(path) is yes


def test_a_folder_may_hold_both_kinds(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    config, rules = tmp_path / "sub" / "am.yaml", tmp_path / "rules.yml"
    config.write_text("route: {receiver: a}\n", encoding="utf-8")
    rules.write_text("groups: [{name: g, rules: [{alert: A, expr: up}]}]\n", encoding="utf-8")
    assert list(files_in([tmp_path])) == [config]
    project = plain_project(None, [tmp_path], None)
    assert [x.path for x in project.alertmanager_configs] == [str(config)]
    assert [rule.name for rule in project.rules] == ["A"]
    rules.unlink()
    assert plain_project(None, [tmp_path], None).rules == ()


def test_settings_are_inherited_and_matchers_add_up(tmp_path: Path) -> None:
    path = tmp_path / "alertmanager.yml"
    path.write_text(
        dedent("""
            route:
              receiver: a
              group_interval: 2m
              routes:
              - matchers: ['x="1"']
                receiver: b
                continue: true
                routes:
                - match: {y: "2"}
                  group_wait: 1s
            receivers: [{name: a}, {name: b}]
            """),
        encoding="utf-8",
    )
    root, first, second = read_file(path).routes
    assert [x.settings["receiver"].text for x in (root, first, second)] == ["a", "b", "b"]
    assert [str(x) for x in second.all_matchers] == ['x="1"', 'y="2"']
    assert (first.continues, second.continues) == (True, False)
    names = ("group_wait", "group_interval", "repeat_interval")
    assert [second.interval(name) for name in names] == ["1s", "2m", "4h"]
    assert second.subject == "route.routes[0].routes[0]"
    assert (second.location.line, second.location.column) == (10, 7)


def test_a_routing_is_read_as_its_file_would_be() -> None:
    config = of_routing(ROUTING)
    assert config.problems == ()
    assert not config.is_file
    assert [x.name for x in config.receivers] == ["pager", "guard", "chat"]
    assert [x.location for x in config.inhibitions] == [x.defined for x in ROUTING.inhibitions]
    assert config.inhibitions[1].equal[0].text == "kind"


@pytest.mark.parametrize("key", ["group_by", "routes"])
def test_a_list_of_a_route_that_is_none_is_a_problem(tmp_path: Path, key: str) -> None:
    path = tmp_path / "alertmanager.yml"
    path.write_text(f"receivers: [{{name: a}}]\nroute:\n  receiver: a\n  {key}: a\n", "utf-8")
    found = read_file(path)
    said = [(x.location.line, x.message, x.fix) for x in found.problems]
    assert said == [(4, f"`{key}` must be a list, but is a.", f"write `{key}: [a]`.")]
