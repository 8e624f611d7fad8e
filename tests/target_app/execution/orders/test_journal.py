"""The journal: durable before it answers, one transaction for many, one intent for one key."""

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from target_app.execution.orders.journal import Journal
from target_app.execution.orders.journal_file import IntentState, JournalError, JournalFile
from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS

INTENT = {"exchange": "paper", "symbol": "BTC/USDT"}


def with_journal(path: Path, work: Callable[[Journal], Awaitable[Any]], **options: Any) -> Any:
    async def whole() -> Any:
        journal = Journal(path, clock=lambda: 7.0, **options)
        await journal.open()
        try:
            return await work(journal)
        finally:
            await journal.close()

    return asyncio.run(whole())


def test_an_intent_and_its_result_outlive_the_process_that_wrote_them(tmp_path: Path) -> None:
    async def write(journal: Journal) -> None:
        assert await journal.begin("a", INTENT) is None
        await journal.finish("a", IntentState.PLACED, 200, b'{"duplicate":false,"x":[1]}')
        assert await journal.begin("b", INTENT) is None

    path = tmp_path / "deep" / "journal.db"
    with_journal(path, write)
    found = with_journal(path, lambda j: j.find("a"))
    assert (found.state, found.answer_status, found.received_at) == (IntentState.PLACED, 200, 7.0)
    assert found.answer == b'{"duplicate":false,"x":[1]}'
    assert found.intent == INTENT
    assert [e.client_order_id for e in with_journal(path, lambda j: j.unsettled())] == ["b"]


def test_the_second_to_begin_an_intent_is_shown_the_first(tmp_path: Path) -> None:
    async def twice(journal: Journal) -> list[Any]:
        await journal.begin("a", INTENT)
        await journal.finish("a", IntentState.REFUSED, 502, b"{}")
        return await asyncio.gather(*(journal.begin(k, INTENT) for k in ("a", "b", "c", "a")))

    first, second, third, again = with_journal(tmp_path / "j.db", twice)
    assert (second, third) == (None, None)
    assert first == again
    assert (first.state, first.answer_status) == (IntentState.REFUSED, 502)


def test_of_two_equal_intents_in_one_group_one_is_the_first(tmp_path: Path) -> None:
    async def both(journal: Journal) -> list[Any]:
        return await asyncio.gather(*(journal.begin("a", INTENT) for _ in range(2)))

    first, second = with_journal(tmp_path / "j.db", both)
    assert first is None
    assert (second.client_order_id, second.state) == ("a", IntentState.OPEN)


def test_two_processes_on_one_file_agree_on_who_was_first(tmp_path: Path) -> None:
    async def race() -> list[Any]:
        journals = [Journal(tmp_path / "j.db") for _ in range(3)]
        for journal in journals:
            await journal.open()
        answers = await asyncio.gather(
            *(journals[n % 3].begin(f"k{n // 3}", INTENT) for n in range(300))
        )
        for journal in journals:
            await journal.close()
        return answers

    answers = asyncio.run(race())
    for n in range(0, 300, 3):
        assert sum(answer is None for answer in answers[n : n + 3]) == 1


def test_a_released_intent_may_begin_again_and_a_settled_one_may_not(tmp_path: Path) -> None:
    async def work(journal: Journal) -> tuple[Any, Any]:
        await journal.begin("a", INTENT)
        await journal.finish("a", IntentState.RELEASED, 503, b"{}")
        again = await journal.begin("a", INTENT)
        await journal.finish("a", IntentState.PLACED, 200, b"{}")
        return again, await journal.begin("a", INTENT)

    again, third = with_journal(tmp_path / "j.db", work)
    assert again is None
    assert third.state is IntentState.PLACED


def test_a_result_is_not_changed_except_when_a_lost_order_turns_up(tmp_path: Path) -> None:
    async def work(journal: Journal) -> list[IntentState]:
        states = []
        for first, second in (("placed", "refused"), ("not_placed", "placed")):
            await journal.begin(first, INTENT)
            await journal.finish(first, IntentState(first), 200, b"{}")
            await journal.finish(first, IntentState(second), 200, b"{}")
            found = await journal.find(first)
            assert found is not None
            states.append(found.state)
        return states

    assert with_journal(tmp_path / "j.db", work) == [IntentState.PLACED, IntentState.PLACED]


