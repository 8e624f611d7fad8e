"""Workers that have joined: who is alive, and whether they fit. No locust here."""

from types import SimpleNamespace

import gevent
import pytest

from toolkit.load_generator import connected_workers
from toolkit.load_generator.connected_workers import JoinedWorkers


def master(*, ready: str = "", spawning: str = "", running: str = "") -> SimpleNamespace:
    """A master's runner; a letter is a worker's id."""
    clients = {
        state: [SimpleNamespace(id=worker) for worker in workers]
        for state, workers in {"ready": ready, "spawning": spawning, "running": running}.items()
    }
    return SimpleNamespace(clients=SimpleNamespace(**clients, missing=[SimpleNamespace(id="x")]))


def test_a_single_process_is_its_own_sender() -> None:
    assert JoinedWorkers(SimpleNamespace(client_id="me"), "2", "Buyer").alive() == ("me",)


def test_of_a_master_all_workers_that_can_send_are_alive() -> None:
    runner = master(ready="d", spawning="a", running="cb")
    assert JoinedWorkers(runner, "2", "Buyer").alive() == ("a", "b", "c", "d")


def test_a_process_that_sends_itself_has_no_workers() -> None:
    assert JoinedWorkers(master(running="ab"), "2", "Buyer").worker_count() == 2
    assert JoinedWorkers(SimpleNamespace(client_id="me"), "2", "Buyer").worker_count() == 0


def test_only_those_that_run_have_users() -> None:
    runner = master(ready="d", spawning="a", running="cb")
    assert JoinedWorkers(runner, "2", "Buyer").with_users() == ("b", "c")
    single = JoinedWorkers(SimpleNamespace(client_id="me"), "2", "Buyer")
    assert single.with_users() == ("me",)


def test_a_worker_of_another_scenario_is_refused_with_the_users_of_both() -> None:
    joined = JoinedWorkers(master(running="a"), "2.47", "Buyer")
    assert joined.introduce("a", "2.47", "Buyer") == ""
    assert joined.introduce("b", "2.47", "Seller") == (
        "a worker runs the scenario Seller, and the master Buyer. Start both with the same one."
    )


def test_workers_of_one_version_fit() -> None:
    joined = JoinedWorkers(master(running="ab"), "2.47", "Buyer")
    joined.introduce("a", "2.47", "Buyer")
    joined.introduce("b", "2.47", "Buyer")
    assert joined.refusal() == ""


def test_a_worker_of_another_version_is_refused() -> None:
    joined = JoinedWorkers(master(running="ab"), "2.47", "Buyer")
    joined.introduce("a", "2.47", "Buyer")
    joined.introduce("b", "2.30", "Buyer")
    joined.introduce("gone", "1.0", "Buyer")
    assert joined.refusal() == (
        "a worker runs Locust 2.30, and the master 2.47: their messages need not fit. "
        "Install the same version on both."
    )


def test_a_worker_that_never_says_what_it_runs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connected_workers, "_FIRST_MESSAGE_SECONDS", 0.0)
    joined = JoinedWorkers(master(running="ab"), "2.47", "Buyer")
    joined.introduce("a", "2.47", "Buyer")
    assert joined.refusal() == (
        "1 of 2 workers do not run this scenario's code: they send, and what they send is not "
        "counted. Start them with `toolkit load … --worker`."
    )


def test_a_worker_may_introduce_itself_a_little_later(monkeypatch: pytest.MonkeyPatch) -> None:
    joined = JoinedWorkers(master(running="a"), "2.47", "Buyer")
    monkeypatch.setattr(gevent, "sleep", lambda _seconds: joined.introduce("a", "2.47", "Buyer"))
    assert joined.refusal() == ""
