"""`nothing-restarts`: a later start, or a counter that was reset, of an instance of the start."""

from dataclasses import replace
from typing import Any

import pytest

from tests.support.known_answers import knowing, vector, watching
from tests.support.watched_stack import PROJECT
from toolkit.config.services import ServiceConfig, ServiceRun
from toolkit.findings import Finding
from toolkit.validate.check import NotYet, Skip
from toolkit.validate.watch_checks.nothing_restarts import run

STARTS = 'max_over_time(process_start_time_seconds{job="app"}[60000ms])'
EVENTS = 'app_events_total{job="app"}'
RESETS = (
    f"resets({EVENTS}[60000ms]) > 0 or min_over_time({EVENTS}[60000ms]) < {EVENTS} offset 60000ms"
)
COUNTERS = tuple(
    RESETS.replace("app_events_total", name)
    for name in ("app_events_total", "app_latency_count", "app_latency_bucket", "app_latency_sum")
)
ONE, TWO = ("app", "a:1"), ("app", "b:1")
SHOWN = "no panel and no alert shows it; read the service's log."


def found(
    answers: dict[str, Any], *targets: tuple[str, str], project: Any = PROJECT, **started: float
) -> list[Finding]:
    starts = {("app", f"{name}:1"): value for name, value in started.items()}
    stack = watching(
        project, knowing(answers), targets=frozenset(targets or (ONE, TWO)), started=starts
    )
    return list(run(stack))


def later(seconds: float) -> dict[str, Any]:
    labels = {"job": "app", "instance": "a:1"}
    same = {"job": "app", "instance": "b:1"}
    return {STARTS: vector((labels, 100 + seconds), (same, 50))}


def test_an_instance_that_has_started_again_is_named_with_how_long_it_ran() -> None:
    (one,) = found(later(61), a=100, b=50)
    assert one.message == "a:1 has restarted, 1m1s after its last start."
    assert one.subject == "app"


@pytest.mark.parametrize(("seconds", "count"), [(0, 0), (2, 0), (2.5, 1), (-60, 0)])
def test_a_corrected_clock_is_no_restart(seconds: float, count: int) -> None:
    assert len(found(later(seconds), a=100, b=50)) == count


def test_an_instance_that_was_not_there_at_the_start_is_new() -> None:
    assert found(later(60), TWO, b=50) == []
    assert found(later(60), TWO, a=100, b=50) == []


def test_without_a_start_time_each_instance_of_a_reset_counter_is_named_once() -> None:
    answers = dict.fromkeys(COUNTERS, vector())
    reset = {"job": "app", "instance": "b:1"}
    answers[COUNTERS[0]] = vector((reset | {"kind": "read"}, 1), (reset | {"kind": "write"}, 1))
    answers[COUNTERS[1]] = vector((reset, 1), ({"job": "app", "instance": "c:1"}, 1))
    (one,) = found({**later(0), **answers}, a=100)
    assert one.message == "b:1 has restarted: app_events_total was reset."


def test_a_service_of_neither_is_not_seen() -> None:
    bare = replace(PROJECT, catalogue=replace(PROJECT.catalogue, metrics=()))
    with pytest.raises(NotYet, match=r"^app: exports neither process_start_time_seconds nor a "):
        found({STARTS: vector()}, project=bare)
    assert found(later(0), project=bare, a=100, b=50) == []


def test_services_that_may_be_absent_may_restart() -> None:
    service = ServiceConfig(name="app", run=ServiceRun.IF_INSTALLED)
    config = replace(PROJECT.config, services={"app": service})
    with pytest.raises(Skip, match="no service of the project is scraped"):
        found({}, project=replace(PROJECT, config=config))
