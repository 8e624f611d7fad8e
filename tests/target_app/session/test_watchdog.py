"""Threads that stop are found, named and shown; those that report are left alone."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from target_app.session.watchdog import Heartbeats, Watchdog
from tests.support.wait_until import eventually


class Watched:
    """A watchdog of ten seconds that looks when a test says so, a second after the last time."""

    def __init__(self, dump: Path) -> None:
        self.now, self.found = 0.0, list[Mapping[str, float]]()
        self.beats = Heartbeats(lambda: self.now)
        self.dog = Watchdog(
            self.beats, seconds=10, dump=dump, stuck=self.found.append, clock=lambda: self.now
        )
        self.dog.stop()

    def looks(self, times: int, *, seconds: float = 1.0) -> Iterator[None]:
        """Before each look what is done within the loop."""
        for _ in range(times):
            self.now += seconds
            yield
            self.dog.look()


@contextmanager
def a_thread_that_waits_for_ever() -> Iterator[None]:
    held = threading.Lock()
    held.acquire()

    def wait_for_ever_on_the_lock() -> None:
        with held:
            pass

    thread = threading.Thread(target=wait_for_ever_on_the_lock, daemon=True)
    thread.start()
    yield
    held.release()
    thread.join()


def test_a_silent_thread_is_named_once_and_every_stack_is_written(tmp_path: Path) -> None:
    dump = tmp_path / "stackdump.txt"
    watched = Watched(dump)
    lively = watched.beats.reporter("lively")
    watched.beats.reporter("stuck")()
    with a_thread_that_waits_for_ever():
        for _ in watched.looks(10):
            lively()
        assert watched.found == []  # ten seconds are allowed
        for _ in watched.looks(20):
            lively()
    assert watched.found == [{"stuck": 11.0}]
    text = dump.read_text()
    assert "in wait_for_ever_on_the_lock" in text
    assert text.count("Thread 0x") + text.count("Current thread 0x") >= 2


def test_a_machine_that_slept_has_stopped_everybody_and_nobody_is_stuck(tmp_path: Path) -> None:
    watched = Watched(tmp_path / "stackdump.txt")
    report = watched.beats.reporter("loop")
    for _ in watched.looks(20):
        report()
    for _ in watched.looks(1, seconds=3600):
        pass
    for _ in watched.looks(9):
        pass
    assert watched.found == []
    for _ in watched.looks(1):
        pass
    assert [list(each) for each in watched.found] == [["loop"]]


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
