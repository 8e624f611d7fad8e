"""A round of watching ends in time, what is left is next, and nobody waits without end."""

import time
from decimal import Decimal

import pytest

from target_app.exchanges.injected_faults import FaultName, FaultRequest
from target_app.execution.orders import protection_watch
from target_app.execution.orders.protection_watch import Position, ProtectionWatch, pause_after
from tests.support.simulated_desk import Desk


def test_a_round_ends_in_time_and_the_next_goes_on_with_what_is_left(desk: Desk) -> None:
    """A webhook that closes a position waits for the round, which holds the lock."""
    watch = desk.service.service.pipeline.watch
    desk.service.run(watch.close())
    for name in ("x", "y", "z"):
        desk.buy(id=name)
    desk.move("70001")

    def counted() -> float:
        name = "execution_protection_rounds_total"
        before = desk.service.value(name, exchange="venue_sim")
        desk.service.run(watch.round())
        return desk.service.value(name, exchange="venue_sim") - before

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(protection_watch, "_ACTING_SECONDS", -1.0)  # there is time for one
        for left in (2, 1):
            assert counted() == 0
            assert watch.watched == left
        assert counted() == 1
    assert watch.watched == 0
    assert desk.sim.exchange.balances.held["BTC"] == 0
    sold = sorted(o.client_id for o in desk.orders if o.client_id.startswith("tp-"))
    assert sold == ["tp-i-x", "tp-i-y", "tp-i-z"]


def test_an_entry_that_was_filled_is_protected_though_older_positions_fail_all_the_time(
    desk: Desk,
) -> None:
    watch, faults = desk.service.service.pipeline.watch, desk.service.service.faults
    desk.service.run(watch.close())
    limit = {"id": "resting", "order_type": "limit", "price": 62000}
    desk.buy(**limit)

    async def drill() -> None:
        faults.set(FaultRequest(fault=FaultName.PROTECTION_ERRORS, duration_seconds=600))

    desk.service.run(drill())
    for name in ("x", "y"):
        assert desk.buy(id=name)["legs"][0]["status"] == "failed"
    desk.move("61900")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(protection_watch, "_ACTING_SECONDS", -1.0)  # there is time for one
        patch.setattr(protection_watch, "_SELDOM_SECONDS", 0.0)  # whoever fails is due again
        for _ in range(3):  # positions
            desk.service.run(watch.round())
    assert desk.now(**limit)["status"] == "closed"


@pytest.mark.parametrize(
    ("took", "seconds", "pause"),
    [(0.01, 1.0, 1.0), (0.3, 1.0, 3.0), (60.0, 1.0, 10.0), (60.0, 20.0, 20.0)],
)
def test_the_wait_for_the_next_round_grows_with_the_last_one_and_not_without_end(
    took: float, seconds: float, pause: float
) -> None:
    assert pause_after(took, seconds) == pytest.approx(pause)


def test_what_fails_is_tried_again_ever_later_and_never_past_half_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch = ProtectionWatch.__new__(ProtectionWatch)
    watch.seconds = 1.0
    position = Position(
        key="x", exchange="venue_sim", symbol="BTC/USDT", entry="", filled=Decimal(1), stop="",
        sells=True, target=None, due=0.0, unprotected=True, at=0.0,
    )  # fmt: skip
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    dues = []
    for asked in (0.0, 0.0, 7.0, 0.0, 0.0, 0.0, 60.0):
        watch._later(position, asked)
        dues.append(position.due)
    assert dues == [101, 102, 107, 114, 128, 130, 130]