def test_what_waits_together_is_written_together(tmp_path: Path) -> None:
    groups: list[tuple[float, int]] = []

    async def work(journal: Journal) -> None:
        await asyncio.gather(*(journal.begin(str(n), INTENT) for n in range(500)))

    with_journal(tmp_path / "j.db", work, written=lambda *group: groups.append(group))
    assert 1 <= len(groups) <= 20
    assert all(seconds > 0 for seconds, _ in groups)
    assert max(open_intents for _, open_intents in groups) == 500
    count = sqlite3.connect(tmp_path / "j.db")
    assert count.execute("SELECT count(*) FROM intents").fetchone() == (500,)
    count.close()


def test_a_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(JournalError, match="folder: Is a directory"):
        with_journal(tmp_path / "folder", lambda j: j.unsettled())


def test_a_journal_that_breaks_says_so_to_everyone_who_waits(tmp_path: Path) -> None:
    failures: list[int] = []

    async def work(journal: Journal) -> None:
        await journal.begin("a", INTENT)
        other = sqlite3.connect(tmp_path / "j.db")
        other.execute("DROP TABLE intents")
        other.close()
        with pytest.raises(JournalError, match="no such table: intents"):
            await journal.begin("b", INTENT)

    with_journal(tmp_path / "j.db", work, failed=lambda: failures.append(1))
    assert failures == [1]


def test_a_bug_is_told_to_those_who_wait_undone_and_outlived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_values: Any) -> None:
        raise ZeroDivisionError("of our making")

    async def work(journal: Journal) -> list[str]:
        await journal.begin("a", INTENT)
        with monkeypatch.context() as bug:
            bug.setattr(JournalFile, "_begin", broken)
            with pytest.raises(JournalError, match="of our making"):
                await asyncio.gather(
                    journal.begin("b", INTENT), journal.finish("a", IntentState.PLACED, 200, b"{}")
                )
        await journal.begin("c", INTENT)
        return [entry.client_order_id for entry in await journal.unsettled()]

    assert with_journal(tmp_path / "j.db", work) == ["a", "c"]
    (record,) = caplog.records
    assert record.getMessage() == "a group was not journalled"
    assert record.exc_info is not None


def test_old_orders_are_forgotten_but_never_those_that_are_not_settled(tmp_path: Path) -> None:
    async def work(journal: Journal) -> tuple[int, int, list[bool]]:
        await asyncio.gather(*(journal.begin(str(n), INTENT) for n in range(1200)))
        for n in range(1199):
            await journal.finish(
                str(n), IntentState.RESTING if n == 5 else IntentState.PLACED, 200, b"{}"
            )
        young = await journal.prune(before=7.0)
        old = await journal.prune(before=7.5)
        return young, old, [await journal.find(k) is not None for k in ("0", "5", "1198", "1199")]

    young, old, kept = with_journal(tmp_path / "j.db", work)
    assert (young, old) == (0, 1198)
    assert kept == [False, True, False, True]


def test_a_start_reads_no_history_and_misses_no_open_intent(tmp_path: Path) -> None:
    path = tmp_path / "j.db"

    def watermark() -> int:
        with contextlib.closing(sqlite3.connect(path)) as file:
            return int(file.execute("SELECT seq FROM watermark").fetchone()[0])

    async def work(journal: Journal) -> list[tuple[list[str], int]]:
        seen = []
        for settled in ((), ("0", "1", "3"), ("2",), ("4",)):
            for key in settled:
                await journal.finish(
                    key, IntentState.RESTING if key == "1" else IntentState.PLACED, 200, b"{}"
                )
            if not settled:
                await asyncio.gather(*(journal.begin(str(n), INTENT) for n in range(5)))
            found = [e.client_order_id for e in await journal.unsettled()]
            seen.append((found, watermark()))
        return seen

    assert with_journal(path, work) == [
        (["0", "1", "2", "3", "4"], 0),
        (["2", "4"], 2),
        (["4"], 4),
        ([], 5),
    ]


def test_an_intent_that_follows_forgotten_ones_is_found_at_the_next_start(tmp_path: Path) -> None:
    async def work(journal: Journal) -> None:
        await journal.begin("old", INTENT)
        await journal.finish("old", IntentState.PLACED, 200, b"{}")
        assert await journal.prune(before=8.0) == 1
        assert await journal.find("old") is None
        await journal.begin("new", INTENT)

    with_journal(tmp_path / "j.db", work)
    (found,) = with_journal(tmp_path / "j.db", lambda j: j.unsettled())
    assert found.client_order_id == "new"


def test_a_journal_of_another_form_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    with contextlib.closing(sqlite3.connect(path)) as file:
        file.executescript("CREATE TABLE intents (state TEXT); PRAGMA user_version = 1;")
    with pytest.raises(JournalError) as refused:
        with_journal(path, lambda j: j.unsettled())
    assert str(refused.value) == (
        f"{path}: this is a journal of form 1, and the service reads form 4: let the version that "
        "wrote it finish its orders, then move the file away."
    )
    with contextlib.closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT name FROM sqlite_master").fetchall() == [("intents",)]


