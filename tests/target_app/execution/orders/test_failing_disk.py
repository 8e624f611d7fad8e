"""A disk that is full, read-only or wrong about the time: the truth is told, and all goes on."""

import asyncio
import contextlib
import errno
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from target_app.exchanges.paper import paper
from target_app.execution.main import main
from target_app.execution.orders import journal_writer
from target_app.execution.orders import reconcile as reconcile_module
from target_app.execution.orders.journal import Journal
from target_app.execution.orders.journal_file import IntentState, JournalError, JournalFile
from target_app.execution.orders.reconcile import Reconciler
from tests.support.service_in_process import Served, order

Serve = Callable[..., Served]
DAY = 86_400.0
FULL = "database or disk is full"


class Disk:
    """Whether a journal's file can be written."""

    full = False
    read_only = False  # SQLite's own mode, whose refusals are those of a read-only file system


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """A disk that can be filled; the journal looks often whether there is room again."""
    disk, real = Disk(), JournalFile._transaction

    @contextlib.contextmanager
    def transaction(self: JournalFile) -> Iterator[sqlite3.Connection]:
        if disk.full:
            raise JournalError(FULL)
        self._connection.execute(f"PRAGMA query_only = {int(disk.read_only)}")
        with real(self) as connection:
            yield connection

    monkeypatch.setattr(JournalFile, "_transaction", transaction)
    monkeypatch.setattr(journal_writer, "_RETRY_SECONDS", 0.01)
    yield disk
    disk.full = disk.read_only = False


