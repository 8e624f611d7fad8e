"""The judge: what each test of the regression says of a folder, whoever wrote it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from target_app.session.regression import TestVerdict, judge
from target_app.session.regression_report import as_json, as_junit, as_text
from target_app.session.session_record import read_record
from toolkit.errors import UsageError

PASS, WARN, FAIL = TestVerdict
Events = list[dict[str, Any]]
# As operators have known it for years; their scripts look for its words.
BLOCK = """\
=== Trading Bot Regression Test ===
Duration: 300s

[TEST 1] Checking ORDER_FILLED events...
  ORDER_SENT:   12
  ORDER_FILLED: 8
  ORDER_FAILED: 4
  Fill Rate:    66.7%
  ✓ PASS: Orders are being filled (66.7% fill rate)

[TEST 2] Checking for stale pending_buy_intents...
  Pending Intents: 4
  Positions:       8
  ✓ PASS: Pending intents under control (4)

[TEST 3] Checking for ERROR-level observability...
  ERROR logs:       4
  ORDER_FAILED logs: 4
  ✓ PASS: Error logging is working

[TEST 4] Checking for crashes...
  ✓ PASS: No crashes detected

========================================
✓ ALL TESTS PASSED
========================================
"""


def orders(sent: int, filled: int, failed: int, level: str = "ERROR") -> Events:
    """Events of so many orders, each with its id."""
    found: Events = [{"event": "ORDER_SENT", "level": "INFO", "order": n} for n in range(sent)]
    for number in range(filled):
        found.append({"event": "ORDER_FILLED", "level": "INFO", "order": number, "side": "buy"})
    for number in range(filled, filled + failed):
        found.append({"event": "ORDER_FAILED", "level": level, "order": number})
    return found


def own(events: Iterable[dict[str, Any]], *, clean: bool = True) -> Events:
    """The same as a session of this bot, which says how it began and ended."""
    return [{"event": "SESSION_STARTED"}, *events, {"event": "SESSION_ENDED", "clean": clean}]


def session(
    folder: Path,
    events: Events,
    *,
    pending: float | None = 0,
    settings: Mapping[str, Any] | None = None,
    counters: Mapping[str, int] | None = None,
) -> Path:
    """A session's folder, written by hand."""
    (folder / "logs").mkdir(parents=True)
    (folder / "metrics").mkdir()
    lines = "".join(json.dumps(event) + "\n" for event in events)
    (folder / "logs/events_1.jsonl").write_text(lines, encoding="utf-8")
    if pending is not None:
        data = {"counters": counters or {}, "gauges": {"intents_pending": pending}}
        (folder / "metrics/summary.json").write_text(json.dumps(data), encoding="utf-8")
    if settings is not None:
        (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


def verdicts(folder: Path) -> list[tuple[TestVerdict, str]]:
    return [(test.verdict, test.message) for test in judge(read_record(folder)).tests]


def test_the_block_keeps_its_words_and_columns(tmp_path: Path) -> None:
    folder = session(tmp_path / "s", orders(12, 8, 4), pending=4, settings={"seconds": 300})
    assert as_text(judge(read_record(folder))) == BLOCK


FIRST = {
    "two in three are filled": (
        orders(12, 8, 4), {}, PASS, "Orders are being filled (66.7% fill rate)",
    ),
    "none is filled": (
        orders(5, 0, 5), {}, FAIL, "100% failure rate: none of 5 orders was filled",
    ),
    "none was sent": ([], {}, FAIL, "No order was sent, so nothing was proved"),
    "trading is off": (
        [], {"global_trading": False}, PASS, "No order left, as global_trading is off",
    ),
    "trading is off, and an order left": (
        orders(1, 1, 0), {"global_trading": False}, FAIL,
        "1 orders left although global_trading is off",
    ),
    "more ended than were sent": (
        orders(2, 2, 1), {}, FAIL, "3 orders ended, and only 2 were sent",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("events", "settings", "verdict", "message"), FIRST.values(), ids=FIRST)
def test_orders(
    tmp_path: Path, events: Events, settings: dict[str, Any], verdict: TestVerdict, message: str
) -> None:
    folder = session(tmp_path / "s", events, settings=settings)
    assert verdicts(folder)[0] == (verdict, message)


SECOND = {
    "ten are usual": (10, PASS, "Pending intents under control (10)"),
    "eleven are said": (11, WARN, "11 pending intents, over 10"),
    "fifty are said": (50, WARN, "50 pending intents, over 10"),
    "fifty-one fail": (51, FAIL, "51 pending intents, over 50: they go stale"),
    "no summary says how many": (
        None,
        FAIL,
        "There is no metrics/summary.json that says how many are pending",
    ),
}


@pytest.mark.parametrize(("pending", "verdict", "message"), SECOND.values(), ids=SECOND)
def test_intents(tmp_path: Path, pending: int | None, verdict: TestVerdict, message: str) -> None:
    folder = session(tmp_path / "s", orders(12, 8, 4), pending=pending)
    found = judge(read_record(folder))
    assert (found.tests[1].verdict, found.tests[1].message) == (verdict, message)
    assert bool(found.failed) is (verdict is FAIL)


COUNTED = {"orders_sent": 12, "orders_filled": 8, "orders_failed": 4}
THIRD = {
    "each failure has its error": (
        own(orders(12, 8, 4)), COUNTED, PASS, "Error logging is working",
    ),
    "one has none": (
        own([*orders(12, 8, 3), {"event": "ORDER_FAILED", "level": "INFO", "order": 11}]), COUNTED,
        FAIL, "1 of 4 failed orders have no ERROR event (silent failures): 11",
    ),
    "the errors are of something else": (
        own([*orders(9, 5, 4, "INFO"), *[{"event": "VENUE_AWAY", "level": "ERROR"}] * 9]), {},
        FAIL, "4 of 4 failed orders have no ERROR event (silent failures): 5, 6, 7 and 1 more",
    ),
    "orders without ids, as many errors": (
        [{"event": "ORDER_FAILED", "level": "WARN"}, {"event": "OOPS", "level": "ERROR"}], {},
        PASS, "Error logging is working",
    ),
    "orders without ids, fewer errors": (
        [*[{"event": "ORDER_FAILED", "level": "WARN"}] * 2, {"event": "OOPS", "level": "ERROR"}],
        {}, FAIL, "1 of 2 failed orders have no ERROR event (silent failures)",
    ),
    "the log lost an order": (
        own(orders(11, 8, 3)), COUNTED, FAIL,
        "12 orders were sent by the summary, and 11 have an ORDER_SENT event",
    ),
    "an order was never heard of again": (
        own(orders(12, 8, 3)), {}, FAIL, "1 orders were sent, and never heard of again",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("events", "counters", "verdict", "message"), THIRD.values(), ids=THIRD)
def test_errors(
    tmp_path: Path, events: Events, counters: dict[str, int], verdict: TestVerdict, message: str
) -> None:
    folder = session(tmp_path / "s", events, counters=counters)
    assert verdicts(folder)[2] == (verdict, message)


FOURTH: dict[str, tuple[Events, TestVerdict, str]] = {
    "it ended": (own([]), PASS, "No crashes detected"),
    "another bot's, which does not say": ([], PASS, "No crashes detected"),
    "it was killed": (
        own([])[:1],
        FAIL,
        "The session did not end: it was killed, or still runs",
    ),
    "threads were stuck": (
        own([{"event": "THREAD_STUCK", "thread": "trading-loop"}], clean=False),
        FAIL,
        "Deadlocked threads: trading-loop",
    ),
    "it crashed": (
        own([{"event": "SESSION_CRASHED", "kind": "KeyError", "message": "'x'"}], clean=False),
        FAIL,
        "The session crashed: KeyError: 'x'",
    ),
}


@pytest.mark.parametrize(("events", "verdict", "message"), FOURTH.values(), ids=FOURTH)
def test_crashes(tmp_path: Path, events: Events, verdict: TestVerdict, message: str) -> None:
    assert verdicts(session(tmp_path / "s", events))[3] == (verdict, message)


def test_a_dump_alone_is_a_crash(tmp_path: Path) -> None:
    folder = session(tmp_path / "s", orders(12, 8, 4))
    (folder / "stackdump.txt").write_text("Thread 1\n")
    dump = folder / "stackdump.txt"
    assert verdicts(folder)[3] == (FAIL, f"There is a crash dump (see {dump})")


def test_events_that_were_lost_are_never_passed_over(tmp_path: Path) -> None:
    record = read_record(session(tmp_path / "s", own(orders(12, 8, 4))))
    record.lost_events = 3
    assert judge(record).tests[2].message == "3 events could not be written"


def test_half_a_line_at_the_end_and_noise_are_left_out(tmp_path: Path) -> None:
    folder = session(tmp_path / "s", orders(12, 8, 4))
    with (folder / "logs/events_1.jsonl").open("ab") as file:
        file.write(b'\xff\xfe noise\n[1]\n\n{"event":"ORDER_FIL')
    record = read_record(folder)
    assert (record.events["ORDER_FILLED"], record.unreadable_lines) == (8, 3)


def test_every_file_of_events_counts(tmp_path: Path) -> None:
    folder = session(tmp_path / "s", orders(12, 8, 4))
    (folder / "logs/events_2.jsonl").write_text('{"event":"ORDER_SENT","level":"INFO"}\n')
    assert read_record(folder).events["ORDER_SENT"] == 13


REFUSED = {
    "a summary of another version": (
        {"version": 2, "gauges": {"intents_pending": 1}},
        "is of version 2, and this command reads version 1.",
    ),
    "a summary without the gauge": (
        {"gauges": {}},
        "gauges.intents_pending is None; it must be a number.",
    ),
    "a summary that is a list": ([1], "must hold an object, but holds list."),
}


@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(tmp_path: Path, data: object, message: str) -> None:
    folder = session(tmp_path / "s", orders(12, 8, 4))
    path = folder / "metrics/summary.json"
    path.write_text(json.dumps(data))
    with pytest.raises(UsageError) as caught:
        read_record(folder)
    assert caught.value.message == f"{path}: {message}"


def test_a_folder_that_is_no_session_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        read_record(tmp_path / "gone")
    with pytest.raises(UsageError, match="this is not a session's folder"):
        read_record(tmp_path)


def test_json_and_junit_say_the_same(tmp_path: Path) -> None:
    events = orders(5, 0, 5)
    folder = session(tmp_path / "s", events, settings={"seconds": 4, "seed": 7})
    found = judge(read_record(folder))
    data = json.loads(as_json(found))
    assert (data["passed"], data["seconds"], data["seed"]) == (False, 4.0, 7)
    assert [test["verdict"] for test in data["tests"]] == ["fail", "pass", "pass", "pass"]
    assert data["tests"][0]["figures"]["ORDER_SENT"] == 5
    junit = as_junit(found)
    assert 'tests="4" failures="1"' in junit
    assert 'message="100% failure rate: none of 5 orders was filled"' in junit
    assert as_text(found).endswith(f"{'=' * 40}\n✗ TESTS FAILED: 1 (filled orders)\n{'=' * 40}\n")
