"""`no-series-is-lost`: the declared series of the start, by their closed labels."""

from dataclasses import replace
from typing import Any

import pytest

from tests.support.known_answers import knowing, vector, watching
from tests.support.watched_stack import PROJECT
from toolkit.config.services import ServiceConfig, ServiceRun
from toolkit.validate.check import NotYet, Skip
from toolkit.validate.watch_checks.no_series_is_lost import run

JOB = '{job="app"}'
RECENT = f"last_over_time({JOB}[5000ms])"
READS = ("app", "app_events_total", (("kind", "read"),))
WRITES = ("app", "app_events_total", (("kind", "write"),))
DEPTH = ("app", "app_queue_depth", (("kind", "read"),))
START = frozenset({READS, WRITES, DEPTH})


def samples(*keys: tuple[str, str, tuple[tuple[str, str], ...]]) -> dict[str, Any]:
    """As Prometheus has them: with labels of open values too."""
    return vector(
        *(
            ({"job": job, "__name__": name, "zone": "eu", **dict(labels)}, 1.0)
            for job, name, labels in keys
        )
    )


def found(
    now: dict[str, Any], recently: dict[str, Any] | None = None, *, up: bool = True
) -> list[str]:
    answers = {
        f"up{JOB} == 1": vector(*([({"job": "app"}, 1)] if up else [])),
        JOB: now,
        RECENT: now if recently is None else recently,
    }
    stack = watching(PROJECT, knowing(answers), series=START)
    return [f"{one.subject}: {one.message}" for one in run(stack)]


def test_all_that_is_still_there_is_no_finding_nor_is_what_is_new() -> None:
    assert found(samples(READS, WRITES, DEPTH)) == []
    assert found(samples(READS, WRITES, DEPTH, (*DEPTH[:2], (("kind", "write"),)))) == []


def test_a_metric_that_is_gone_is_it_and_a_part_is_named_by_its_labels() -> None:
    assert found(samples(READS, WRITES)) == ["app_queue_depth: app has stopped exporting it."]
    assert found(samples(READS, DEPTH)) == [
        'app_events_total: app has stopped exporting {kind="write"} (1 of 2 series).'
    ]


def test_one_scrape_that_failed_is_chance() -> None:
    assert found(samples(), recently=samples(READS, WRITES, DEPTH)) == []


def test_a_job_without_a_target_that_is_up_is_left_to_another_check() -> None:
    assert found(samples(), up=False) == []


def test_where_nothing_was_there_nothing_could_be_lost() -> None:
    with pytest.raises(NotYet, match="had no declared series as the watch began"):
        list(run(watching(PROJECT, knowing({}))))
    service = ServiceConfig(name="app", run=ServiceRun.ON_DEMAND)
    config = replace(PROJECT.config, services={"app": service})
    with pytest.raises(Skip, match="no service that must always be there has a catalogue"):
        list(run(watching(replace(PROJECT, config=config), knowing({}))))
