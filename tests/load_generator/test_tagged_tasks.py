"""Tags: what they leave of a scenario, and what is refused. Locust in a process of its own."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.http_server import serving
from tests.support.scenario_runs import JUDGED, remembering, run_scenario
from toolkit.errors import UsageError
from toolkit.load.workload import Loop

pytestmark = pytest.mark.programs

TAGGED = (
    JUDGED
    + """
from locust import tag

class Buyer(JudgedUser):
    @tag("buy")
    @task
    def buy(self):
        with self.ask("GET", "/200/buy"):
            pass

    @tag("look")
    @task
    def look(self):
        with self.ask("GET", "/200/look"):
            pass

class Seller(JudgedUser):
    @task
    def sell(self):
        with self.ask("GET", "/200/sell"):
            pass
"""
)


def test_only_tasks_of_the_tag_are_sent_and_classes_without_any_are_left_out(
    tmp_path: Path,
) -> None:
    with serving(remembering()) as url:
        outcome = run_scenario(
            tmp_path, TAGGED, url, loop=Loop.CLOSED, users=4, requests=12, tags=("buy",)
        )
    (result,) = outcome.results
    assert (sorted(result.figures.names), result.requests) == (["/200/buy"], 12)
    assert result.raised == 0


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ({"tags": ("byu",)}, "--tag byu: unknown tag 'byu'; did you mean 'buy'?"),
        ({"tags": ("buy",), "exclude_tags": ("buy",)}, "no task is left"),
    ],
)
def test_a_tag_that_leaves_nothing_is_refused(
    tmp_path: Path, plan: dict[str, Any], words: str
) -> None:
    handler = remembering()
    with serving(handler) as url, pytest.raises(UsageError) as caught:
        run_scenario(tmp_path, TAGGED, url, **plan)
    assert words in str(caught.value)
    assert handler.asked == []