def test_a_result_nobody_waits_for_comes_before_the_same_webhook_again(tmp_path: Path) -> None:
    async def work(journal: Journal) -> tuple[Any, Any]:
        await journal.begin("a", INTENT)
        journal.finish_soon("a", IntentState.RELEASED, 503, b"{}")
        again = await journal.begin("a", INTENT)
        journal.finish_soon("a", IntentState.PLACED, 200, b"{}")
        return again, await journal.begin("a", INTENT)

    again, third = with_journal(tmp_path / "j.db", work)
    assert again is None
    assert (third.state, third.answer_status) == (IntentState.PLACED, 200)


def test_a_result_nobody_waits_for_that_fails_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(journal: Journal) -> None:
        await journal.begin("a", INTENT)
        other = sqlite3.connect(tmp_path / "j.db")
        other.execute("DROP TABLE intents")
        other.close()
        journal.finish_soon("a", IntentState.PLACED, 200, b"{}")
        with pytest.raises(JournalError):
            await journal.find("a")

    with_journal(tmp_path / "j.db", work)
    assert [record.getMessage() for record in caplog.records] == [
        "the journal cannot be written, results are kept: no such table: intents",
        "a: its result was not journalled: no such table: intents",
    ]


def test_a_result_for_a_journal_that_is_closed_is_logged_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Journal(tmp_path / "j.db").finish_soon("a", IntentState.PLACED, 200, b"{}")
    (record,) = caplog.records
    assert record.getMessage() == "a: its result was not journalled: the journal is not open."


def test_what_comes_while_the_journal_closes_is_refused_and_does_not_wait_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    closing, asked = threading.Event(), threading.Event()
    close = JournalFile.close

    def slowly(file: JournalFile) -> None:
        closing.set()
        assert asked.wait(PATIENCE_SECONDS)
        close(file)

    monkeypatch.setattr(JournalFile, "close", slowly)

    async def work(journal: Journal) -> None:
        ending = asyncio.create_task(journal.close())
        assert await asyncio.to_thread(closing.wait, PATIENCE_SECONDS)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                with pytest.raises(JournalError, match="is not open"):
                    await journal.begin("a", INTENT)
            journal.finish_soon("b", IntentState.PLACED, 200, b"{}")
        finally:
            asked.set()
        await ending

    with_journal(tmp_path / "j.db", work)
    (record,) = caplog.records
    assert record.getMessage() == "b: its result was not journalled: the journal is not open."


@pytest.mark.programs
def test_workers_that_start_at_once_all_open_the_journal(tmp_path: Path) -> None:
    for turn in range(5):
        command = [sys.executable, "-m", "tests.support.open_journal", str(tmp_path / f"{turn}.db")]
        workers = [
            subprocess.Popen(
                command,
                cwd=ROOT,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            for _ in range(6)
        ]
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "waiting\n"
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("now\n")
            worker.stdin.flush()
        ends = [(worker.communicate()[1], worker.returncode) for worker in workers]
        assert ends == [("", 0)] * 6


def test_resting_orders_are_given_in_pages_from_a_moment_on(tmp_path: Path) -> None:
    now = [100.0]

    async def work(journal: Journal) -> list[list[str]]:
        journal._clock = lambda: now[0]
        for number in range(4):
            key = str(number)
            await journal.begin(key, INTENT)
            now[0] += 1
            state = IntentState.PLACED if key == "2" else IntentState.RESTING
            await journal.finish(key, state, 200, b"{}")
        await journal.finish("3", IntentState.PLACED, 200, b"{}")
        return [
            [e.client_order_id for e in await journal.resting(at)] for at in (0.0, 101.0, 102.0)
        ]

    assert with_journal(tmp_path / "j.db", work) == [["0", "1"], ["1"], []]


def test_a_journal_of_the_form_before_is_read_and_becomes_one_of_this(tmp_path: Path) -> None:
    async def write(journal: Journal) -> None:
        await journal.begin("a", INTENT)
        await journal.finish("a", IntentState.RESTING, 200, b"{}")

    path = tmp_path / "j.db"
    with_journal(path, write)
    with contextlib.closing(sqlite3.connect(path)) as file:
        file.executescript(
            "DROP INDEX resting_since; PRAGMA user_version = 2;"
            "CREATE INDEX resting ON results (seq) WHERE state = 'resting';"
        )
    assert [e.client_order_id for e in with_journal(path, lambda j: j.resting(0.0))] == ["a"]
    with contextlib.closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (4,)
