"""`/admin/faults` of the bot, over HTTP, and what each fault does to a session."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from target_app.session import metrics as facade
from target_app.session.fault_endpoint import NAMES
from target_app.session.run import TradingSession
from tests.support.trading_sessions import quick_settings
from tests.support.wait_until import PATIENCE_SECONDS, eventually

TOKEN = "a-token-made-for-tests"
QUICK_BUDGET = {"budget_refresh_seconds": 0.02, "budget_timeout_seconds": 0.05}


class Running:
    """A session that trades in a thread until the test ends."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        settings = quick_settings(folder, **changes)
        self.session = TradingSession(settings=settings, seconds=None)
        facade._Current.metrics = None
        self.thread = threading.Thread(target=self.session.run)
        self.thread.start()
        eventually(lambda: facade._Current.metrics, "the session has metrics")
        self.metrics = facade.get_metrics()
        eventually(lambda: self.metrics.server, "its port is open")
        assert self.metrics.server is not None
        self.url = f"http://127.0.0.1:{self.metrics.server.port}"
        eventually(lambda: self.ask("GET", "/ready")[0] == 200, "the session is ready")

    def ask(
        self, method: str, path: str, body: object = None, token: str = TOKEN
    ) -> tuple[int, str]:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        answer = requests.request(
            method,
            self.url + path,
            data=None if body is None else data,
            headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE_SECONDS,
        )
        return answer.status_code, answer.text

    def counted(self, group: str, name: str) -> float:
        found: float = self.metrics.get_summary()[group][name]
        return found

    def stop(self) -> None:
        self.session.stop.set()
        self.thread.join(60)


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("bot"), admin_token=TOKEN, **QUICK_BUDGET)
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def no_fault(bot: Running) -> Iterator[None]:
    yield
    assert bot.ask("DELETE", "/admin/faults")[0] == 200


def test_the_token_is_asked_for(bot: Running) -> None:
    assert bot.ask("GET", "/admin/faults", token="wrong")[0] == 401
    assert bot.ask("GET", "/admin/faults") == (200, '{"faults": {}}')


def test_without_a_token_the_address_does_not_exist(tmp_path: Path) -> None:
    other = Running(tmp_path)
    status, text = other.ask("POST", "/admin/faults", {"fault": "stale_intents"})
    other.stop()
    assert (status, text) == (404, "there is no /admin/faults\n")


REFUSED = {
    "not JSON": ("{", "the body is not JSON"),
    "a list": ([], "the body is not an object"),
    "an unknown name": ({"fault": "stale_intent"}, "did you mean 'stale_intents'?"),
    "a deadlock, which would end the session": ({"fault": "deadlock"}, "unknown fault 'deadlock'"),
    "no duration": (
        {"fault": "stale_intents", "duration_seconds": 0},
        "duration_seconds: 0 is not in 0..86400",
    ),
    "a delay in words": (
        {"fault": "balance_latency", "seconds": "long"},
        "seconds: 'long' is not a number",
    ),
    "a share over one": ({"fault": "exchange_errors", "share": 2}, "less than or equal to 1"),
}


@pytest.mark.parametrize(("body", "words"), REFUSED.values(), ids=REFUSED)
def test_refuses(bot: Running, body: object, words: str) -> None:
    status, text = bot.ask("POST", "/admin/faults", body)
    assert status == 422
    assert words in json.loads(text)["detail"]


@pytest.mark.parametrize("name", NAMES)
def test_every_fault_is_set_shown_and_cleared(bot: Running, name: str) -> None:
    status, text = bot.ask("POST", "/admin/faults", {"fault": name, "duration_seconds": 50})
    assert status == 200
    assert 0 < json.loads(text)["faults"][name]["seconds_left"] <= 50
    assert bot.ask("DELETE", f"/admin/faults/{name}") == (200, '{"faults": {}}')


def test_orders_that_the_venue_refuses(bot: Running) -> None:
    fault = {"fault": "exchange_errors", "kind": "insufficient_funds", "share": 1.0}
    before = bot.counted("counters", "orders_failed")
    assert bot.ask("POST", "/admin/faults", fault)[0] == 200
    # The books are refused too, so that orders fail only that were decided before.
    eventually(lambda: "VENUE_AWAY" in text_of(bot), "the bot notices")
    assert bot.ask("DELETE", "/admin/faults")[0] == 200
    eventually(lambda: "VENUE_BACK" in text_of(bot), "the bot goes on")
    assert bot.counted("counters", "orders_failed") >= before


def text_of(bot: Running) -> str:
    folder = Path(bot.session.settings.sessions_dir)
    return "".join(path.read_text() for path in folder.glob("*/logs/events_*.jsonl"))


def test_balances_that_come_late(bot: Running) -> None:
    fault = {"fault": "balance_latency", "seconds": 30}
    assert bot.ask("POST", "/admin/faults", fault)[0] == 200
    eventually(lambda: bot.counted("counters", "budget_refresh_timeouts") > 2, "refreshes time out")
    filled = bot.counted("counters", "orders_filled")
    eventually(lambda: bot.counted("counters", "orders_filled") > filled, "the bot trades on")


def test_intents_stay_and_then_go(bot: Running) -> None:
    assert bot.ask("POST", "/admin/faults", {"fault": "stale_intents"})[0] == 200
    eventually(lambda: bot.counted("gauges", "intents_pending") > 3, "intents gather")
    assert bot.ask("DELETE", "/admin/faults/stale_intents")[0] == 200


def test_metrics_are_served_in_the_form_that_is_asked_for(bot: Running) -> None:
    assert "# TYPE orders_sent_total counter" in bot.ask("GET", "/metrics")[1]
    kind = "application/openmetrics-text; version=1.0.0"
    answer = requests.get(f"{bot.url}/metrics", headers={"Accept": kind}, timeout=PATIENCE_SECONDS)
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def test_a_body_that_is_too_long_is_not_read(bot: Running) -> None:
    assert bot.ask("POST", "/admin/faults", "x" * 70_000) == (413, "the body is too long\n")
