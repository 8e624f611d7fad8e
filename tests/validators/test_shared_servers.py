"""A Prometheus and an Alertmanager that others use too: only what is ours is judged there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support import watched_stack
from tests.support.fake_servers import FakePrometheus
from tests.support.fake_servers import stack as fakes
from tests.support.small_routing import ROUTING
from tests.support.watched_stack import PROJECT, Others, WatchedStack
from toolkit.alertmanager.write_config import alertmanager_config
from toolkit.project import Project
from toolkit.prometheus.client import LoadedRule, LoadedRuleGroup, ScrapeTarget
from toolkit.validate import run_checks as validation
from toolkit.validate import watch_run
from toolkit.validate.check import CheckOutcome
from toolkit.validate.watch_run import WatchOptions

SERVERS = ("prometheus", "alertmanager", "grafana")
# Fails however few targets have been scraped: two results on the left match one on the right.
TWO_TO_ONE = '(vector(1) or label_replace(vector(2), "a", "b", "", "")) + on() vector(1)'
THEIRS = {
    # One of their alerts has the name of ours, another pages, and one fails to evaluate.
    "name": "team-b.disks",
    "rules": [
        {"alert": "QueueIsFull", "expr": "vector(1)", "labels": {"severity": "critical"}},
        {"alert": "DiskIsFull", "expr": "vector(1)", "labels": {"severity": "critical"}},
        {"alert": "TwoToOne", "expr": TWO_TO_ONE},
    ],
}
THEIR_JOB = {"job_name": "team-b", "static_configs": [{"targets": ["127.0.0.1:9"]}]}


def merged() -> dict[str, Any]:
    """Our routes below a route of theirs, in the file of theirs."""
    ours = alertmanager_config(ROUTING)
    way_in = {"matchers": ['team="a"'], **ours["route"]}
    return {
        "route": {"receiver": "team-b", "routes": [{"receiver": "team-b"}, way_in]},
        "receivers": [{"name": "team-b"}, *ours["receivers"]],
        "inhibit_rules": [
            {"source_matchers": ['alertname="DiskIsFull"'], "target_matchers": ['team="b"']},
            *ours["inhibit_rules"],
        ],
    }


def shared_project(*servers: str) -> Project:
    config = PROJECT.config
    stack = replace(config.stack, shared=servers or SERVERS)
    return replace(PROJECT, config=replace(config, stack=stack), routing=ROUTING)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedStack]:
    others = Others(groups=(THEIRS,), jobs=(THEIR_JOB,), alertmanager=merged())
    with watched_stack.watched_stack(tmp_path_factory.mktemp("shared"), others) as made:
        made.until('ALERTS{alertname="DiskIsFull"}')
        made.until("up{job='team-b'} == 0")
        yield made


ABOUT_PROMETHEUS = (
    "no-undeclared-rules",
    "rules-are-healthy",
    "rules-are-loaded",
    "targets-are-up",
    "configuration-is-in-force",
)


def judged(running: WatchedStack, project: Project, *names: str) -> dict[str, list[str]]:
    """By check that has failed, what it has found."""
    known = validation.select(validation.checks(("toolkit.checks",)), names)
    results = validation.run_patiently(running.stack(project), known, 60.0)
    assert all(result.outcome is not CheckOutcome.UNKNOWN for result in results), results
    return {
        result.check.id: [f"{f.subject}: {f.message}" for f in result.findings]
        for result in results
        if result.outcome is CheckOutcome.FAILED
    }


@pytest.mark.programs
def test_what_others_load_and_scrape_is_theirs(running: WatchedStack) -> None:
    assert judged(running, shared_project(), *ABOUT_PROMETHEUS) == {}


@pytest.mark.programs
def test_the_same_is_wrong_in_a_prometheus_of_our_own(running: WatchedStack) -> None:
    found = judged(running, shared_project("alertmanager"), *ABOUT_PROMETHEUS)
    assert set(found) == {"no-undeclared-rules", "rules-are-healthy", "targets-are-up"}
    strangers = [each.partition(":")[0] for each in found["no-undeclared-rules"]]
    assert strangers == ["DiskIsFull", "TwoToOne"]


@pytest.mark.programs
def test_our_routes_may_stand_below_those_of_others(running: WatchedStack) -> None:
    assert judged(running, shared_project(), "alertmanager-is-configured") == {}


@pytest.mark.programs
def test_what_of_ours_a_shared_alertmanager_lacks_is_named(running: WatchedStack) -> None:
    night, pager = "night", ROUTING.routes[0].receiver
    other = replace(pager, name=night)
    routes = (replace(ROUTING.routes[0], receiver=other), *ROUTING.routes[1:])
    inhibitions = (*ROUTING.inhibitions, replace(ROUTING.inhibitions[1], equal=("zone",)))
    changed = replace(ROUTING, routes=routes, inhibitions=inhibitions, deliveries=())
    project = replace(shared_project(), routing=changed)
    found = judged(running, project, "alertmanager-is-configured")
    assert found == {
        "alertmanager-is-configured": [
            "receivers.night: is not loaded.",
            "inhibit_rules[2]: is not loaded as generated.",
            "route.routes[0]: is not among the loaded routes.",
        ]
    }


@pytest.mark.programs
def test_a_watch_leaves_their_pages_to_them(running: WatchedStack) -> None:
    results = watch_run.run(
        running.stack(shared_project()),
        validation.select(watch_run.checks(), (), ("error-budgets-hold",)),
        WatchOptions(seconds=4, every_seconds=1),
        lambda _: None,
    )
    assert {r.check.id: r.outcome.value for r in results} == dict.fromkeys(
        (r.check.id for r in results), "passed"
    )


def test_a_rule_in_our_group_that_no_definition_makes_is_still_found() -> None:
    left_over = LoadedRule("f", "app.group", "Former", "alerting", "up == 0", "ok", "", {})
    theirs = replace(left_over, group="team-b.disks", name="Theirs")
    server = FakePrometheus(loaded=(left_over, theirs))
    (check,) = validation.select(validation.checks(("toolkit.checks",)), ("no-undeclared-rules",))
    found = list(check.run(fakes(project=shared_project(), prometheus=server)))
    assert [each.subject for each in found] == ["Former"]


def test_groups_and_scrapes_of_others_may_be_slow() -> None:
    slow = LoadedRuleGroup("team-b.disks", 15.0, 14.0, datetime.now(UTC))
    scrape = ScrapeTarget("team-b", "http://b", "up", "", 9.0, 10.0)
    server = FakePrometheus(evaluated=(slow,), scraped=(scrape,))
    names = ("evaluation-keeps-up", "scrapes-are-quick")
    for check in validation.select(validation.checks(("toolkit.checks",)), names):
        assert list(check.run(fakes(project=shared_project(), prometheus=server))) == []
        assert list(check.run(fakes(prometheus=server))) != []
