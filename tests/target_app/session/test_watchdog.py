"""Threads that stop are found, named and shown; those that report are left alone."""

import threading
import time
from collections.abc import Mapping
from pathlib import Path

from target_app.session.watchdog import Heartbeats, Watchdog
from tests.support.wait_until import eventually


def test_a_silent_thread_is_named_once_and_every_stack_is_written(tmp_path: Path) -> None:
    beats = Heartbeats()
    found: list[Mapping[str, float]] = []
    lively, held = beats.reporter("lively"), threading.Lock()
    beats.reporter("stuck")()
    held.acquire()

    def wait_for_ever_on_the_lock() -> None:
        with held:
            pass

    thread = threading.Thread(target=wait_for_ever_on_the_lock, daemon=True)
    thread.start()
    dump = tmp_path / "stackdump.txt"
    dog = Watchdog(beats, seconds=0.5, dump=dump, stuck=found.append)
    eventually(lambda: lively() or found, "the watchdog finds the silent thread")
    until = time.monotonic() + 1.2
    eventually(lambda: lively() or time.monotonic() > until, "it has looked again")
    dog.stop()
    held.release()
    thread.join()
    assert [list(each) for each in found] == [["stuck"]]
    assert found[0]["stuck"] > 0.5
    text = dump.read_text()
    assert "in wait_for_ever_on_the_lock" in text
    assert text.count("Thread 0x") + text.count("Current thread 0x") >= 3


def test_a_thread_that_reports_again_is_silent_no_more() -> None:
    now = [0.0]
    beats = Heartbeats(lambda: now[0])
    loop = beats.reporter("loop")
    beats.reporter("not begun yet")
    loop()
    now[0] = 11.0
    assert beats.silent(10) == {"loop": 11.0}
    loop()
    assert beats.silent(10) == {}


def test_a_dump_that_cannot_be_written_does_not_hide_the_thread(tmp_path: Path) -> None:
    beats = Heartbeats()
    beats.reporter("stuck")()
    found: list[Mapping[str, float]] = []
    dog = Watchdog(beats, seconds=0.2, dump=tmp_path / "gone" / "dump.txt", stuck=found.append)
    eventually(lambda: found, "the watchdog finds the silent thread")
    dog.stop()
