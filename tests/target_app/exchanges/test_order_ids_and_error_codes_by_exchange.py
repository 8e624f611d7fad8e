"""The service at Binance, Coinbase and Kraken: ccxt's own classes, answers in documented form."""

import dataclasses
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from target_app.exchanges.order_ids_and_error_codes_by_exchange import PROFILES, profile_of
from tests.support.documented_venues import Binance, Coinbase, DocumentedVenue, Kraken
from tests.support.service_in_process import Served, order, served

SYMBOLS = {"binance": "BTC/USDT", "coinbase": "BTC/USD", "kraken": "BTC/USD"}
MADE: dict[str, Callable[[], DocumentedVenue]] = {
    "binance": Binance,
    "coinbase": Coinbase,
    "kraken": Kraken,
}
CREATES = {"binance": "/api/v3/order", "coinbase": "/brokerage/orders", "kraken": "/AddOrder"}
ID_AT = {"binance": "newClientOrderId", "coinbase": "client_order_id", "kraken": "cl_ord_id"}
# Where each class of ccxt keeps its addresses.
SECTIONS = {
    "binance": ("public", "private", "v1", "sapi"),
    "coinbase": ("rest",),
    "kraken": ("public", "private"),
}


class Traded:
    """A service with one exchange, and that exchange."""

    def __init__(self, name: str, folder: Path, stack: ExitStack) -> None:
        self.name, self.folder, self._stack = name, folder, stack
        self.venue = stack.enter_context(MADE[name]().serve())
        self.keys = folder / "keys.toml"
        base = self.venue.url + ("/api/v3" if name == "binance" else "")
        sections = ", ".join(f'{s} = "{base}"' for s in SECTIONS[name])
        self.keys.write_text(
            f'[{name}]\napiKey = "k"\nsecret = "c2VjcmV0"\nenableRateLimit = false\n'
            f"urls = {{ api = {{ {sections} }} }}\n"
        )
        self.service = self.start()

    def start(self, **values: Any) -> Served:
        return self._stack.enter_context(
            served(
                self.folder,
                exchanges=(self.name,),
                symbols=(SYMBOLS[self.name],),
                exchange_keys=str(self.keys),
                sandbox=False,
                **values,
            )
        )

    def send(self, **fields: Any) -> Any:
        given = {"symbol": SYMBOLS[self.name], "quantity": "0.01", **fields}
        return self.service.send(order(**given))

    def sent(self) -> list[dict[str, Any]]:
        """The orders that were sent."""
        return [
            given
            for method, path, given in self.venue.asked
            if method == "POST" and path.endswith(CREATES[self.name])
        ]


@pytest.fixture
def trade(tmp_path: Path) -> Iterator[Callable[[str], Traded]]:
    with ExitStack() as stack:
        yield lambda name: Traded(name, tmp_path, stack)


each_venue = pytest.mark.parametrize("name", MADE)


@each_venue
def test_a_market_buy_is_made_and_its_whole_result_is_told(
    name: str, trade: Callable[[str], Traded]
) -> None:
    traded = trade(name)
    answer = traded.send(id="first")
    assert answer.status == 200, answer.body
    told = answer.json
    assert (told["status"], told["filled"], told["exchange"]) == ("closed", "0.01", name)
    assert 64_900 < float(told["average"]) < 65_100
    assert len(traded.sent()) == 1


@each_venue
def test_our_id_is_sent_in_a_form_that_the_venue_takes(
    name: str, trade: Callable[[str], Traded]
) -> None:
    traded = trade(name)
    for own in ("short", "a" * 31, "with blanks and ümläuts", None):
        assert traded.send(id=own).status == 200
    ids = [given[ID_AT[name]] for given in traded.sent()]
    assert len(set(ids)) == 4
    forms = {"kraken": ("i-short", 32), "coinbase": ("i-short", 33), "binance": ("i-short", 33)}
    assert (ids[0], max(map(len, ids))) == forms[name]
    if name == "kraken":
        # https://docs.kraken.com/exchange/guides/general/clordid: UUID without dashes.
        assert all(len(i) == 32 and set(i) <= set("0123456789abcdef") for i in ids[1:])


@each_venue
def test_an_order_in_flight_at_a_restart_is_found_by_our_id_and_not_sent_again(
    name: str, trade: Callable[[str], Traded]
) -> None:
    traded = trade(name)
    first = traded.send(id="flying")
    journal = traded.service.service.pipeline.journal
    entry = traded.service.run(journal.find("i-flying"))
    assert entry is not None
    # What a kill leaves behind: the intent, and no result.
    intent = entry.intent | {"id": "lost"}
    traded.service.run(journal.begin("i-lost", intent))
    for key in list(traded.venue.orders):
        traded.venue.orders[key + "x"] = {
            **traded.venue.orders[key],
            "cl_ord_id": "i-lost",
            "client_order_id": "i-lost",
            "order_id": key + "x",
        }
    if isinstance(traded.venue, Binance):
        traded.venue.exchange.place(
            {
                "symbol": "BTCUSDT",
                "side": "BUY",
                "type": "MARKET",
                "quantity": "0.01",
                "newClientOrderId": "i-lost",
            }
        )
    orders = len(traded.sent())
    again = traded.start()
    answer = again.send(order(id="lost", symbol=SYMBOLS[name], quantity="0.01"))
    assert (answer.status, answer.json["duplicate"]) == (200, True), answer.body
    assert answer.json["order_id"] != first.json["order_id"]
    assert answer.json["status"] == "closed"
    assert len(traded.sent()) == orders


