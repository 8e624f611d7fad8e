"""With the sandbox asked for, no order is real: ccxt's own classes, without a network."""

import asyncio
import contextlib
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ccxt.async_support as ccxt
import pytest
from prometheus_client import CollectorRegistry

from target_app.exchanges.ccxt_clients import make_clients
from target_app.exchanges.configured_exchanges import ExchangeManager
from target_app.exchanges.injected_faults import Faults
from target_app.exchanges.sandbox import enter_sandbox
from target_app.execution import main as execution
from target_app.execution import startup_checks
from target_app.execution.exchange_settings import exchange_settings
from target_app.execution.metrics import Metrics
from target_app.execution.settings import Settings
from target_app.execution.startup_checks import check_before_start
from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS
from toolkit.errors import ConfigurationError

FIX = (
    "choose an exchange with a test network, such as binance, or a simulated one, "
    "paper or venue_sim; or set EXECUTION_SANDBOX=false, as a decision to trade for real."
)
REAL = "its orders would be real, with real money."
REFUSED = {
    "kraken": f"EXCHANGES, SANDBOX: kraken has no test network that ccxt knows: {REAL}",
    "coinbase": f"EXCHANGES, SANDBOX: coinbase has no test network that ccxt knows: {REAL}",
    "weex": "EXCHANGES, SANDBOX: ccxt's sandbox of weex leaves orders at "
    f"https://api-spot.weex.com: {REAL}",
    "blockchaincom": "EXCHANGES, SANDBOX: ccxt's sandbox of blockchaincom is "
    "https://testnet-api.delta.exchange, which belongs to Delta Exchange: "
    "another company would get its keys and its orders.",
}
# Exchanges that simulate at the live address, told so by a header.
DEMO_HEADERS = {
    "bitget": "PAPTRADING",
    "okx": "x-simulated-trading",
    "myokx": "x-simulated-trading",
    "okxus": "x-simulated-trading",
}
# Sections that ccxt leaves at the live address: prices and web pages, which take no order.
PRICES = {("alpaca", "market"), ("gemini", "web"), ("gemini", "webExchange")}


def settings(*exchanges: str, **more: Any) -> Settings:
    return Settings(webhook_secrets=("s",), exchanges=exchanges, **more)


def made(name: str, **more: Any) -> Any:
    return make_clients(exchange_settings(settings(name, **more)), (name,))[name]


def leaves(urls: Any, section: str = "") -> list[tuple[str, str]]:
    if not isinstance(urls, dict):
        return [(section, urls)] if urls else []
    return [leaf for key, below in urls.items() for leaf in leaves(below, section or key)]


def hosts(client: Any, urls: Any) -> set[tuple[str, str]]:
    return {(s, urlsplit(client.implode_hostname(url)).netloc) for s, url in leaves(urls)}


