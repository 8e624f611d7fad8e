"""Whole sessions on the paper venue, over in a second: what they leave, and what they survive."""

import itertools
import json
import time
from pathlib import Path
from typing import Any

import pytest

from target_app.session import session_folder as folders
from target_app.session.known_bugs import Bug
from target_app.session.regression import judge
from target_app.session.run import TradingSession
from target_app.session.session_record import read_record
from tests.support.trading_sessions import (
    STEPS,
    events,
    folder_of,
    named,
    quick_settings,
    run_session,
    summary,
)

ORDERS = ("ORDER_SENT", "ORDER_FILLED", "ORDER_FAILED")


def decisions(folder: Path) -> list[tuple[Any, ...]]:
    """What was traded, without the times."""
    keys = ("event", "order", "symbol", "side", "amount", "price", "cost", "error_code")
    return [tuple(e.get(key) for key in keys) for e in events(folder) if e["event"] in ORDERS]


def failed_tests(folder: Path) -> list[str]:
    return [test.name for test in judge(read_record(folder)).failed]


@pytest.fixture(scope="module")
def traded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a session in which nothing went wrong but what the venue does by itself."""
    return folder_of(run_session(tmp_path_factory.mktemp("sessions")))


def test_it_trades_and_passes(traded: Path) -> None:
    assert failed_tests(traded) == []
    counters = summary(traded)["counters"]
    assert counters["orders_sent"] > 20
    assert counters["orders_filled"] > counters["orders_failed"] > 0
    assert counters["orders_sent"] == counters["orders_filled"] + counters["orders_failed"]
    for name, key in zip(ORDERS, ("sent", "filled", "failed"), strict=True):
        assert len(named(traded, name)) == counters[f"orders_{key}"]
    assert named(traded, "SESSION_ENDED")[0]["steps"] == STEPS


def test_positions_are_opened_and_closed_again(traded: Path) -> None:
    opened, closed = (len(named(traded, f"POSITION_{x}")) for x in ("OPENED", "CLOSED"))
    assert opened > closed > 0
    sides = {event["side"] for event in named(traded, "ORDER_FILLED")}
    assert sides == {"buy", "sell"}


def test_limits_stay_within_the_slippage(traded: Path) -> None:
    tops = {e["symbol"]: float(e["ask"]) for e in named(traded, "MARKET_DATA")}
    assert len(tops) == 6  # sampling leaves no market out
    entries = [e for e in named(traded, "ORDER_SENT") if e["side"] == "buy"]
    for entry in entries:
        ask = tops[entry["symbol"]]
        # The book has moved by a few steps since that ask was seen.
        assert ask * 0.999 < float(entry["price"]) < ask * (1 + 0.0003) * 1.001


def test_every_failed_order_is_an_error_and_its_intent_is_cleared(traded: Path) -> None:
    assert {e["level"] for e in named(traded, "ORDER_FAILED")} == {"ERROR"}
    assert summary(traded)["gauges"]["intents_pending"] == 0
    bought = [e for e in named(traded, "ORDER_SENT") if e["side"] == "buy"]
    assert summary(traded)["counters"]["intents_cleared"] == len(bought)


def test_the_same_seed_decides_the_same(traded: Path, tmp_path: Path) -> None:
    again = folder_of(run_session(tmp_path))
    assert decisions(again) == decisions(traded)


def test_another_seed_decides_otherwise(traded: Path, tmp_path: Path) -> None:
    other = folder_of(run_session(tmp_path, seed=2))
    assert decisions(other) != decisions(traded)
    assert json.loads((other / "settings.json").read_text())["seed"] == 2


@pytest.mark.parametrize(
    ("bug", "name"),
    [
        (Bug.UNFILLED_ORDERS, "filled orders"),
        (Bug.STALE_INTENTS, "stale intents"),
        (Bug.SILENT_FAILURES, "error observability"),
    ],
)
def test_a_bug_that_is_back_fails_its_own_test(tmp_path: Path, bug: Bug, name: str) -> None:
    # Of stale intents there must be more than fifty.
    steps = 160 if bug is Bug.STALE_INTENTS else STEPS
    folder = folder_of(run_session(tmp_path, steps=steps, bugs=[bug]))
    assert failed_tests(folder) == [name]


def test_a_silent_failure_is_counted_by_the_bot_itself(tmp_path: Path) -> None:
    folder = folder_of(run_session(tmp_path, bugs=[Bug.SILENT_FAILURES]))
    seen = summary(folder)
    assert seen["observability"]["silent_failures"] == seen["counters"]["orders_failed"] > 0


def test_with_trading_off_no_order_leaves(tmp_path: Path) -> None:
    folder = folder_of(run_session(tmp_path, global_trading=False, steps=20))
    assert decisions(folder) == []
    assert named(folder, "GLOBAL_TRADING_OFF")
    assert failed_tests(folder) == []


def test_a_spread_that_is_too_wide_is_not_entered(tmp_path: Path) -> None:
    folder = folder_of(run_session(tmp_path, max_spread_bps_entry=1, steps=30))
    assert named(folder, "ORDER_SENT") == []
    refused = named(folder, "ENTRY_REFUSED")
    assert {event["why"] for event in refused} == {"spread"}
    assert failed_tests(folder) == ["filled orders"]


def test_an_order_larger_than_the_book_is_filled_in_part(tmp_path: Path) -> None:
    big: dict[str, Any] = {
        "order_usd": 900_000,
        "capital_usd": 100_000_000,
        "symbols": ("SOL/USDT",),
    }
    folder = folder_of(run_session(tmp_path, **big))
    partial = [e for e in named(folder, "ORDER_FILLED") if e["is_partial"]]
    assert partial
    assert summary(folder)["gauges"]["intents_pending"] == 0
    assert failed_tests(folder) == []


def test_what_the_account_does_not_hold_is_not_spent(tmp_path: Path) -> None:
    folder = folder_of(run_session(tmp_path, order_usd=5_000, capital_usd=6_000))
    assert {e["why"] for e in named(folder, "ENTRY_REFUSED")} == {"no budget"}
    assert named(folder, "ORDER_FILLED")
    codes = {event["error_code"] for event in named(folder, "ORDER_FAILED")}
    assert "insufficient_funds" not in codes


def test_a_venue_that_is_away_at_the_start_and_in_between(tmp_path: Path) -> None:
    folder = folder_of(run_session(tmp_path, venue_away=("0-0.1", "0.5-0.6"), steps=100))
    away, back = named(folder, "VENUE_AWAY"), named(folder, "VENUE_BACK")
    assert [event["level"] for event in away] == ["ERROR"] * len(away)
    assert len(away) == len(back) == 2
    assert failed_tests(folder) == []


def test_a_venue_that_is_away_all_the_time_proves_nothing(tmp_path: Path) -> None:
    folder = folder_of(run_session(tmp_path, venue_away=("0-600",), steps=20))
    assert failed_tests(folder) == ["filled orders"]
    assert len(named(folder, "VENUE_AWAY")) == 1


def test_a_market_that_the_venue_lacks_is_said_and_the_others_traded(tmp_path: Path) -> None:
    folder = folder_of(run_session(tmp_path, symbols=("BTC/USDT", "ETH/USDT")))
    assert {e["symbol"] for e in named(folder, "ORDER_SENT")} == {"BTC/USDT", "ETH/USDT"}


def test_a_folder_that_cannot_be_made_is_said_once_and_the_trading_goes_on(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("no folder")
    said: list[str] = []
    session = TradingSession(
        settings=quick_settings(tmp_path / "file"), seconds=0.3, say=said.append
    )
    outcome = session.run()
    assert outcome.folder is None
    assert outcome.is_clean
    assert outcome.lost_events > 10
    where = tmp_path / "file"
    assert said == [
        f"warning: {where}: File exists. The session trades on; what it writes is lost."
    ]


def test_two_sessions_of_one_second_have_folders_of_their_own(tmp_path: Path) -> None:
    made = [folders.make_folder(tmp_path, 1_700_000_000.0) for _ in range(3)]
    assert [folder.name for folder in made] == [
        "session_20231114_221320",
        "session_20231114_221320_2",
        "session_20231114_221320_3",
    ]


def test_a_stop_ends_it_in_order(tmp_path: Path) -> None:
    session = TradingSession(settings=quick_settings(tmp_path), seconds=600)
    session.stop.set()
    folder = folder_of(session.run())
    assert [event["clean"] for event in named(folder, "SESSION_ENDED")] == [True]
    assert (folder / "metrics/summary.json").exists()


def test_an_intent_that_is_too_old_is_cleaned_up_with_its_order(tmp_path: Path) -> None:
    """Entries that nobody fills, and that may rest for longer than an intent may last."""
    waits: dict[str, Any] = {"order_timeout_seconds": 30.0, "stale_intent_seconds": 0.05}
    folder = folder_of(run_session(tmp_path, bugs=[Bug.UNFILLED_ORDERS], **waits))
    stale = named(folder, "STALE_INTENT")
    assert len(stale) == summary(folder)["counters"]["intents_stale"] > 3
    assert all(event["age_seconds"] >= 0.05 for event in stale)
    ended = {event["order"] for event in named(folder, "ORDER_FAILED")}
    assert {event["order"] for event in stale} <= ended
    assert summary(folder)["gauges"]["intents_pending"] == 0


def test_a_clock_that_jumps_changes_nothing_but_the_times_written(
    traded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, jumps = time.time, itertools.cycle((0.0, 86_400.0, -86_400.0))
    monkeypatch.setattr(time, "time", lambda: real() + next(jumps))
    folder = folder_of(run_session(tmp_path))
    monkeypatch.undo()
    assert failed_tests(folder) == []
    assert decisions(folder) == decisions(traded)
    seen = list(events(folder))
    assert [event["seq"] for event in seen] == list(range(1, len(seen) + 1))
    elapsed = [event["elapsed"] for event in seen]
    assert elapsed == sorted(elapsed)
    assert summary(folder)["histograms"]["order_latency_ms"]["max"] < 60_000
