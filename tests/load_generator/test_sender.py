"""What a process that sends does around a run: a real Locust, a server of our own."""

from pathlib import Path

import pytest

from tests.support.http_server import serving
from tests.support.scenario_runs import JUDGED, remembering, run_scenario

SEES_ITSELF = (
    JUDGED
    + """
import gc

HERE_FROM_THE_START = [[]]
MADE_LATER = []

class Buyer(JudgedUser):
    load = DefaultLoad(loop=Loop.CLOSED)

    @task
    def buy(self):
        MADE_LATER.append([[]])
        seen = {id(each) for each in gc.get_objects()}
        things = {"module": HERE_FROM_THE_START, "user": self.__dict__, "new": MADE_LATER[0]}
        for kind, thing in things.items():
            with self.ask("GET", "/200", name=f"{kind}: {id(thing) in seen}"):
                pass
"""
)


@pytest.mark.programs
def test_the_garbage_collector_looks_at_what_is_new_alone(tmp_path: Path) -> None:
    """It looked through all modules and users while the run went on: a tenth of a second each."""
    with serving(remembering()) as url:
        outcome = run_scenario(tmp_path, SEES_ITSELF, url, users=1, requests=1)
    (result,) = outcome.results
    assert set(result.figures.names) == {"module: False", "user: False", "new: True"}


WARMING_UP = (
    JUDGED
    + """
class Buyer(JudgedUser):
    load = DefaultLoad(rate=8, seconds=2)

    @task
    def buy(self):
        with self.ask("GET", "/200", name="buy"):
            pass
"""
)


@pytest.mark.programs
def test_what_is_due_in_the_warm_up_is_sent_and_not_counted(tmp_path: Path) -> None:
    """Whenever the answers come: of sixteen, the first eight are due in 0.875 s."""
    handler = remembering()
    with serving(handler) as url:
        outcome = run_scenario(tmp_path, WARMING_UP, url, warm_up_seconds=0.9)
    (result,) = outcome.results
    assert (len(handler.asked), result.requests, result.unsent) == (16, 8, 0)
    (tally,) = result.figures.names.values()
    assert (tally.durations.count, tally.service_times.count) == (8, 8)
