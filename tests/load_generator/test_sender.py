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
