"""Users that begin when it is due, and not after their end: a real Locust, a server of our own."""

from pathlib import Path

import pytest

from tests.support.http_server import serving
from tests.support.scenario_runs import JUDGED, remembering, run_scenario
from toolkit.errors import ExitStatus

STALLED = (
    JUDGED
    + """
import time
import gevent
from locust import events

class Buyer(JudgedUser):
    wait_time = constant(0.2)

    @task
    def buy(self):
        with self.ask("GET", "/200") as answer:
            answer.expect(200)

def stall():
    gevent.sleep(0.7)
    time.sleep(1)

events.test_start.add_listener(lambda **_: gevent.spawn(stall))
"""
)


@pytest.mark.programs
def test_a_load_generator_that_stalls_as_its_run_ends_cuts_no_request_off(tmp_path: Path) -> None:
    """Users woke in the moment that Locust took them for waiting: 5 of 110 requests failed."""
    with serving(remembering()) as url:
        outcome = run_scenario(tmp_path, STALLED, url, users=5, seconds=1)
    (result,) = outcome.results
    assert result.errors == {}, result.total
    assert result.successes == result.requests > 0
    assert (result.unfinished, outcome.status) == (0, ExitStatus.CLEAN)
