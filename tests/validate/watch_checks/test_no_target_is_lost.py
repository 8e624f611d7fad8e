"""`no-target-is-lost`: counted by job, after two scrapes that were missed."""

from dataclasses import replace

import pytest

from tests.support.known_answers import knowing, vector, watching
from tests.support.watched_stack import PROJECT
from toolkit.config.services import ServiceConfig, ServiceRun
from toolkit.project import Project
from toolkit.validate.check import NotYet, Skip
from toolkit.validate.watch_checks.no_target_is_lost import run

SERVICE = replace(PROJECT.config.stack, shared=("prometheus",))
ALONE = replace(PROJECT, config=replace(PROJECT.config, stack=SERVICE))
UP = 'max_over_time(up{job="app"}[5000ms]) == 1'  # two and a half intervals of 2 s
BEFORE = (("app", "a:1"), ("app", "b:1"))


def found(*up: str, before: tuple[tuple[str, str], ...] = BEFORE, ago: float = 20) -> list[str]:
    answers = {
        UP: vector(*(({"job": "app", "instance": name}, 1) for name in up)),
        "time()": {"resultType": "scalar", "result": [0, str(1000 + ago)]},
    }
    read = {"lastConfigTime": "1970-01-01T00:16:40+00:00"}
    stack = watching(ALONE, knowing(answers, runtime=read), targets=frozenset(before))
    return [f"{one.subject}: {one.message}" for one in run(stack)]


def test_as_many_as_before_are_enough_whatever_their_names() -> None:
    assert found("a:1", "b:1") == []
    assert found("c:1", "d:1") == []
    assert found("a:1", "b:1", "c:1") == []


def test_fewer_are_a_finding_that_names_those_of_the_start() -> None:
    assert found("a:1") == ["app: 1 of 2 targets are up; lost: b:1."]
    assert found("c:1") == ["app: 1 of 2 targets are up; lost: a:1, b:1."]
    assert found() == ["app: 0 of 2 targets are up; lost: a:1, b:1."]


def test_a_job_that_had_none_and_has_none_is_a_finding_once_it_could_be_discovered() -> None:
    assert found(before=()) == ["app: has no target that is up."]
    assert found(before=(), ago=15) == ["app: has no target that is up."]
    with pytest.raises(NotYet, match="14 s ago, and has not discovered app yet"):
        found(before=(), ago=14)
    assert found("a:1", before=()) == []


def test_what_may_be_absent_may_end() -> None:
    service = ServiceConfig(name="app", run=ServiceRun.ON_DEMAND)
    away: Project = replace(ALONE, config=replace(ALONE.config, services={"app": service}))
    with pytest.raises(Skip, match="every service of the project may be absent"):
        list(run(watching(away, knowing({}))))
