"""What ends a user's task, or the user: nothing of it is lost, and all of it is told."""

from pathlib import Path

import pytest

from tests.support.certificates import issue
from tests.support.http_server import serving
from tests.support.scenario_runs import JUDGED, remembering, run_scenario
from toolkit.errors import ExitStatus

pytestmark = pytest.mark.programs

ENDS_TASKS = (
    JUDGED
    + """
import itertools, sys
import gevent

NUMBERS = itertools.count()

class Buyer(JudgedUser):
    load = DefaultLoad(loop=Loop.CLOSED)

    @task
    def buy(self):
        number = next(NUMBERS)
        if number == 0:
            gevent.spawn(self.fail)
        if number == 1:
            with gevent.Timeout(0, False):  # before the answer
                with self.ask("GET", "/200", name="impatient"):
                    pass
            return
        if number == 3:
            sys.exit(0)
        with self.ask("GET", "/200", name="buy"):
            if number == 2:
                raise gevent.Timeout(5)

    def fail(self):
        raise ValueError("in the background")

    def on_stop(self):
        super().on_stop()
        raise RuntimeError("at the end")
"""
)


def test_whatever_ends_a_task_or_a_user_costs_no_figure_and_is_told(tmp_path: Path) -> None:
    """Locust tells nobody of these: the run was green, or its figures were lost, or it hung."""
    with serving(remembering()) as url:
        outcome = run_scenario(tmp_path, ENDS_TASKS, url, users=4, requests=8)
    (result,) = outcome.results
    names = result.figures.names
    assert (names["impatient"].requests, names["impatient"].failed) == (1, 1)
    assert (names["buy"].requests, names["buy"].failed) == (6, 1)
    assert "the scenario raised" in " ".join(result.errors)
    assert result.figures.raised.counts == {
        "ValueError: in the background": 1,
        "Timeout: 5 seconds": 1,
        "SystemExit: 0": 1,
        "RuntimeError: at the end": 2,
    }
    assert outcome.status is ExitStatus.WRONG


ENCRYPTED = (
    JUDGED
    + """
import gc, ssl

class Buyer(JudgedUser):
    load = DefaultLoad(loop=Loop.CLOSED)

    @task
    def buy(self):
        contexts = sum(isinstance(each, ssl.SSLContext) for each in gc.get_objects())
        with self.ask("GET", "/200", name="buy"):
            assert contexts < 10, f"{contexts} contexts"
"""
)


def test_five_hundred_users_share_what_tls_needs(tmp_path: Path) -> None:
    """Each read the authorities of the machine anew: 23 s without a word, and 500 copies."""
    tls = issue(tmp_path).server_context()
    with serving(remembering(), tls=tls) as url:
        outcome = run_scenario(tmp_path, ENCRYPTED, url, users=500, requests=5, insecure=True)
    (result,) = outcome.results
    assert (result.requests, result.errors) == (5, {})
