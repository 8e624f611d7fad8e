"""Scenarios by name, and runs that fail before, or while, anything is sent."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import WriteProject
from toolkit import find_definitions
from toolkit.config import pyproject
from toolkit.errors import ExitStatus, UnreachableError, UsageError
from toolkit.load import locust_process, reachability
from toolkit.load.load_plan import LoadPlan
from toolkit.load.locust_failures import ScenarioError
from toolkit.load.locust_process import KilledError

pytestmark = pytest.mark.programs


def test_scenarios_are_the_public_modules_of_the_folder(shop: WriteProject) -> None:
    root = shop()
    (root / "shop/loadtests/_parts.py").write_text("", encoding="utf-8")
    found = pyproject.load(root)
    assert list(find_definitions.scenarios(found)) == ["rush"]
    with pytest.raises(UsageError, match=r"unknown scenario 'rsh'; did you mean 'rush'\?"):
        find_definitions.scenario(found, "rsh")


def plan(url: str) -> LoadPlan:
    return LoadPlan(scenario="rush", url=url, users=1, seconds=1)


@pytest.fixture
def ignore() -> Callable[[str], None]:
    return lambda _sentence: None


def test_a_scenario_that_cannot_start_shows_why(
    shop: WriteProject, ignore: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shop({"shop/loadtests/rush.py": ('"""A rush."""\n', "import nothing_of_that_name\n")})
    monkeypatch.setattr(reachability, "require_reachable", lambda _plan: None)
    with pytest.raises(ScenarioError) as caught:
        locust_process.run(pyproject.load(root), plan("http://127.0.0.1:9"), os.environ, ignore)
    assert str(caught.value).startswith(
        "rush: the scenario cannot be loaded: "
        "ModuleNotFoundError: No module named 'nothing_of_that_name'\n"
    )
    _, line, code = str(caught.value).splitlines()
    assert line.endswith('loadtests/rush.py", line 1, in <module>')
    assert code.strip() == "import nothing_of_that_name"


def test_a_scenario_without_users_is_said_to_have_none(
    shop: WriteProject, ignore: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Locust reads it as tests of pytest, and wrote pages about those."""
    root = shop({"shop/loadtests/rush.py": ('"""A rush."""\n', "RATE = 5\n")})
    monkeypatch.setattr(reachability, "require_reachable", lambda _plan: None)
    with pytest.raises(ScenarioError, match=r"^rush: the scenario has no class of users\."):
        locust_process.run(pyproject.load(root), plan("http://127.0.0.1:9"), os.environ, ignore)


RAISES = """
from locust import User, constant, task

class Broken(User):
    wait_time = constant(0.1)

    @task
    def send(self):
        self.environment.events.request.fire(
            request_type="GET", name="x", response_time=1, response_length=0, exception=None
        )
        raise RuntimeError("the scenario is broken")
"""