@each_venue
def test_at_a_restart_what_the_venue_never_had_is_not_sent_either(
    name: str, trade: Callable[[str], Traded]
) -> None:
    traded = trade(name)
    traded.send(id="one")
    journal = traded.service.service.pipeline.journal
    entry = traded.service.run(journal.find("i-one"))
    assert entry is not None
    traded.service.run(journal.begin("i-never", entry.intent | {"id": "never"}))
    again = traded.start()
    answer = again.send(order(id="never", symbol=SYMBOLS[name], quantity="0.01"))
    assert (answer.status, answer.code) == (502, "not_placed")
    assert len(traded.sent()) == 1


GARBAGE: dict[str, object] = {
    "an empty object": {},
    "an empty list": [],
    "null": None,
    "a web page": "<html><body>Scheduled maintenance</body></html>",
    "nothing": "",
    "JSON cut short": '{"error":[],"resu',
    "a number": 7,
}


@each_venue
def test_a_200_that_is_no_order_is_looked_after_and_the_order_told(
    name: str, trade: Callable[[str], Traded]
) -> None:
    traded = trade(name)
    ids = set()
    for number, (kind, body) in enumerate(GARBAGE.items(), 1):
        traded.venue.override(CREATES[name], body, times=1, executes=True)
        answer = traded.send(id=f"x-{number}")
        assert (answer.status, len(traded.sent())) == (200, number), (kind, answer.body)
        assert (answer.json["status"], answer.json["filled"]) == ("closed", "0.01")
        ids.add(answer.json["order_id"])
    assert len(ids) == len(GARBAGE)


@each_venue
def test_a_200_that_is_no_order_and_made_none_is_an_unknown_fate_until_it_is_known(
    name: str, trade: Callable[[str], Traded]
) -> None:
    traded = trade(name)
    traded.venue.override(CREATES[name], {}, times=1)
    first = traded.send(id="x")
    assert (first.status, first.code) == (502, "outcome_unknown"), first.body
    assert traded.send(id="x").code == "not_placed"
    assert len(traded.sent()) == 1


def _of_another(name: str) -> object:
    if name == "kraken":
        return {
            "error": [],
            "result": {"descr": {"order": "buy 9 XBTUSD @ market"}, "txid": ["OTHER"]},
        }
    if name == "coinbase":
        return {
            "success": True,
            "success_response": {
                "order_id": "other",
                "product_id": "BTC-USD",
                "side": "BUY",
                "client_order_id": "somebody",
            },
        }
    return {"symbol": "BTCUSDT", "orderId": 99, "clientOrderId": "somebody", "status": "FILLED",
            "executedQty": "9", "origQty": "9", "cummulativeQuoteQty": "1"}  # fmt: skip


@each_venue
def test_an_answer_about_another_order_is_not_believed(
    name: str, trade: Callable[[str], Traded]
) -> None:
    traded = trade(name)
    traded.venue.orders["OTHER"] = {
        "cl_ord_id": "somebody",
        "status": "closed",
        "vol_exec": "9",
        "vol": "9",
        "descr": {"pair": "XBTUSD", "type": "buy", "ordertype": "market"},
    }
    traded.venue.override(CREATES[name], _of_another(name), times=1)
    if name == "coinbase":
        traded.venue.orders.clear()
    assert traded.send(id="x").code == "outcome_unknown"


REFUSALS: dict[str, tuple[int, object, str]] = {
    "binance": (400, {"code": -2010, "msg": "Account has insufficient balance for "
                                            "requested action."}, "insufficient_funds"),
    "coinbase": (200, {
        "success": False, "failure_reason": "UNKNOWN_FAILURE_REASON", "order_id": "",
        "error_response": {"error": "INSUFFICIENT_FUND", "message": "Insufficient balance",
                           "error_details": "", "preview_failure_reason":
                           "PREVIEW_INSUFFICIENT_FUND"}}, "insufficient_funds"),
    "kraken": (200, {"error": ["EOrder:Cost minimum not met"]}, "invalid_order"),
}  # fmt: skip
# Nobody says that nothing was done; it was.
UNKNOWN: dict[str, tuple[int, object]] = {
    "binance": (400, {"code": -9999, "msg": "A code of next year."}),
    "coinbase": (500, {"error": "internal_server_error", "message": "Internal server error"}),
    "kraken": (200, {"error": ["EService:Timeout"]}),
}
LATER: dict[str, tuple[int, dict[str, str], object, float]] = {
    "binance": (429, {"Retry-After": "7"}, {"code": -1003, "msg": "Too much request weight"}, 7),
    "coinbase": (429, {"Retry-After": "7"}, {"error": "rate_limit_exceeded"}, 7),
    "kraken": (200, {}, {"error": ["EService: Throttled: UNTIL"]}, 7),
}


