"""Every request ends in the figures, and a run is never lost: real Locust, a server of our own."""

import json
import re
from collections import Counter
from pathlib import Path
from threading import Event

import pytest

from tests.support.http_server import serving
from tests.support.scenario_runs import JUDGED, remembering, run_scenario
from tests.support.slow_server import dripping
from toolkit.errors import ExitStatus, UsageError
from toolkit.load import file_reports, text_report
from toolkit.load.definitions import LoadDefinitions
from toolkit.load.load_plan import LoadPlan
from toolkit.load.run import RunOptions
from toolkit.load.workload import Loop

pytestmark = pytest.mark.programs

# One task's requests take 7.5 s, and the end waits for 3.5 s.
DRIPPING = (
    JUDGED
    + """
class Buyer(JudgedUser):
    load = DefaultLoad(rate=10, seconds=1)

    @task
    def buy(self):
        for step in range(5):
            with self.ask("GET", "/", name=f"{step}"):
                pass
"""
)


def test_an_answer_that_never_ends_times_out_or_is_unfinished_and_fails(tmp_path: Path) -> None:
    """It was 100% success, exit 0, and JUnit clean: no read timed out, and the end cut it off."""
    with dripping() as url:
        outcome = run_scenario(
            tmp_path, DRIPPING, url, timeout_seconds=1.5, thresholds=("max<1000", "timeouts==0")
        )
    (result,) = outcome.results
    assert result.total.timed_out + result.unfinished == result.requests == result.failures
    assert result.figures.names["0"].timed_out > 0
    assert result.unfinished > 0
    assert outcome.status is ExitStatus.FINDINGS
    missed = [str(v) for v in outcome.verdicts[0] if not v.kept]
    assert any(text.startswith("✗ max<1000: ") for text in missed)
    assert any(text.startswith("✗ unfinished==0: ") for text in missed)
    assert any("TotalTimeoutError" in message for message in result.errors)
    assert any("the run ended" in message for message in result.errors)
    assert "<failure" in file_reports.as_junit(outcome)


TWO_REQUESTS = (
    JUDGED
    + """
import gevent

class Buyer(JudgedUser):
    load = DefaultLoad(rate=20, seconds=1)

    @task
    def buy(self):
        with self.ask("GET", "/200", name="login"):
            pass
        gevent.sleep(2.5)
        with self.ask("GET", "/200", name="order"):
            pass
"""
)


def test_tasks_that_were_never_begun_fail_the_run_however_many_requests_the_others_sent(
    tmp_path: Path,
) -> None:
    """Requests were subtracted from tasks: 140 of 400 tasks lost, no note, exit 0."""
    with serving(remembering()) as url:
        outcome = run_scenario(tmp_path, TWO_REQUESTS, url, users=5)
    (result,) = outcome.results
    unsent = result.unsent
    assert (result.due, result.figures.started + unsent) == (20, 20)
    assert 5 <= unsent < result.requests + unsent  # as many as were sent do not hide them
    missed = [str(v) for v in outcome.verdicts[0] if not v.kept]
    assert missed == [f"✗ unsent==0: {unsent}, allowed == 0"]
    assert outcome.status is ExitStatus.FINDINGS
    text = text_report.render(outcome, LoadDefinitions())
    assert f"{unsent} of 20 tasks that fell due were not begun: all 5 users were waiting" in text


WEIGHTED = (
    JUDGED
    + """
from itertools import count
NUMBERS = count()

class Shopper(JudgedUser):
    abstract = True
    load = DefaultLoad(rate=60, seconds=2)

    def on_start(self):
        self.number = next(NUMBERS)
        super().on_start()

    @task
    def go(self):
        with self.ask("GET", f"/200/{self.number}", name=type(self).__name__):
            pass

class Buyer(Shopper):
    weight = 3

class Seller(Shopper):
    weight = 1
"""
)


def test_classes_send_by_weight_and_every_identity_in_turn_over_its_own_connection(
    tmp_path: Path,
) -> None:
    """Two classes weighted 3:1 sent 0 and 1,000; of fifty users two sent everything."""
    handler = remembering()
    with serving(handler) as url:
        outcome = run_scenario(tmp_path, WEIGHTED, url, users=40, thresholds=("unsent>=0",))
    (result,) = outcome.results
    sent = {name: tally.requests for name, tally in result.figures.names.items()}
    total = sum(sent.values())
    assert total + result.unsent == 120
    # What waited too long, on a machine that is slow, was of either.
    assert abs(sent["Buyer"] - 3 * sent["Seller"]) <= 8 + 4 * result.unsent
    by_identity = Counter(path for path, _ in handler.asked if path.count("/") > 1)
    assert len(by_identity) == 40
    # Each identity has one connection, and keeps it.
    assert len({(path, port) for path, port in handler.asked if path.count("/") > 1}) == 40
    assert result.figures.connects.count == 40


