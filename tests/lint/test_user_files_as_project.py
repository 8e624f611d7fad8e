"""Rule files that the user wrote, judged by the catalogue of a project where there is one."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import plain_rules, project_builder
from toolkit.errors import UsageError
from toolkit.lint.user_files_as_project import plain_project
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts

RULE = "alert: Deep\nexpr: app_queue_depth > 5"
BASE = project_builder.project(alerts=(project_builder.alert(),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    plain_rules.project(tmp_path, RULE)
    return tmp_path / "rules.yml"


def test_only_the_rules_are_from_the_files(path: Path) -> None:
    found = plain_project(BASE, [path], None)
    assert [rule.name for rule in found.rules] == ["Deep"]
    assert [(x.subject, x.text) for x in found.expressions()] == [
        ("Deep.expr", "app_queue_depth > 5")
    ]
    assert (found.alerts, found.recordings, found.pages, found.catalogue.metrics) == (
        (),
        (),
        (),
        (),
    )
    assert found.config == BASE.config


def test_names_and_labels_are_judged_by_the_projects_catalogue(path: Path) -> None:
    found = plain_project(BASE, [path], None)
    assert found.labels_of("app_queue_depth") == frozenset({"kind", "job", "instance"})
    assert found.values_of("app_queue_depth", "kind") == ("read", "write")
    alone = plain_project(None, [path], None)
    assert alone.labels_of("app_queue_depth") is None
    assert alone.values_of("app_queue_depth", "kind") == ()


def test_what_is_scraped_is_known_for_definitions_alone(path: Path) -> None:
    found = plain_project(BASE, [path], None)
    assert found.labels_of("up") is None
    assert found.values_of("up", "job") == ()
    assert BASE.labels_of("up") == frozenset({"job", "instance"})
    assert BASE.values_of("up", "job") == ("app", "prometheus", "alertmanager")


def test_the_server_is_the_given_one_else_the_projects_else_unknown(path: Path) -> None:
    given = path.with_name("prometheus.yml")
    given.write_text("global: {scrape_interval: 7s, external_labels: {a: b}}", encoding="utf-8")
    base = replace(BASE, config=replace(BASE.config, scrape_interval="20s"))
    assert plain_project(base, [path], given).server == ServerFacts(
        scrape_seconds=7, external_labels=frozenset({"a"})
    )
    assert plain_project(base, [path], None).server == ServerFacts(
        scrape_seconds=20, external_labels=frozenset(), job_seconds={"locust": 1}
    )
    assert plain_project(None, [path], None).server == ServerFacts()


@pytest.mark.parametrize(
    ("text", "message"),
    {
        "a: [": "prometheus.yml: while parsing",
        "[\n" * 1500: "prometheus.yml: maximum recursion depth exceeded",
        "- a": "prometheus.yml: is not a configuration of Prometheus.",
        "global: {scrape_interval: 15}": "prometheus.yml: '15' is not a duration.",
        "global: 15": "prometheus.yml: global: must be a mapping, but is 15.",
    }.items(),
)
def test_a_prometheus_yml_that_is_not_one_is_refused(path: Path, text: str, message: str) -> None:
    given = path.with_name("prometheus.yml")
    given.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        plain_project(BASE, [path], given)
    assert caught.value.message.startswith(f"{given.parent}/{message}")


def test_a_prometheus_yml_that_is_not_there_is_refused(path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.yml: "):
        plain_project(BASE, [path], path.with_name("none.yml"))


def test_a_folder_of_dashboards_is_read_for_rules_where_it_holds_some(tmp_path: Path) -> None:
    (tmp_path / "page.json").write_text('{"title": "A", "panels": [], "schemaVersion": 39}')
    (tmp_path / "NOTES.md").write_text("groups:\n- name: g\n")
    (tmp_path / "other.yml").write_text("groups_of_people: []\n")
    (tmp_path / "folder.yml").mkdir()
    assert plain_project(None, [tmp_path], None).rules == ()
    (tmp_path / "rules.yml").write_text(
        "groups:\n- {name: g, rules: [{alert: A, expr: up == 0}]}\n"
    )
    assert [rule.name for rule in plain_project(None, [tmp_path], None).rules] == ["A"]


def test_a_folder_without_any_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no rule file"):
        plain_project(None, [tmp_path], None)


def test_a_pipe_is_told_from_a_folder(tmp_path: Path) -> None:
    pipe = tmp_path / "rules.yml"
    os.mkfifo(pipe)
    with pytest.raises(UsageError, match=r"rules\.yml: is a pipe or a device") as caught:
        plain_project(None, [pipe], None)
    assert caught.value.fix == "write it to a file first, and name that."
