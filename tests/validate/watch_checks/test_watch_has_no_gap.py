"""`watch-has-no-gap`: what was not scraped was not seen."""

from dataclasses import replace

import pytest

from tests.support.known_answers import knowing, matrix, watching
from tests.support.watched_stack import PROJECT
from toolkit.config.services import ServiceConfig, ServiceRun
from toolkit.project import Project
from toolkit.validate.check import NotYet, Skip
from toolkit.validate.watch_checks.watch_has_no_gap import run

QUERY = 'up{job="app"}[60000ms]'
FIX = "read Prometheus' log, then watch again."


def judged(*times: float, every: str = "5s", made: Project = PROJECT) -> None:
    target = {
        "labels": {"job": "app"},
        "scrapeUrl": "http://app/metrics",
        "health": "up",
        "lastError": "",
        "lastScrapeDuration": 0.1,
        "scrapeTimeout": "1s",
        "scrapeInterval": every,
    }
    prometheus = knowing(
        {QUERY: matrix(({"job": "app"}, times))}, targets={"activeTargets": [target]}
    )
    assert list(run(watching(made, prometheus))) == []


def test_four_intervals_are_no_hole() -> None:
    judged(1020, 1040, 1060)


HOLES = {
    "before the first": ((1021, 1040, 1060), "21s, 0s after"),
    "in the middle": ((1010, 1031, 1045), "21s, 10s after"),
    "after the last": ((1010, 1020, 1039), "21s, 39s after"),
    "what was before the watch is not in it": ((990, 999, 1030, 1045), "30s, 0s after"),
}


@pytest.mark.parametrize(("times", "words"), HOLES.values(), ids=HOLES)
def test_more_is_one_and_is_said(times: tuple[float, ...], words: str) -> None:
    with pytest.raises(NotYet) as caught:
        judged(*times)
    assert str(caught.value) == f"app: no sample for {words} the watch began.\n  fix: {FIX}"


def test_the_interval_of_the_project_counts_where_the_server_says_less() -> None:
    judged(1008, 1016, 1024, 1032, 1040, 1048, 1056, every="1s")
    with pytest.raises(NotYet, match="no sample for 9s, 48s after"):
        judged(1008, 1016, 1024, 1032, 1040, 1048, 1057, every="1s")


def test_a_sample_at_the_very_start_is_one_and_one_before_it_is_none() -> None:
    with pytest.raises(NotYet, match="no sample for 1m, 0s after"):
        judged(1000, every="2s")
    with pytest.raises(NotYet) as caught:
        judged(999.9)
    assert str(caught.value) == f"app: no sample since the watch began.\n  fix: {FIX}"


def test_without_a_service_that_is_always_scraped_there_is_nothing_to_see() -> None:
    service = ServiceConfig(name="app", run=ServiceRun.ON_DEMAND)
    config = replace(PROJECT.config, services={"app": service})
    with pytest.raises(Skip, match="no service of the project is scraped"):
        judged(1000, made=replace(PROJECT, config=config))