RAISING = (
    JUDGED
    + """
class Buyer(JudgedUser):
    load = DefaultLoad(rate=20, seconds=1)
    turn = 0

    @task
    def buy(self):
        is_first, Buyer.turn = Buyer.turn == 0, Buyer.turn + 1  # others count while this one asks
        with self.ask("GET", "/200", name="order") as answer:
            answer.expect(200)
        if is_first:
            answer.json()["tokn"]
"""
)


def test_one_exception_of_the_scenario_costs_the_status_and_not_the_figures(tmp_path: Path) -> None:
    handler = remembering()
    with serving(handler) as url:
        outcome = run_scenario(tmp_path, RAISING, url, thresholds=("p(50)<60000", "unsent>=0"))
    (result,) = outcome.results
    assert (result.successes, result.failures, result.raised) == (20 - result.unsent, 0, 1)
    assert outcome.status is ExitStatus.WRONG
    text = text_report.render(outcome, LoadDefinitions())
    assert re.search(
        r"^! the scenario's own code raised 1 × KeyError: 'tokn' "
        r"\(loadtests/buy\.py:\d+ in buy: answer\.json\(\)\[\"tokn\"\]\)$",
        text,
        re.MULTILINE,
    )
    assert "Traceback" not in text
    assert "✓ p(50)<60000" in text


STOPPING = (
    JUDGED
    + """
from locust.exception import StopUser

class Buyer(JudgedUser):
    turn = 0

    @task
    def buy(self):
        self.turn += 1
        with self.ask("GET", "/200", name="order"):
            pass
        if self.turn == 5:
            END
"""
)
ENDS = {
    "raise StopUser": "every user had stopped",
    "self.environment.runner.quit()": "the scenario, or a signal to Locust, ended it",
}


@pytest.mark.parametrize(("end", "why"), ENDS.items(), ids=["users stop", "the scenario quits"])
def test_a_closed_loop_that_is_over_before_its_time_is_no_pass(
    tmp_path: Path, end: str, why: str
) -> None:
    """Ten minutes were asked for, and 15 requests were 100%."""
    with serving(remembering()) as url:
        source = STOPPING.replace("END", end)
        outcome = run_scenario(tmp_path, source, url, users=3, loop=Loop.CLOSED, seconds=600)
    (result,) = outcome.results
    assert (result.failures, result.aborted) == (0, why)
    assert outcome.status is ExitStatus.FINDINGS


def test_requests_that_users_leave_undone_are_not_sent(tmp_path: Path) -> None:
    with serving(remembering()) as url:
        source = STOPPING.replace("END", "raise StopUser")
        outcome = run_scenario(tmp_path, source, url, users=3, loop=Loop.CLOSED, requests=100)
    (result,) = outcome.results
    assert (result.requests, result.due, result.unsent) == (15, 100, 85)
    assert "✗ unsent==0: 85, allowed == 0" in map(str, outcome.verdicts[0])


def test_users_that_stop_when_all_is_sent_pass(tmp_path: Path) -> None:
    with serving(remembering()) as url:
        source = STOPPING.replace("END", "raise StopUser")
        outcome = run_scenario(tmp_path, source, url, users=3, loop=Loop.CLOSED, requests=15)
    assert (outcome.results[0].requests, outcome.status) == (15, ExitStatus.CLEAN)


ENDED = (
    JUDGED
    + """
class Buyer(JudgedUser):
    load = DefaultLoad(rate=20, seconds=1)

    def on_start(self):
        with self.ask("POST", "/500", name="login", json={"user": "a"}) as answer:
            answer.expect(200)
            self.token = answer.json()["no such key"]
        super().on_start()

    @task
    def buy(self):
        pass
"""
)


def test_users_that_all_fail_to_log_in_end_the_run_and_are_the_services_fault(
    tmp_path: Path,
) -> None:
    """The exception follows from an answer that is counted as failed: exit 1, not 2, no hang."""
    with serving(remembering()) as url:
        outcome = run_scenario(tmp_path, ENDED, url, users=3, loop=Loop.CLOSED, requests=9)
    (result,) = outcome.results
    assert result.figures.names["login"].failed == 3
    assert result.raised == 0
    assert outcome.status is ExitStatus.FINDINGS


FINE = (
    JUDGED
    + """
class Buyer(JudgedUser):
    load = DefaultLoad(rate=20, seconds=1)

    @task
    def buy(self):
        with self.ask("GET", "/200") as answer:
            answer.expect(200)
"""
)


