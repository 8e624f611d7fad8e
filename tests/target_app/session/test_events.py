"""The event log: what is written, what may be given up, and that it never stops the loop."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from target_app.session.events import EventFile, EventLevel, EventLog, EventLogHooks


def log_of(folder: Path, **changes: Any) -> EventLog:
    values: dict[str, Any] = {"most_waiting": 1000, "timeout_seconds": 0.0, "trace_share": 1.0}
    file = changes.pop("file", EventFile(folder, 1 << 20))
    return EventLog(file, **{**values, **changes})


def written(folder: Path) -> list[dict[str, Any]]:
    lines: list[str] = []
    for path in sorted(folder.glob("events_*.jsonl")):
        lines += path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


class Gate(EventFile):
    """A disk that takes nothing until it is opened."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, 1 << 20)
        self.reached, self.opened = threading.Event(), threading.Event()

    def write(self, lines: bytes) -> None:
        self.reached.set()
        assert self.opened.wait(60)
        super().write(lines)


def test_an_event_is_one_compact_line_that_grep_finds(tmp_path: Path) -> None:
    log = log_of(tmp_path, clock=lambda: 1_700_000_000.0)
    log.emit(EventLevel.ERROR, "ORDER_FAILED", order="s1-1", error_code="timeout")
    log.close()
    (line,) = (tmp_path / "events_0001.jsonl").read_text().splitlines()
    assert '"level":"ERROR","event":"ORDER_FAILED","order":"s1-1","error_code":"timeout"}' in line
    assert line.startswith('{"time":"2023-11-14T22:13:20.000+00:00","elapsed":')
    assert '"seq":1,' in line


def test_sampling_leaves_out_trace_events_alone(tmp_path: Path) -> None:
    log = log_of(tmp_path, trace_share=0.25)
    for number in range(100):
        log.emit(EventLevel.TRACE, "MARKET_DATA", number=number)
        log.emit(EventLevel.ERROR, "ORDER_FAILED", order=str(number))
    log.close()
    names = [event["event"] for event in written(tmp_path)]
    assert names.count("ORDER_FAILED") == 100
    assert 23 <= names.count("MARKET_DATA") <= 27


def test_without_a_share_no_trace_event_is_written(tmp_path: Path) -> None:
    log = log_of(tmp_path, trace_share=0.0)
    log.emit(EventLevel.TRACE, "MARKET_DATA")
    log.close()
    assert written(tmp_path) == []


def test_a_disk_that_hangs_costs_trace_events_and_nothing_else(tmp_path: Path) -> None:
    timeouts: list[int] = []
    gate = Gate(tmp_path)
    hooks = EventLogHooks(timed_out=lambda: timeouts.append(1))
    log = log_of(tmp_path, file=gate, most_waiting=10, hooks=hooks)
    log.emit(EventLevel.INFO, "SESSION_STARTED")
    assert gate.reached.wait(60)
    for number in range(10):
        log.emit(EventLevel.INFO, "ORDER_SENT", order=str(number))
    assert timeouts == []
    log.emit(EventLevel.TRACE, "MARKET_DATA")
    log.emit(EventLevel.ERROR, "ORDER_FAILED", order="late")
    assert timeouts == [1, 1]
    gate.opened.set()
    log.close()
    names = [event["event"] for event in written(tmp_path)]
    assert names == ["SESSION_STARTED", *["ORDER_SENT"] * 10, "ORDER_FAILED"]


def test_a_field_that_cannot_be_written_costs_its_event_alone(tmp_path: Path) -> None:
    class Unwritable:
        def __str__(self) -> str:
            raise RuntimeError("not now")

    log = log_of(tmp_path)
    log.emit(EventLevel.INFO, "ORDER_SENT", what=Unwritable())
    log.emit(EventLevel.INFO, "ORDER_FILLED")
    log.close()
    first, second = written(tmp_path)
    assert (first["event"], first["unwritable"]) == ("ORDER_SENT", "RuntimeError")
    assert second["event"] == "ORDER_FILLED"


def test_it_knows_which_orders_had_an_error_event(tmp_path: Path) -> None:
    log = log_of(tmp_path)
    log.emit(EventLevel.ERROR, "ORDER_FAILED", order="a")
    log.emit(EventLevel.INFO, "ORDER_FAILED", order="b")
    assert (log.has_error_of("a"), log.has_error_of("b")) == (True, False)
    log.close()


def test_a_new_file_begins_when_one_is_full(tmp_path: Path) -> None:
    log = log_of(tmp_path, file=EventFile(tmp_path, 4096))
    for number in range(2000):
        log.emit(EventLevel.INFO, "ORDER_SENT", number=number)
    log.close()
    assert len(list(tmp_path.glob("events_*.jsonl"))) > 2
    assert [event["number"] for event in written(tmp_path)] == list(range(2000))


def test_a_line_that_the_disk_took_a_part_of_is_the_only_one_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = EventFile(tmp_path, 1 << 20)
    file.write(b'{"seq":1}\n')
    whole: Callable[[int, Any], int] = __import__("os").write

    def half(descriptor: int, data: Any) -> int:
        if len(data) <= 5:
            raise OSError(28, "No space left on device")
        return whole(descriptor, data[:5])

    monkeypatch.setattr("os.write", half)
    with pytest.raises(OSError, match="No space left"):
        file.write(b'{"seq":2}\n')
    monkeypatch.undo()
    file.write(b'{"seq":3}\n')
    file.close()
    lines = (tmp_path / "events_0001.jsonl").read_text().splitlines()
    assert lines == ['{"seq":1}', '{"seq', '{"seq":3}']


def test_without_a_folder_events_are_counted_as_lost() -> None:
    log = EventLog(None, most_waiting=10, timeout_seconds=0.0, trace_share=1.0)
    log.emit(EventLevel.INFO, "ORDER_SENT")
    log.close()
    assert log.lost == 1
