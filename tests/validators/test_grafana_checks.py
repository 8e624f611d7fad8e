"""Checks of Grafana, against a server that answers as Grafana's API documents."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support import fake_grafana, project_builder
from tests.support.fake_grafana import State
from tests.support.fake_grafana_resources import GRAFANA_13
from tests.support.fake_servers import stack
from toolkit.cli.validate import target_of
from toolkit.config.targets import TargetConfig
from toolkit.deploy import dashboards_to_grafana as deploy
from toolkit.errors import ConfigurationError, UnreachableError
from toolkit.findings import Finding
from toolkit.grafana.client import Grafana
from toolkit.validate import run_checks
from toolkit.validate.check import Check, CheckedStack, CheckOutcome, Skip
from validators.dashboards_match_code import CHECK as DASHBOARDS
from validators.datasources_match import CHECK as DATASOURCES
from validators.grafana_answers import CHECK as ANSWERS
from validators.grafana_rules_match import CHECK as RULES

PROJECT = project_builder.project(alerts=(project_builder.alert(),))
ALL = (ANSWERS, DATASOURCES, RULES, DASHBOARDS)


@pytest.fixture
def state() -> Iterator[State]:
    """A Grafana to which everything was deployed."""
    with fake_grafana.serving(State()) as served:
        list(deploy.deploy(PROJECT, grafana(served)))
        yield served


def grafana(state: State) -> Grafana:
    return Grafana(state.url, fake_grafana.EDITOR)


def given(state: State) -> CheckedStack:
    return replace(stack(project=PROJECT), grafana=grafana(state))


def messages(check: Check, state: State) -> list[str]:
    def words(finding: Finding) -> str:
        return f"{finding.subject}: {finding.message}" if finding.subject else finding.message

    return [words(finding) for finding in check.run(given(state))]


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_what_was_deployed_passes(check: Check, state: State) -> None:
    assert messages(check, state) == []


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_without_grafana_the_check_is_skipped(check: Check) -> None:
    with pytest.raises(Skip, match="this environment has no Grafana"):
        list(check.run(stack()))


def test_an_old_grafana_fails(state: State) -> None:
    state.version = "9.5.2"
    (message,) = messages(ANSWERS, state)
    assert message.endswith("is Grafana 9.5.2; the dashboards are for 10 and newer.")


def test_a_grafana_whose_database_is_not_well_is_unknown(state: State) -> None:
    state.database = "failing"
    with pytest.raises(UnreachableError, match="its database is failing"):
        messages(ANSWERS, state)


DIFFERENT: dict[str, tuple[Any, str]] = {
    "url": (
        "http://elsewhere:9090",
        "url is 'http://elsewhere:9090', not 'http://127.0.0.1:9090'.",
    ),
    "type": ("loki", "type is 'loki', not 'prometheus'."),
    "access": ("direct", "access is 'direct', not 'proxy'."),
    "name": ("Mine", "name is 'Mine', not 'Prometheus'."),
    "jsonData": (
        {
            "alertmanagerUid": "alertmanager",
            "httpMethod": "POST",
            "prometheusType": "Prometheus",
            "timeInterval": "1s",
            "ours": "to say",
        },
        "jsonData.timeInterval is '1s', not '15s'.",
    ),
}


@pytest.mark.parametrize(("key", "value", "message"), [(k, *v) for k, v in DIFFERENT.items()])
def test_a_datasource_that_differs_fails(
    state: State, key: str, value: object, message: str
) -> None:
    state.datasources["prometheus"][key] = value
    assert messages(DATASOURCES, state) == [f"prometheus: {message}"]


def test_a_datasource_of_another_uid_is_missing_under_ours(state: State) -> None:
    state.datasources["mine"] = state.datasources.pop("prometheus") | {"uid": "mine"}
    assert messages(DATASOURCES, state) == [
        "prometheus: is not there.",
        "Prometheus (mine): asks http://127.0.0.1:9090 too, and no code defines it.",
    ]


def test_grafana_may_reach_prometheus_where_this_environment_does(state: State) -> None:
    state.datasources["prometheus"]["url"] = "http://prometheus:9090/"
    assert messages(DATASOURCES, state) == []


def test_a_datasource_that_no_code_makes_fails_where_it_asks_our_server(state: State) -> None:
    state.datasources["x"] = {"uid": "x", "name": "Logs", "type": "loki", "url": "http://loki:3100"}
    assert messages(DATASOURCES, state) == []
    state.datasources["y"] = {"uid": "y", "name": "Mine", "url": "http://127.0.0.1:9093/"}
    assert messages(DATASOURCES, state) == [
        "Mine (y): asks http://127.0.0.1:9093/ too, and no code defines it."
    ]


def test_a_datasource_that_is_gone_fails(state: State) -> None:
    del state.datasources["alertmanager"]
    assert messages(DATASOURCES, state) == ["alertmanager: is not there."]


def edit(state: State) -> None:
    saved: dict[str, Any] = state.dashboards["app"]["dashboard"]
    saved["panels"][-1]["title"] = "Edited by hand"


def forget(state: State) -> None:
    del state.dashboards["app"]


def test_a_dashboard_edited_by_hand_fails(state: State) -> None:
    edit(state)
    assert messages(DASHBOARDS, state) == ["app: differs from what the code generates."]


def test_a_dashboard_that_is_missing_fails(state: State) -> None:
    forget(state)
    assert messages(DASHBOARDS, state) == ["app: is not in Grafana."]


def test_a_dashboard_that_no_code_makes_fails(state: State) -> None:
    state.save({"uid": "mine", "title": "Mine"}, "app", 1)
    assert messages(DASHBOARDS, state) == ["mine: is in the folder, and no code makes it."]


def test_a_dashboard_that_others_manage_fails_where_it_differs(state: State) -> None:
    """The check asks by the API that Grafana has, as a deployment does."""
    state.resources.dashboard_versions = GRAFANA_13
    state.dashboards.clear()
    assert messages(DASHBOARDS, state) == ["app: is not in Grafana."]
    list(deploy.deploy(PROJECT, grafana(state), datasources=False))
    state.resources.annotate("dashboards", "app", managedBy="repo", managerId="platform")
    assert messages(DASHBOARDS, state) == []
    state.resources.of("app")["spec"]["title"] = "Edited"
    assert messages(DASHBOARDS, state) == [
        "app: differs from what the code generates, and another tool manages it."
    ]
    state.resources.annotate("dashboards", "app", managedBy="classic-file-provisioning")
    assert messages(DASHBOARDS, state) == [
        "app: differs from what the code generates, and comes from a file there."
    ]


def rule(title: str, folder: str = "app", *, paused: bool = False) -> dict[str, Any]:
    """As the documentation of `GET /api/v1/provisioning/alert-rules` shows it, in part."""
    return {"uid": "a1", "title": title, "folderUID": folder, "ruleGroup": "app.group",
            "isPaused": paused, "for": "5m", "provenance": "file"}  # fmt: skip


OWN_RULES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a copy of ours": (rule("TooMany"), []),
    "a copy of ours elsewhere": (rule("TooMany", "mine"), []),
    "another's, elsewhere and paused": (rule("Theirs", "theirs", paused=True), []),
    "a copy of ours, paused": (
        rule("TooMany", paused=True),
        ["TooMany (app/app.group): is paused, so it never fires."],
    ),
    "a copy of ours elsewhere, paused": (
        rule("TooMany", "mine", paused=True),
        ["TooMany (mine/app.group): is paused, so it never fires."],
    ),
    "nobody's, in our folder": (
        rule("Mine"),
        ["Mine (app/app.group): is in our folder, and no definition makes it."],
    ),
}


@pytest.mark.parametrize(("found", "wrong"), OWN_RULES.values(), ids=OWN_RULES)
def test_grafanas_own_alert_rules(state: State, found: dict[str, Any], wrong: list[str]) -> None:
    state.alert_rules = [found]
    assert messages(RULES, state) == wrong


def test_a_grafana_without_alerting_of_its_own_is_skipped(state: State) -> None:
    state.alert_rules = None
    with pytest.raises(Skip, match="has no alert rules of its own"):
        messages(RULES, state)


def test_a_token_that_is_not_accepted_leaves_the_answer_open(state: State) -> None:
    with_wrong = replace(given(state), grafana=Grafana(state.url, "wrong"))
    answers, *others = run_checks.run(with_wrong, ALL)
    assert answers.outcome is CheckOutcome.PASSED  # health needs no token
    for result in others:
        assert result.outcome is CheckOutcome.UNKNOWN
        assert "answered 401: Invalid API key\n  fix: create a service account's" in result.reason


def test_a_targets_token_is_named_by_its_own_variable(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authorities = tmp_path / "ca.pem"
    authorities.write_text("", encoding="utf-8")
    target = TargetConfig(
        service="http://s",
        prometheus="http://p",
        alertmanager="http://a",
        grafana=state.url,
        grafana_token_env="STAGING_GRAFANA",
        ca_file=str(authorities),
    )
    project = replace(PROJECT, config=replace(PROJECT.config, targets={"staging": target}))
    monkeypatch.setenv("STAGING_GRAFANA", "expired")
    there = target_of(project, "staging").grafana
    assert there is not None
    assert there.access.verify == str(authorities)
    with pytest.raises(ConfigurationError, match="export it as STAGING_GRAFANA"):
        there.datasources()
    monkeypatch.setenv("STAGING_GRAFANA", fake_grafana.EDITOR)
    there = target_of(project, "staging").grafana
    assert there is not None
    assert {each["uid"] for each in there.datasources()} == {"prometheus", "alertmanager"}
