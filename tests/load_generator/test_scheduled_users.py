"""Users that begin when it is due, and not after their end: a real Locust, a server of our own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.http_server import serving
from tests.support.repository import ROOT
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


# Two users of a process without a service: what each is given, and what is counted of it.
TWO_USERS = """
import time
from types import SimpleNamespace
import gevent
from locust.user.task import TaskSet
from toolkit.load.stages import shaped
from toolkit.load.workload import Loop, Workload
from toolkit.load_generator.due_times import DueTimes
from toolkit.load_generator.scheduled_users import ScheduledUser, skip_needless_turns

counted = []
due_times = DueTimes()
sender = SimpleNamespace(
    due_times=due_times, left=lambda _seconds, waited: counted.append(waited)
)
environment = SimpleNamespace(sender=sender)

class Buyer(ScheduledUser):
    def take(self):
        return self.wait_time()

skip_needless_turns()
first, second = Buyer(environment), Buyer(environment)
woken = gevent.spawn(second.take)
gevent.sleep(0)
schedule = shaped("constant", rate=1000, seconds=0.002)
due_times.start(
    Workload(loop=Loop.OPEN, users=2, schedule=schedule, seconds=1), elapsed=0, index=0, of=1
)
# The second user, which is idle, is woken for the first moment; the other waits for a user.
while not due_times.users.waiting:
    gevent.sleep(0.001)
claimed = first.take()
gevent.joinall([woken])
again = gevent.spawn(second.take)  # what the second one is given changes nothing for the first
gevent.sleep(0)
due_times.not_begun(time.perf_counter())
gevent.sleep(0)
first.left(time.perf_counter())
second.left(time.perf_counter())
print("counted as waited for a user:", counted)

def is_first(seconds):
    order = []
    gevent.spawn(order.append, "another")
    TaskSet._sleep(None, seconds)
    order.append("the user")
    gevent.sleep(0)
    return order

print("claimed:", is_first(claimed))
print("woken:", is_first(woken.value))
print("a wait of the scenario's own:", is_first(0.0))
"""


@pytest.mark.programs
def test_a_woken_user_begins_at_once_and_each_wait_is_counted_as_what_it_was() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TWO_USERS], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.stdout.splitlines() == [
        "counted as waited for a user: [True, False]",
        "claimed: ['another', 'the user']",
        "woken: ['the user', 'another']",
        "a wait of the scenario's own: ['another', 'the user']",
    ], done.stderr