@pytest.mark.parametrize(("name", "message"), REFUSED.items(), ids=REFUSED)
def test_an_exchange_that_would_trade_for_real_is_refused(name: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        made(name)
    assert (raised.value.message, raised.value.fix) == (message, FIX)


@pytest.mark.parametrize("name", REFUSED)
def test_without_the_sandbox_the_live_address_is_kept(name: str) -> None:
    client = made(name, sandbox=False)
    assert client.urls["api"] == getattr(ccxt, name)().urls["api"]


def test_the_service_does_not_start_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EXECUTION_WEBHOOK_SECRETS", "s" * 16)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(execution, "_serve_one", lambda _: 0)  # what must not be reached
    assert execution.main(["--port", "0", "--exchanges", "binance,kraken"]) == 2
    assert capsys.readouterr().err == f"error: {REFUSED['kraken']}\n  fix: {FIX}\n"
    assert list(tmp_path.iterdir()) == []


def test_an_exchange_with_a_test_network_is_put_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    keys = tmp_path / "keys.toml"
    keys.write_text('[binance]\napiKey = "k"\nsecret = "s"\n')
    check_before_start(settings("binance", port=0, exchange_keys=str(keys)))
    client = made("binance")
    assert client.urls["api"]["private"] == "https://testnet.binance.vision/api/v3"
    live = made("binance", sandbox=False)
    assert live.urls["api"]["private"] == "https://api.binance.com/api/v3"


def test_no_exchange_of_ccxt_keeps_a_live_address_for_orders() -> None:
    refused, live = set(), set()
    for name in ccxt.exchanges:
        fresh = getattr(ccxt, name)()
        before = {host for _, host in hosts(fresh, fresh.urls["api"])}
        assert made(name, sandbox=False).urls["api"] == fresh.urls["api"]
        try:
            client = made(name)
        except ConfigurationError as error:
            assert error.fix == FIX  # noqa: PT017 - which are refused is asserted below
            refused.add(name)
            continue
        if name in DEMO_HEADERS:
            continue  # the next test looks at each of their requests
        after = hosts(client, client.urls["api"])
        assert after, name
        live |= {(name, section) for section, host in after if host in before}
    assert live == PRICES
    # Both directions: those without any test address, weex, whose test ones are live, and
    # blockchaincom, whose test one is Delta Exchange's.
    without = {n for n in ccxt.exchanges if not getattr(ccxt, n)().urls.get("test")}
    assert refused == without - set(DEMO_HEADERS) | {"weex", "blockchaincom"}


def test_what_clients_in_the_sandbox_send_is_for_the_test_network() -> None:
    sent: dict[str, set[str]] = {}

    async def trade() -> None:
        for name in ccxt.exchanges:
            client = getattr(ccxt, name)(trader())
            live = {host for _, host in hosts(client, client.urls["api"])}
            try:
                enter_sandbox(client)
            except ConfigurationError:
                continue
            for method, url, headers in await requests(client):
                sent.setdefault(name, set()).add(method)
                if urlsplit(url).netloc in live:
                    assert headers.get(DEMO_HEADERS.get(name, "")) == "1", (name, url)

    asyncio.run(trade())
    # An order left, not only a question, so that the assertion above says something.
    assert {"bitget", "bingx", "gate", "okx", "phemex", *DEMO_HEADERS} <= {
        name for name, methods in sent.items() if "POST" in methods
    }
    assert len(sent) > 40


def trader() -> dict[str, Any]:
    """Keys of no account, in the form that most exchanges sign with."""
    return {
        "apiKey": "account-key",
        "secret": "aa" * 16,
        "password": "p",
        "uid": "1",
        "login": "l",
        "privateKey": "0x" + "11" * 32,
        "walletAddress": "0x" + "22" * 20,
        "accountId": "1",
        "enableRateLimit": False,
    }


async def requests(client: Any) -> list[tuple[str, str, dict[str, str]]]:
    """What an order, the question after it and a balance would send; nothing leaves."""
    sent = []

    class NotSentError(Exception):
        pass

    async def fetch(url: str, method: str = "GET", headers: Any = None, body: Any = None) -> None:
        del body
        sent.append((method, url, {**client.headers, **(headers or {})}))
        raise NotSentError

    client.fetch = fetch
    client.timeout_on_exit = 0  # there is no connection whose end must be awaited
    market = {
        "id": "BTCUSDT", "symbol": "BTC/USDT", "base": "BTC", "quote": "USDT", "baseId": "BTC",
        "quoteId": "USDT", "type": "spot", "spot": True, "active": True, "info": {},
        "precision": {"amount": 1e-5, "price": 0.01},
    }  # fmt: skip
    client.set_markets([client.safe_market_structure(market)])
    for ask in (
        lambda: client.create_order("BTC/USDT", "limit", "buy", 0.01, 50000),
        lambda: client.fetch_order("1", "BTC/USDT", {"clientOrderId": "a"}),
        client.fetch_balance,
    ):
        # A few want a market or keys of another form, and send nothing.
        with contextlib.suppress(Exception):
            await ask()
    await client.close()
    return sent


class Idle(ccxt.binance):  # type: ignore[misc]
    def set_sandbox_mode(self, enabled: bool) -> None:  # noqa: FBT001 - ccxt's signature
        """Does nothing, as a class with a mode of its own might."""


class Empty(ccxt.binance):  # type: ignore[misc]
    def set_sandbox_mode(self, enabled: bool) -> None:  # noqa: FBT001 - ccxt's signature
        del enabled
        self.urls["api"] = {}


class Unmarked(ccxt.okx):  # type: ignore[misc]
    def set_sandbox_mode(self, enabled: bool) -> None:  # noqa: FBT001 - ccxt's signature
        """Forgets the header."""


def partly_live() -> Any:
    client = ccxt.binance()
    client.urls["test"]["private"] = client.urls["api"]["private"]
    return client


STILL_LIVE = {
    "a switch that does nothing": (
        Idle,
        "ccxt's sandbox of binance leaves orders at https://api.binance.com/sapi/v1",
    ),
    "a test address that is the live one": (
        partly_live,
        "ccxt's sandbox of binance leaves orders at https://api.binance.com/api/v3",
    ),
    "a header that is not sent": (
        Unmarked,
        "ccxt's sandbox of okx does not send 'x-simulated-trading: 1'",
    ),
    "no address at all": (Empty, "binance has no test network that ccxt knows"),
}


@pytest.mark.parametrize(("make", "what"), STILL_LIVE.values(), ids=STILL_LIVE)
def test_ccxts_word_is_not_enough(make: Any, what: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        enter_sandbox(make())
    assert raised.value.message == f"EXCHANGES, SANDBOX: {what}: {REAL}"


def test_the_manager_refuses_by_itself_and_asks_no_exchange() -> None:
    metrics = Metrics(CollectorRegistry(), exchanges=("paper", "kraken"), symbols=())
    exchanges = ExchangeManager(
        exchange_settings(settings("paper", "kraken")),
        metrics,
        turned=lambda *_: None,
        faults=Faults(),
    )
    with pytest.raises(ConfigurationError) as raised:
        asyncio.run(exchanges.load())
    assert raised.value.message == REFUSED["kraken"]
    assert exchanges.venues == {}


@pytest.mark.programs
def test_where_only_the_manager_refuses_the_service_ends_with_the_same_line(
    tmp_path: Path,
) -> None:
    code = (
        "import sys\n"
        "from target_app.execution import main\n"
        "main.check_before_start = lambda _: None\n"
        "sys.exit(main.main(['--port', '0', '--exchanges', 'paper,kraken']))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "EXECUTION_WEBHOOK_SECRETS": "s" * 16},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr.endswith(f"error: {REFUSED['kraken']}\n  fix: {FIX}\n")


def test_the_simulated_venues_need_no_test_network_and_no_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = make_clients(
        exchange_settings(settings("paper", "venue_sim")), ("paper", "venue_sim")
    )
    assert clients["paper"].id == "paper"
    assert set(clients["venue_sim"].urls["api"].values()) == {"http://127.0.0.1:8090/api/v3"}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(startup_checks, "make_clients", None)  # ccxt is not imported for these
    check_before_start(settings("paper", "venue_sim", port=0))


def test_keys_that_switch_the_sandbox_themselves_are_no_obstacle(tmp_path: Path) -> None:
    keys = tmp_path / "keys.toml"
    keys.write_text("[binance]\nsandbox = true\n")
    client = made("binance", exchange_keys=str(keys))
    assert client.urls["api"]["private"] == "https://testnet.binance.vision/api/v3"


def test_keys_of_which_ccxt_makes_no_client_are_told_without_their_values(tmp_path: Path) -> None:
    keys = tmp_path / "keys.toml"
    keys.write_text('[binance]\noptions = "my-key"\n')
    with pytest.raises(ConfigurationError) as raised:
        made("binance", exchange_keys=str(keys))
    assert raised.value.message.startswith(
        "EXCHANGE_KEYS: ccxt makes no client of the table [binance]: "
    )
    assert "my-key" not in str(raised.value)
