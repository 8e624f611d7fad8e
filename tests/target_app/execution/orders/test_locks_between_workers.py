"""Of several processes of one journal one watches, and one at a time acts.

The locks keep holders of one process apart as they do two processes: each has its own file
descriptor.
"""

import asyncio
from pathlib import Path

from target_app.execution.orders.locks_between_workers import ProcessLock


def test_one_watches_until_it_lets_go(tmp_path: Path) -> None:
    first, second = (ProcessLock(tmp_path / "journal.db") for _ in range(2))
    assert first.leads()
    assert not second.leads()
    assert first.leads(), "once it is the one, it stays so"
    second.close()
    assert not second.leads(), "who does not lead has nothing to let go"
    first.close()
    assert second.leads()
    assert not first.leads()
    second.close()
    second.close()
    assert first.leads()
    first.close()


def test_the_locks_are_files_next_to_the_journal_for_its_owner_alone(tmp_path: Path) -> None:
    lock = ProcessLock(tmp_path / "journal.db")
    lock.leads()

    async def act() -> None:
        async with lock.held():
            pass

    asyncio.run(act())
    lock.close()
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"journal.db.watching": 0o600, "journal.db.acting": 0o600}


def test_one_at_a_time_acts_and_the_next_waits(tmp_path: Path) -> None:
    first, second = (ProcessLock(tmp_path / "journal.db") for _ in range(2))
    did: list[str] = []

    async def act(lock: ProcessLock, name: str, done: asyncio.Event) -> None:
        async with lock.held():
            did.append(f"{name} begins")
            await done.wait()
            did.append(f"{name} ends")

    async def run() -> None:
        done = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(act(first, "first", done))
            tasks.create_task(act(second, "second", done))
            tasks.create_task(act(first, "third", done))
            for _ in range(10):
                await asyncio.sleep(0)
            assert did == ["first begins"]
            done.set()

    asyncio.run(run())
    assert did[:2] == ["first begins", "first ends"]
    assert sorted(did[2::2]) == ["second begins", "third begins"]
    assert [name.replace("ends", "begins") for name in did[1::2]] == did[::2]
