"""Definitions and plain rule files answer the same questions."""

from dataclasses import replace
from pathlib import Path

from tests.support import project_builder
from toolkit.alerts import Recording
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts
from toolkit.prometheus.project_rules import DefinedRules, RuleSource
from toolkit.prometheus.read_user_rule_files import read
from toolkit.prometheus.rules import PlainRules, WrittenRule

DEPTH = Recording(
    name="kind:depth:sum", expr="sum by (kind) (app_queue_depth)", because="It is read often."
)
PROJECT = project_builder.project(
    alerts=(project_builder.alert("Deep", f"{DEPTH} > 5"),), recordings=(DEPTH,)
)
PLAIN = """\
groups:
- name: group
  rules:
  - {record: kind:depth:sum, expr: sum by (kind) (app_queue_depth)}
  - {alert: Deep, expr: "kind:depth:sum > 5", for: 5m}
  - {alert: Odd}
"""


def fields(rule: WrittenRule) -> tuple[str, bool, str, str]:
    return rule.name, rule.is_alert, rule.expr, rule.hold


def sources(folder: Path) -> tuple[DefinedRules, PlainRules]:
    path = folder / "rules.yml"
    path.write_text(PLAIN, encoding="utf-8")
    return DefinedRules(PROJECT.config, PROJECT.rule_files), read([path])


def test_both_have_rules(tmp_path: Path) -> None:
    source: RuleSource
    for source in sources(tmp_path):
        assert [fields(rule) for rule in source.rules] == [
            ("kind:depth:sum", False, "sum by (kind) (app_queue_depth)", ""),
            ("Deep", True, "kind:depth:sum > 5", "5m"),
        ]


def test_a_rule_knows_its_file_and_its_group(tmp_path: Path) -> None:
    defined, plain = sources(tmp_path)
    assert {(rule.file, rule.group) for rule in defined.rules} == {("app", "app.group")}
    assert {(rule.file, rule.group) for rule in plain.rules} == {
        (str(tmp_path / "rules.yml"), "group")
    }


def test_only_what_was_read_can_have_problems(tmp_path: Path) -> None:
    defined, plain = sources(tmp_path)
    assert defined.problems == ()
    assert [(x.location.line, x.message) for x in plain.problems] == [
        (6, "Odd: has no expression.")
    ]


def test_the_server_of_definitions_is_the_one_that_is_generated(tmp_path: Path) -> None:
    defined, plain = sources(tmp_path)
    assert defined.server == ServerFacts(
        scrape_seconds=15,
        external_labels=frozenset(),
        jobs=("app", "prometheus", "alertmanager"),
        job_seconds={"locust": 1},
    )
    assert plain.server == ServerFacts()


def test_only_definitions_generate_files(tmp_path: Path) -> None:
    defined, plain = sources(tmp_path)
    files = defined.generated()
    assert list(files) == [
        "alerts/generated/prometheus.yml",
        "alerts/generated/rules/app_alerts.yml",
    ]
    assert files["alerts/generated/prometheus.yml"]["rule_files"] == ["rules/*.yml"]
    (group,) = files["alerts/generated/rules/app_alerts.yml"]["groups"]
    assert [rule.get("alert", rule.get("record")) for rule in group["rules"]] == [
        "kind:depth:sum",
        "Deep",
    ]
    assert plain.generated() == {}


def test_of_a_server_that_others_configure_only_our_jobs_interval_is_known() -> None:
    config = replace(PROJECT.config, stack=replace(PROJECT.config.stack, shared=("prometheus",)))
    assert DefinedRules(config, ()).server == ServerFacts(scrape_seconds=15, jobs=("app",))