def test_a_scenario_that_raises_keeps_its_figures_and_says_what(
    shop: WriteProject, ignore: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shop({"shop/loadtests/rush.py": ('"""A rush."""\n', RAISES)})
    monkeypatch.setattr(reachability, "require_reachable", lambda _plan: None)
    found = locust_process.run(pyproject.load(root), plan("http://127.0.0.1:9"), os.environ, ignore)
    assert found.requests == found.raised > 0
    assert found.figures.raised.counts == {"RuntimeError: the scenario is broken": found.raised}
    (traceback,) = found.figures.raised.tracebacks.values()
    assert 'raise RuntimeError("the scenario is broken")' in traceback


KILLED = """
import os, signal
from locust import User, constant, task

class Killed(User):
    wait_time = constant(0.1)

    @task
    def send(self):
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_load_generator_that_is_killed_is_said_to_be(
    shop: WriteProject, ignore: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was called a scenario that sent nothing."""
    root = shop({"shop/loadtests/rush.py": ('"""A rush."""\n', KILLED)})
    monkeypatch.setattr(reachability, "require_reachable", lambda _plan: None)
    with pytest.raises(
        KilledError, match="rush: the load generator was killed by SIGKILL"
    ) as error:
        locust_process.run(pyproject.load(root), plan("http://127.0.0.1:9"), os.environ, ignore)
    assert error.value.status is ExitStatus.FINDINGS


def test_a_load_generator_that_ends_itself_is_said_to_have_done_so(
    shop: WriteProject, ignore: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was called a scenario that sent nothing, too."""
    ends = KILLED.replace("os.kill(os.getpid(), signal.SIGKILL)", "os._exit(0)")
    root = shop({"shop/loadtests/rush.py": ('"""A rush."""\n', ends)})
    monkeypatch.setattr(reachability, "require_reachable", lambda _plan: None)
    with pytest.raises(ScenarioError, match="rush: the load generator ended itself with status 0"):
        locust_process.run(pyproject.load(root), plan("http://127.0.0.1:9"), os.environ, ignore)


SENDS_NOTHING = """
from toolkit.load_generator.scheduled_users import ScheduledUser
from locust import task

class Idle(ScheduledUser):
    @task
    def rest(self):
        pass
"""


def test_tasks_that_send_nothing_are_no_load(
    shop: WriteProject, ignore: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shop({"shop/loadtests/rush.py": ('"""A rush."""\n', SENDS_NOTHING)})
    monkeypatch.setattr(reachability, "require_reachable", lambda _plan: None)
    idle = LoadPlan(scenario="rush", url="http://127.0.0.1:9", users=1, requests=3, rate=100.0)
    with pytest.raises(ScenarioError, match="rush: 3 tasks were begun, and none sent a request"):
        locust_process.run(pyproject.load(root), idle, os.environ, ignore)


REFUSES = """
from locust import User, constant, events, task

class Refusing(User):
    wait_time = constant(0.1)

    @task
    def send(self):
        self.environment.sender.refuse("there is nothing to test here")
"""


def test_a_scenario_may_refuse_to_run(
    shop: WriteProject, ignore: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shop({"shop/loadtests/rush.py": ('"""A rush."""\n', REFUSES)})
    monkeypatch.setattr(reachability, "require_reachable", lambda _plan: None)
    with pytest.raises(UsageError, match="rush: there is nothing to test here"):
        locust_process.run(pyproject.load(root), plan("http://127.0.0.1:9"), os.environ, ignore)


COUNTS = """
from locust import User, constant, task

class Plain(User):
    wait_time = constant(0.01)

    @task
    def send(self):
        self.environment.events.request.fire(
            request_type="GET", name="x", response_time=20, response_length=0,
            exception=ValueError("odd") if self.environment.stats.num_requests % 2 else None,
        )
"""


def test_a_scenario_that_knows_nothing_of_the_toolkit_is_measured_too(
    shop: WriteProject, ignore: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shop({"shop/loadtests/rush.py": ('"""A rush."""\n', COUNTS)})
    monkeypatch.setattr(reachability, "require_reachable", lambda _plan: None)
    found = locust_process.run(pyproject.load(root), plan("http://127.0.0.1:9"), os.environ, ignore)
    assert found.requests >= 2
    assert abs(found.failures - found.successes) <= 1
    assert found.errors == {"x: odd": found.failures}
    assert found.total.durations.quantile_seconds(0.5) == 0.02


def test_nothing_is_sent_to_an_address_where_nothing_listens(
    tmp_path: Path, shop: WriteProject, ignore: Callable[[str], None]
) -> None:
    shop()
    with pytest.raises(UnreachableError, match="nothing answers there, so no load was sent"):
        locust_process.run(pyproject.load(tmp_path), plan("http://127.0.0.1:9"), os.environ, ignore)


def test_what_is_not_an_address_is_refused(
    tmp_path: Path, shop: WriteProject, ignore: Callable[[str], None]
) -> None:
    shop()
    with pytest.raises(UsageError, match=r"'127\.0\.0\.1:80' is not an address"):
        locust_process.run(pyproject.load(tmp_path), plan("127.0.0.1:80"), os.environ, ignore)
