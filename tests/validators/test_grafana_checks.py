"""Checks of Grafana, against a server that answers as Grafana's API documents."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests import builders, grafana_api
from tests.fakes import stack
from tests.grafana_api import State
from toolkit import deploy
from toolkit.errors import UnreachableError
from toolkit.findings import Finding
from toolkit.grafana import Grafana
from toolkit.validate import Check, Skip, Stack
from validators.dashboards_match_code import CHECK as DASHBOARDS
from validators.datasources_match import CHECK as DATASOURCES
from validators.grafana_answers import CHECK as ANSWERS

PROJECT = builders.project()


@pytest.fixture
def state() -> Iterator[State]:
    """A Grafana to which everything was deployed."""
    with grafana_api.serving(State()) as served:
        list(deploy.deploy(PROJECT, grafana(served)))
        yield served


def grafana(state: State) -> Grafana:
    return Grafana(state.url, grafana_api.EDITOR)


def given(state: State) -> Stack:
    return replace(stack(project=PROJECT), grafana=grafana(state))


def messages(check: Check, state: State) -> list[str]:
    def words(finding: Finding) -> str:
        return f"{finding.subject}: {finding.message}" if finding.subject else finding.message

    return [words(finding) for finding in check.run(given(state))]


@pytest.mark.parametrize("check", [ANSWERS, DATASOURCES, DASHBOARDS], ids=lambda check: check.id)
def test_what_was_deployed_passes(check: Check, state: State) -> None:
    assert messages(check, state) == []


@pytest.mark.parametrize("check", [ANSWERS, DATASOURCES, DASHBOARDS], ids=lambda check: check.id)
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


def test_a_datasource_that_asks_another_server_fails(state: State) -> None:
    state.datasources["prometheus"]["url"] = "http://elsewhere:9090"
    assert messages(DATASOURCES, state) == [
        "prometheus: url is 'http://elsewhere:9090', not 'http://127.0.0.1:9090'."
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