def test_a_missing_prometheus_and_a_full_disk_cost_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "full.json").symlink_to("/dev/full")
    reports = (str(tmp_path / "full.json"), str(tmp_path / "b.json"), str(tmp_path / "c.html"))
    said: list[str] = []
    with serving(remembering()) as url:
        outcome = run_scenario(
            tmp_path,
            FINE,
            url,
            thresholds=("promql: vector(0.5) < 1", "requests==20", "unsent>=0"),
            options=RunOptions(reports=reports),
            said=said,
        )
    asked, counted, _, _ = outcome.verdicts[0]
    assert (asked.unknown, counted.measured) == (True, 20 - outcome.results[0].unsent)
    (problem,) = outcome.problems
    assert "full.json: cannot be written: No space left on device" in problem.message
    assert outcome.status is ExitStatus.WRONG
    (run,) = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))["runs"]
    assert run["verdicts"][0]["measured"] is None
    assert [line for line in said if line.startswith("wrote ")] == [
        f"wrote {tmp_path / 'b.json'}",
        f"wrote {tmp_path / 'c.html'}",
    ]
    assert "Sent: " in text_report.render(outcome, LoadDefinitions())


PLAIN = """
'''A plain locustfile, as anybody has one.'''
from locust import HttpUser, constant, task

class Plain(HttpUser):
    wait_time = constant(0.05)

    @task
    def ok(self):
        self.client.get("/200")
"""


def test_a_plain_locustfile_is_a_closed_loop_and_its_configuration_is_told(tmp_path: Path) -> None:
    (tmp_path / "locust.conf").write_text("users = 3\n", encoding="utf-8")
    handler = remembering()
    with serving(handler) as url:
        outcome = run_scenario(tmp_path, PLAIN, url, seconds=1)
    (result,) = outcome.results
    assert result.workload is not None
    assert (result.workload.loop, result.workload.self_paced) == (Loop.CLOSED, True)
    assert result.workload.users == 3
    assert (result.unsent, result.due) == (0, 0)
    assert result.settings == ("num_users = 3 (locust.conf)",)
    assert outcome.status is ExitStatus.CLEAN
    text = text_report.render(outcome, LoadDefinitions())
    assert "! set by Locust's own configuration: num_users = 3 (locust.conf)" in text
    assert "! a closed loop: the users pace themselves" in text


HANGING = """
'''A plain locustfile, of a service that does not always answer.'''
from locust import FastHttpUser, HttpUser, constant, task

class Plain(HttpUser):
    wait_time = constant(0.02)

    @task
    def ok(self):
        self.client.get("/200")
        self.client.get("/200/hang", name=type(self).__name__)

class Fast(FastHttpUser):
    wait_time = constant(0.02)
    tasks = Plain.tasks
"""


def test_what_a_plain_locustfile_never_gets_an_answer_to_is_unfinished(tmp_path: Path) -> None:
    """Locust stops a user within its request and counts nothing: it was 100%, exit 0."""
    handler = remembering()
    over = Event()

    class Hanging(handler):  # type: ignore[valid-type, misc] # made for this test
        def send_response(self, code: int, message: str | None = None) -> None:
            if self.path == "/200/hang":
                over.wait()
            super().send_response(code, message)

    with serving(Hanging) as url:
        try:
            outcome = run_scenario(tmp_path, HANGING, url, users=2, seconds=1, timeout_seconds=1)
        finally:
            over.set()
    (result,) = outcome.results
    names = result.figures.names
    assert (names["Plain"].unfinished, names["Fast"].unfinished) == (1, 1)
    assert (names["/200"].requests, result.failures) == (2, 2)
    assert outcome.status is ExitStatus.FINDINGS


def test_a_rate_for_a_plain_locustfile_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    """20/s were asked for and 917/s sent; exit 0."""
    handler = remembering()
    with serving(handler) as url, pytest.raises(UsageError) as caught:
        run_scenario(tmp_path, PLAIN, url, rate=20.0, seconds=3)
    assert str(caught.value).startswith("buy: --rate: without effect, since Plain paces itself")
    assert "JudgedUser" in caught.value.fix
    assert handler.asked == []


def test_a_malformed_threshold_of_a_scenario_is_told_in_its_own_words(tmp_path: Path) -> None:
    source = FINE.replace("seconds=1", 'seconds=1, thresholds=("p95<1",)')
    with (
        serving(remembering()) as url,
        pytest.raises(Exception, match="threshold 'p95<1'") as error,
    ):
        run_scenario(tmp_path, source, url)
    place = tmp_path / "loadtests/buy.py"
    assert str(error.value).startswith(f"{place}:7: threshold 'p95<1': not of the form")
    assert "Traceback" not in str(error.value)


def test_what_a_plan_hides_is_in_no_list_of_processes() -> None:
    plan = LoadPlan(
        scenario="a", url="http://h", credentials="me:secret", proxy="http://u:secret@p:1"
    )
    assert "secret" not in f"{plan}{plan.options()}{plan.instructions(report=True)}"
    assert sorted(plan.variables().values()) == ["http://u:secret@p:1", "me:secret"]
