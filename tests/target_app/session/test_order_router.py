"""Orders followed to their end on the paper venue: also those whose answer never came."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from target_app.exchanges.injected_faults import FaultName, FaultRequest
from target_app.session.events import EventFile, EventLog
from target_app.session.known_bugs import Bug, Bugs
from target_app.session.metrics import SessionMetrics
from target_app.session.order_router import Fill, OrderRouter, WorkingOrder
from target_app.session.venue_client import BookTop, VenueClient, VenueConditions, paper_client

SYMBOL = "BTC/USDT"
LATE = 0.0  # seconds after which an order is given up: at once


class Desk:
    """A router on a venue of its own, and what it tells."""

    def __init__(self, folder: Path, *, bugs: Bugs | None = None) -> None:
        self.bugs = bugs or Bugs()
        self.venue = VenueClient(
            lambda: paper_client(
                symbols=(SYMBOL,), capital=Decimal(10**9), latency_seconds=0.0, seed=1
            ),
            timeout_seconds=30.0,
            conditions=VenueConditions(),
        )
        self.market = self.venue.markets([SYMBOL])[SYMBOL]
        self.top: BookTop = self.venue.books([SYMBOL])[SYMBOL]
        self.metrics = SessionMetrics(folder)
        self.log = EventLog(
            EventFile(folder, 1 << 20), most_waiting=100, timeout_seconds=1, trace_share=1
        )
        self.fills: list[Fill] = []
        self.failures: list[tuple[WorkingOrder, str]] = []
        self.router = OrderRouter(
            venue=self.venue,
            metrics=self.metrics,
            events=self.log,
            bugs=self.bugs,
            timeout_seconds=LATE,
            filled=self.fills.append,
            failed=lambda order, code: self.failures.append((order, code)),
            alive=lambda: None,
        )

    def fault(self, name: FaultName, **values: object) -> None:
        request = FaultRequest(fault=name, **values)  # type: ignore[arg-type]
        self.venue.call_soon(lambda: self.venue.faults.set(request))

    def well_again(self) -> None:
        def clear() -> None:
            for name in FaultName:
                self.venue.faults.clear(name)

        self.venue.call_soon(clear)

    def buy(self, order: str, price: Decimal, amount: str = "0.1") -> None:
        self.router.send(order, SYMBOL, "buy", Decimal(amount), price)

    @property
    def counters(self) -> dict[str, int]:
        found: dict[str, int] = self.metrics.get_summary()["counters"]
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.log.close()
    made.venue.close()


def test_an_entry_crosses_the_spread_and_no_more_than_it_may(desk: Desk) -> None:
    bid, ask = desk.top.bid, desk.top.ask
    assert desk.router.entry_price(desk.market, desk.top, Decimal(3)) == (ask * 10003) // 10000
    assert desk.router.entry_price(desk.market, desk.top, Decimal(0)) == ask
    assert desk.router.exit_price(desk.market, desk.top, Decimal(0)) == bid
    lowest = bid * Decimal("0.9997")
    assert lowest <= desk.router.exit_price(desk.market, desk.top, Decimal(3)) < lowest + 1


def test_with_the_old_bug_an_entry_is_priced_where_nobody_sells(tmp_path: Path) -> None:
    broken = Desk(tmp_path, bugs=Bugs([Bug.UNFILLED_ORDERS]))
    assert broken.router.entry_price(broken.market, broken.top, Decimal(3)) < broken.top.bid
    broken.log.close()
    broken.venue.close()


def test_an_order_that_rests_is_cancelled_and_has_failed(desk: Desk) -> None:
    desk.buy("a", desk.top.bid - 100)
    assert desk.router.works_on(SYMBOL)
    assert not desk.fills
    desk.router.follow()
    assert not desk.router.works_on(SYMBOL)
    assert [(order.order, code) for order, code in desk.failures] == [("a", "unfilled")]


def test_what_rests_after_a_part_was_filled_counts_as_filled(desk: Desk) -> None:
    desk.buy("a", desk.top.ask, amount="5")  # the first level holds a third of a coin
    desk.router.follow()
    (fill,) = desk.fills
    assert 0 < fill.amount < 5
    assert desk.counters["orders_filled"] == 1
    assert desk.failures == []


def test_an_order_whose_answer_is_lost_is_found_and_filled(desk: Desk) -> None:
    """The venue got it; its answer did not come back in time."""
    real = desk.venue.place

    def lose(*order: object) -> object:
        real(*order)  # type: ignore[arg-type]
        desk.fault(FaultName.EXCHANGE_ERRORS, kind="timeout")
        return real(*order)  # type: ignore[arg-type]

    desk.venue.place = lose  # type: ignore[method-assign,assignment]
    desk.buy("a", desk.top.ask)
    assert desk.router.works_on(SYMBOL)
    assert (desk.fills, desk.failures) == ([], [])
    desk.well_again()
    desk.router.follow()
    assert [fill.order for fill in desk.fills] == ["a"]
    assert desk.counters["orders_filled"] == 1


def test_an_order_that_never_arrived_has_failed(desk: Desk) -> None:
    desk.fault(FaultName.EXCHANGE_ERRORS, kind="timeout")
    desk.buy("a", desk.top.ask)
    desk.well_again()
    desk.router.follow()
    assert [code for _, code in desk.failures] == ["timeout"]
    assert desk.log.has_error_of("a")


def test_a_venue_that_is_away_is_asked_again_and_not_taken_for_a_no(desk: Desk) -> None:
    desk.buy("a", desk.top.bid - 100)
    desk.fault(FaultName.EXCHANGE_DISCONNECT)
    desk.router.follow()
    assert desk.router.works_on(SYMBOL)
    desk.router.abandon()  # the session ends meanwhile
    assert [code for _, code in desk.failures] == ["network"]


def test_a_call_that_hangs_ends_with_a_timeout(desk: Desk) -> None:
    desk.venue._timeout = 0.05
    desk.fault(FaultName.EXCHANGE_LATENCY, seconds=60)
    desk.buy("a", desk.top.ask)
    assert desk.router.works_on(SYMBOL)
    desk.well_again()
    desk.venue._timeout = 30.0
    desk.router.follow()
    assert [code for _, code in desk.failures] == ["timeout"]