@each_venue
def test_a_code_that_says_no_is_a_refusal(name: str, trade: Callable[[str], Traded]) -> None:
    traded = trade(name)
    status, body, reason = REFUSALS[name]
    traded.venue.override(CREATES[name], body, status=status)
    answer = traded.send(id="x")
    assert (answer.code, answer.json["reason"]) == ("exchange_refused", reason), answer.body
    assert len(traded.sent()) == 1


@each_venue
def test_a_code_that_nobody_mapped_is_no_refusal(name: str, trade: Callable[[str], Traded]) -> None:
    traded = trade(name)
    status, body = UNKNOWN[name]
    traded.venue.override(CREATES[name], body, status=status, times=1, executes=True)
    answer = traded.send(id="x")
    assert (answer.status, len(traded.sent())) == (200, 1), answer.body
    assert answer.json["status"] == "closed"


@each_venue
def test_the_wait_that_a_venue_asks_for_holds_for_every_order_and_burns_no_id(
    name: str, trade: Callable[[str], Traded]
) -> None:
    traded = trade(name)
    status, headers, body, wait = LATER[name]
    text = json.dumps(body).replace("UNTIL", str(int(time.time() + wait + 0.999)))
    traded.venue.override(CREATES[name], text, status=status, headers=headers, times=1)
    first = traded.send(id="x")
    assert (first.status, first.code) == (502, "exchange_failed"), first.body
    assert 1 <= int(first.headers["retry-after"]) <= wait + 1
    second = traded.send(id="y")
    assert (second.status, second.code) == (503, "exchange_busy"), second.body
    assert len(traded.sent()) == 1, "the venue was asked again within the wait"
    traded.service.service.pipeline.manager.venues[name].calls._quiet_until = 0.0
    again = traded.send(id="x")
    assert (again.status, again.json["duplicate"]) == (200, False)


def test_a_ban_with_its_end_in_the_text_is_honoured_too(trade: Callable[[str], Traded]) -> None:
    traded = trade("binance")
    until = int((time.time() + 120) * 1000)
    body = {"code": -1003, "msg": f"Way too many requests; IP banned until {until}."}
    traded.venue.override(CREATES["binance"], body, status=418)
    answer = traded.send(id="x")
    assert 118 <= int(answer.headers["retry-after"]) <= 121
    assert len(traded.sent()) == 1


@each_venue
def test_keys_that_the_venue_does_not_take_are_told_at_the_start_and_block_nobody_else(
    name: str, trade: Callable[[str], Traded], caplog: pytest.LogCaptureFixture
) -> None:
    traded = trade(name)
    refusals: dict[str, tuple[str, int, object]] = {
        "binance": ("/account", 401, {"code": -2015, "msg": "Invalid API-key, IP, or permissions"}),
        "coinbase": ("/accounts", 401, "Unauthorized"),
        "kraken": ("/BalanceEx", 200, {"error": ["EAPI:Invalid key"]}),
    }
    ending, status, body = refusals[name]
    traded.venue.override(ending, body, status=status)
    running = Served(
        dataclasses.replace(
            traded.service.service.settings,
            exchanges=("paper", name),
            journal=str(traded.folder / "second.db"),
            symbols=("BTC/USDT", "BTC/USD"),
        )
    )
    running.start()
    try:
        assert running.send(order(id="p", exchange="paper")).status == 200
        refused = running.send(order(id="q", exchange=name, symbol=SYMBOLS[name]))
        assert (refused.status, refused.code) == (503, "not_ready")
        assert "a signed question" in refused.json["detail"]
        health = running.get("/health").json
        assert health["status"] == "degraded"
        assert "a signed question" in health["exchanges"][name]["not_loaded"]
    finally:
        running.stop()
    assert any(f"{name} could not be loaded" in r.getMessage() for r in caplog.records)


@each_venue
def test_a_stop_loss_exists_at_the_venue(name: str, trade: Callable[[str], Traded]) -> None:
    traded = trade(name)
    told = traded.send(id="x", stop_loss="60000").json
    assert [(leg["type"], leg["status"]) for leg in told["legs"]] == [("stop_loss", "open")]
    stop = traded.sent()[1]
    shown = json.dumps(stop)
    assert "60000" in shown
    assert stop[ID_AT[name]] == profile_of(name).order_id("sl-i-x")
    if name == "coinbase":  # which takes stops as limit orders only
        sizes = stop["order_configuration"]["stop_limit_stop_limit_gtc"]
        assert (sizes["limit_price"], sizes["stop_direction"]) == (
            "59400",
            "STOP_DIRECTION_STOP_DOWN",
        )


def test_every_profile_says_where_it_comes_from_and_takes_its_own_ids() -> None:
    for profile in PROFILES.values():
        assert profile.sources
        key = "tp-x-00000001-0123456789012345678901"
        made = profile.order_id(key)
        assert made == profile.order_id(key)
        assert profile.own_ids.fullmatch(made) or len(made) == 32
        assert profile.order_id(key) != profile.order_id("sl" + key[2:])
