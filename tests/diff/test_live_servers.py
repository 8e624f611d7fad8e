"""Drift: what real servers hold, against the definitions, in words."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.support import fake_grafana, watched_stack
from tests.support.fake_grafana_resources import GRAFANA_12, GRAFANA_13
from tests.support.small_routing import ROUTING
from tests.support.watched_stack import PAGES, PROJECT, Others, WatchedStack
from tests.validators.test_shared_servers import THEIR_JOB, THEIRS, merged, shared_project
from toolkit.alertmanager.write_config import alertmanager_config
from toolkit.deploy import dashboards_to_grafana as deploy
from toolkit.diff import generated_files, live_servers
from toolkit.diff.compare import compare
from toolkit.errors import RefusedError, UnreachableError
from toolkit.grafana.client import Grafana
from toolkit.project import Project

OURS = {key: x for key, x in alertmanager_config(ROUTING).items() if key != "templates"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedStack]:
    """Servers that another team uses too."""
    others = Others(groups=(THEIRS,), jobs=(THEIR_JOB,), alertmanager=merged())
    with watched_stack.watched_stack(tmp_path_factory.mktemp("shared"), others) as made:
        yield made


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedStack]:
    """Servers with the project's files alone."""
    others = Others(alertmanager=OURS)
    with watched_stack.watched_stack(tmp_path_factory.mktemp("own"), others) as made:
        yield made


def drift(running: WatchedStack, project: Project, grafana: Grafana | None = None) -> list[str]:
    stack = replace(running.stack(project), grafana=grafana)
    defined = live_servers.comparable(
        project, generated_files.of_project(project), pages=grafana is not None
    )
    return list(map(str, compare(live_servers.of_stack(stack), defined)))


def routed(project: Project = PROJECT) -> Project:
    return replace(project, routing=ROUTING)


def with_alerts(project: Project, **changes: object) -> Project:
    """The project in which the paging alert says something else."""
    (file,) = project.rule_files
    (group,) = file.groups
    changed = replace(PAGES, **changes)  # type: ignore[arg-type]
    alerts = tuple(changed if x.name == PAGES.name else x for x in group.alerts)
    return replace(project, rule_files=(replace(file, groups=(replace(group, alerts=alerts),)),))


@pytest.mark.programs
def test_servers_that_hold_what_is_defined_have_no_drift(own: WatchedStack) -> None:
    project = routed()
    # The running server evaluates by its own interval, five times a second.
    found = [x for x in drift(own, project) if ": interval:" not in x]
    assert found == []


@pytest.mark.programs
def test_rules_and_routes_that_drifted_are_said_in_words(own: WatchedStack) -> None:
    routes = (replace(ROUTING.routes[0], repeat="2h"), *ROUTING.routes[1:])
    moved = replace(
        with_alerts(PROJECT, expr="max(app_queue_depth) > 200", hold="90s"),
        routing=replace(ROUTING, routes=routes, inhibitions=ROUTING.inhibitions[:1]),
    )
    found = [x for x in drift(own, moved) if ": interval:" not in x]
    assert found == [
        "QueueIsFull: threshold: > 100 -> > 200",
        "QueueIsFull: hold: 0s -> 1m30s",
        'severity="critical": repeat_interval: 1h -> 2h',
        'severity="critical", component="door": repeat_interval: 1h -> 2h',
        'alertname="Breach" inhibits alertname="Slow": inhibition removed',
    ]


@pytest.mark.programs
def test_what_was_added_by_hand_is_drift_in_servers_of_our_own(shared: WatchedStack) -> None:
    found = drift(shared, routed(shared_project("alertmanager")))
    assert "DiskIsFull: removed (critical, group team-b.disks)" in found


@pytest.mark.programs
def test_what_others_hold_is_no_drift_where_servers_are_shared(shared: WatchedStack) -> None:
    found = [x for x in drift(shared, shared_project()) if ": interval:" not in x]
    assert found == []


@pytest.mark.programs
def test_a_route_that_a_shared_alertmanager_lacks_is_drift(shared: WatchedStack) -> None:
    lacking = replace(ROUTING.routes[1], component="safe")
    project = replace(
        shared_project(),
        routing=replace(ROUTING, routes=(*ROUTING.routes, lacking), deliveries=()),
    )
    found = [x for x in drift(shared, project) if ": interval:" not in x]
    assert found == ['severity="critical", component="safe": route added (to guard)']


@pytest.mark.programs
def test_dashboards_are_compared_with_those_in_grafana(own: WatchedStack) -> None:
    with fake_grafana.serving(fake_grafana.State()) as state:
        grafana = Grafana(state.url, fake_grafana.EDITOR)
        project = routed()
        list(deploy.deploy(project, grafana))
        assert [x for x in drift(own, project, grafana) if "interval" not in x] == []
        saved = state.dashboards["app"]["dashboard"]
        saved["panels"][1]["targets"][0]["expr"] = "vector(1)"
        state.save({"uid": "stray", "title": "Stray", "panels": []}, "app", 0)
        found = [x for x in drift(own, project, grafana) if x.startswith(("app", "stray"))]
    assert found == [
        "app: Events: query removed: vector(1)",
        "app: Events: query added: sum(rate(app_events_total[$__rate_interval]))",
        "stray: removed (0 panels)",
    ]


@pytest.mark.programs
@pytest.mark.parametrize("versions", [GRAFANA_12, GRAFANA_13], ids=["v1", "v2"])
def test_dashboards_that_grafana_holds_as_resources_are_compared_too(
    own: WatchedStack, versions: tuple[str, ...]
) -> None:
    state = fake_grafana.State()
    state.resources.dashboard_versions = versions
    with fake_grafana.serving(state):
        grafana = Grafana(state.url, fake_grafana.EDITOR)
        project = routed()
        list(deploy.deploy(project, grafana))
        assert [x for x in drift(own, project, grafana) if "interval" not in x] == []
        saved = state.resources.of("app")["spec"]
        panel = saved["elements"]["panel-2"]["spec"] if "elements" in saved else saved["panels"][1]
        panel["title"] = "Edited"
        found = [x for x in drift(own, project, grafana) if x.startswith("app")]
        assert found == ["app: Edited: panel removed", "app: Events: panel added"]
        saved.clear()
        saved["title"] = "What another release left"
        with pytest.raises(RefusedError, match=r"dashboard app: .* has no panels and no elements"):
            drift(own, project, grafana)


@pytest.mark.programs
def test_a_server_that_does_not_answer_is_no_answer(own: WatchedStack) -> None:
    dead = replace(own.alertmanager, url="http://127.0.0.1:9")
    stack = replace(own.stack(routed()), alertmanager=dead)
    with pytest.raises(UnreachableError, match="nothing listens there"):
        live_servers.of_stack(stack)