def test_a_result_that_could_not_be_written_is_written_when_there_is_room(
    serve: Serve, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = serve()
    service.send(order(id="before"))
    real = paper.create_order

    async def fills_the_disk(self: Any, *arguments: Any, **options: Any) -> Any:
        disk.full = True  # after the intent was written, before its result is
        return await real(self, *arguments, **options)

    with monkeypatch.context() as filling:
        filling.setattr(paper, "create_order", fills_the_disk)
        first = service.send(order(id="a"))
    assert first.status == 200
    service.wait_for(lambda: bool(service.service.pipeline.journal.failing))
    ready = service.get("/ready")
    assert (ready.status, ready.json["journal"]) == (503, FULL)
    health = service.get("/health").json
    assert (health["status"], health["journal"]) == ("degraded", FULL)
    for payload in (order(id="a"), order(id="b")):
        refused = service.send(payload)
        assert (refused.status, refused.code) == (503, "unavailable")
        assert refused.headers["retry-after"] == "1"
    disk.full = False
    service.wait_for(lambda: not service.service.pipeline.journal.failing)
    assert service.get("/ready").status == 200
    assert service.send(order(id="a")).json == first.json | {"duplicate": True}
    assert service.send(order(id="b")).status == 200
    assert len(service.service.pipeline.manager.venues["paper"].client.history) == 3
    service.wait_for(lambda: service.value("execution_journal_open_intents") == 0)


def test_on_a_disk_that_became_read_only_no_order_is_sent_and_nothing_is_forgotten(
    serve: Serve, disk: Disk
) -> None:
    service = serve()
    first = service.send(order(id="before"))
    disk.read_only = True
    for n in range(3):
        refused = service.send(order(id=f"refused-{n}"))
        assert (refused.status, refused.code) == (503, "unavailable")
        assert refused.json["detail"] == "The journal: attempt to write a readonly database"
    ready = service.get("/ready")
    assert (ready.status, ready.json["journal"]) == (503, "attempt to write a readonly database")
    assert len(service.service.pipeline.manager.venues["paper"].client.history) == 1
    disk.read_only = False
    service.wait_for(lambda: not service.service.pipeline.journal.failing)
    assert service.send(order(id="before")).json == first.json | {"duplicate": True}
    assert service.send(order(id="refused-0")).status == 200
    assert service.get("/ready").status == 200


@pytest.mark.parametrize("name", ["journal.db.lock", "journal.db", "audit.jsonl"])
def test_on_a_read_only_disk_the_service_does_not_start_and_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    real = os.open

    def refused(path: Any, flags: int, *more: Any, **options: Any) -> int:
        if str(path) == str(tmp_path / name) and flags & os.O_CREAT:
            raise OSError(errno.EROFS, "Read-only file system", str(path))
        return real(path, flags, *more, **options)

    monkeypatch.setattr("os.open", refused)
    monkeypatch.setenv("EXECUTION_WEBHOOK_SECRETS", "a-secret-made-for-tests")
    given = [
        "--journal",
        str(tmp_path / "journal.db"),
        "--audit-log",
        str(tmp_path / "audit.jsonl"),
    ]
    assert main([*given, "--port", "0"]) == 2
    told = capsys.readouterr().err
    assert f"{tmp_path / name}: Read-only file system" in told
    assert "Traceback" not in told


def test_who_asks_meanwhile_is_told_the_result_that_waits(tmp_path: Path, disk: Disk) -> None:
    async def work() -> None:
        journal = Journal(tmp_path / "j.db")
        await journal.open()
        await journal.begin("a", {})
        disk.full = True
        await journal.finish("a", IntentState.PLACED, 200, b"{}")
        found = await journal.find("a")
        assert found is not None
        assert (found.state, found.answer_status, found.answer) == (IntentState.PLACED, 200, b"{}")
        with pytest.raises(JournalError, match=FULL):
            await journal.begin("b", {})
        disk.full = False
        await journal.close()

    asyncio.run(work())


def test_what_never_got_room_is_told_at_the_end(
    tmp_path: Path, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    async def work() -> None:
        journal = Journal(tmp_path / "j.db")
        await journal.open()
        await journal.begin("a", {})
        disk.full = True
        journal.finish_soon("a", IntentState.PLACED, 200, b"{}")
        await journal.close()

    asyncio.run(work())
    assert caplog.records[-1].getMessage() == f"a: its result was not journalled: {FULL}"


def test_rows_from_the_future_hide_no_old_ones_and_come_to_be_of_today(tmp_path: Path) -> None:
    now = [100 * DAY]

    async def work() -> None:
        journal = Journal(tmp_path / "j.db", clock=lambda: now[0])
        await journal.open()
        for part, at in (("old", 100), ("ahead", 4000), ("later", 101)):
            now[0] = at * DAY
            await asyncio.gather(*(journal.begin(f"{part}{n}", {}) for n in range(700)))
            for n in range(700):
                await journal.finish(f"{part}{n}", IntentState.PLACED, 200, b"{}")
        now[0] = 140 * DAY
        assert await journal.prune(before=110 * DAY) == 1400
        ahead = await journal.find("ahead0")
        assert ahead is not None
        assert ahead.received_at == 140 * DAY
        now[0] = 180 * DAY
        assert await journal.prune(before=150 * DAY) == 700
        await journal.close()

    asyncio.run(work())


def test_the_journal_is_the_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "old.db").touch(0o644)
    for name in ("new.db", "old.db"):
        file = JournalFile(tmp_path / name)
        for suffix in ("", "-wal", "-shm"):
            assert (tmp_path / f"{name}{suffix}").stat().st_mode & 0o777 == 0o600
        file.close()


@pytest.mark.parametrize("jump", [-3600.0, 3600.0], ids=["back", "ahead"])
def test_a_clock_that_jumps_neither_hurries_nor_delays_what_is_settled(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    """Ahead, an order that is still on its way would be given up; back, it would stay open."""
    from ccxt.base.errors import RequestTimeout

    service = serve(settle_seconds=60)
    service.send(order(id="so that a price is known"))
    waited = 0.0  # 25 s at each question, by the clock that does not jump
    clock = SimpleNamespace(monotonic=lambda: waited, time=time.time)
    monkeypatch.setattr(reconcile_module, "time", clock)
    monkeypatch.setattr(reconcile_module, "_ASK_AGAIN_SECONDS", 0.01)
    asked = looked = 0

    async def lost(*_: Any, **__: Any) -> Any:
        raise RequestTimeout("late")

    async def not_there(*_: Any, **__: Any) -> None:
        nonlocal asked, waited
        asked, waited = asked + 1, waited + 25

    def jumping() -> float:  # once the reconciler has begun, and asks from then on
        nonlocal asked, looked
        looked += 1
        asked = asked if looked > 1 else 0
        return time.time() + (jump if looked > 1 else 0.0)

    reconciler: Reconciler = service.service.pipeline.reconciler
    monkeypatch.setattr(reconciler, "_clock", jumping)
    venue = service.service.pipeline.manager.venues["paper"]
    monkeypatch.setattr(venue.client, "create_order", lost)
    monkeypatch.setattr(venue.lookup, "find", not_there)
    assert service.send(order(id="x")).code == "outcome_unknown"
    answer = service.send(order(id="x"))  # waits for the first one's fate
    assert answer.code == "not_placed"
    assert asked == 4  # at 0, 25, 50 and, more than a minute after the order, 75
