"""The page for TradingView's users: its settings are read, its text trades, its advice holds."""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from target_app.execution.settings import read
from tests.support.documents import blocks
from tests.support.repository import ROOT
from tests.support.service_in_process import Answered, Served, served
from tests.support.service_process import execution
from tests.support.wait_until import PATIENCE_SECONDS

PAGE = ROOT / "docs" / "tradingview.md"
PASSPHRASE = "a-passphrase-for-these-tests"
BLOCKS = {block.language: block.text for block in blocks(PAGE)}
ENTRY, FLAT = (block.text for block in blocks(PAGE) if block.language == "json")
SENDERS = ("52.89.214.238", "34.212.75.30", "54.218.53.128", "52.32.178.7")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    """The service with the page's own settings."""
    for name, text in (("webhook", "a-secret-made-for-tests"), ("passphrase", PASSPHRASE)):
        (tmp_path / name).write_text(f"{text}\n")
    config = tmp_path / "execution.toml"
    config.write_text(BLOCKS["toml"].replace("/run/secrets", str(tmp_path)))
    found = read(["--config", str(config)], {})
    assert found.webhook_passphrase == PASSPHRASE
    with served(
        tmp_path / "service",
        webhook_passphrase=found.webhook_passphrase,
        allowed_ips=found.allowed_ips,
        trusted_proxies=found.trusted_proxies,
        max_age_seconds=300.0,
    ) as running:
        yield running


def filled(text: str = ENTRY, **values: str) -> bytes:
    """An alert's text, with its placeholders replaced as TradingView does."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    usual = {
        "ticker": "BTCUSDT",
        "strategy.order.action": "buy",
        "timenow": now,
        "strategy.order.contracts": "0.01",
    }
    text = text.replace("YOUR-PASSPHRASE", PASSPHRASE)
    known = usual | {name.replace("__", "."): value for name, value in values.items()}
    return re.sub(r"\{\{([\w.]+)\}\}", lambda m: known.get(m[1], m[0]), text).encode()


def post(service: Served, body: bytes, sender: str = SENDERS[0]) -> Answered:
    return service.send(
        body=body, secret=None, peer="127.0.0.1", headers=[("X-Forwarded-For", sender)]
    )


def test_the_text_trades_from_each_of_the_senders_and_from_nowhere_else(service: Served) -> None:
    for n, sender in enumerate(SENDERS):
        answer = post(service, filled(strategy__order__contracts=f"0.01{n}"), sender)
        assert answer.status == 200, answer.body
        assert (answer.json["symbol"], answer.json["side"]) == ("BTC/USDT", "buy")
        assert answer.json["quantity"] == f"0.01{n}".rstrip("0")
    assert post(service, filled(), "192.0.2.1").code == "forbidden"


def test_a_reversal_within_a_second_is_two_orders(service: Served) -> None:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    close = filled(timenow=now, strategy__order__action="sell")
    reopen = filled(timenow=now, strategy__order__contracts="0.02")
    assert [post(service, body).status for body in (close, reopen)] == [200, 200]
    assert post(service, close).json["duplicate"] is True


@pytest.mark.parametrize(
    "bad", ['"id": "{{strategy.order.id}}"', '"id": "{{ticker}}-{{timenow}}"'], ids=["name", "time"]
)
def test_the_ids_that_the_page_warns_of_are_refused_the_second_time(
    service: Served, bad: str
) -> None:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    both = []
    for action in ("sell", "buy"):
        body = filled(timenow=now, strategy__order__action=action).decode()
        id_ = bad.replace("{{strategy.order.id}}", "Long").replace("{{ticker}}", "BTCUSDT")
        both.append(re.sub(r'"id": "[^"]*"', id_.replace("{{timenow}}", now), body).encode())
    assert [post(service, body).status for body in both] == [200, 409]


def test_what_was_not_filled_in_is_said(service: Served) -> None:
    text = ENTRY.replace("YOUR-PASSPHRASE", PASSPHRASE)
    errors = post(service, text.encode()).json["errors"]
    assert {error["field"] for error in errors} == {"symbol", "side", "quantity", "timestamp", "id"}
    assert {error["code"] for error in errors} == {"unfilled"}


def test_the_time_of_the_bar_is_stale_and_no_value_is_sized(service: Served) -> None:
    bar = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 900))
    assert post(service, filled(timenow=bar)).code == "stale"
    sized = post(service, filled(strategy__order__contracts="NaN"))
    assert sized.json["sizing"]["method"] == "fixed_percent"


def test_the_text_for_closing_sells_what_is_held_once(service: Served) -> None:
    assert post(service, filled()).status == 200
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    closed = post(service, filled(FLAT, timenow=now))
    assert closed.status == 200, closed.body
    assert (closed.json["side"], closed.json["filled"]) == ("sell", "0.01")
    assert post(service, filled(FLAT, timenow=now)).json["duplicate"] is True
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1))
    assert post(service, filled(FLAT, timenow=later)).code == "nothing_held"


@pytest.mark.programs
def test_the_command_to_try_it_works(tmp_path: Path) -> None:
    server = execution(tmp_path, EXECUTION_WEBHOOK_PASSPHRASE=PASSPHRASE)
    try:
        done = subprocess.run(
            ["bash", "-c", BLOCKS["sh"].replace(":8000", f":{server.port}")],
            env=os.environ | {"EXECUTION_WEBHOOK_PASSPHRASE": PASSPHRASE},
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE_SECONDS,
        )
    finally:
        server.kill()
    assert json.loads(done.stdout)["symbol"] == "BTC/USDT"
