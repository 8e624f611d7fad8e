"""What a session's folder says: its events counted, its summary, its settings.

Any folder of this form is read, whoever wrote it. Lines that are not events are counted and
left out; the last line of a killed session may be half of one.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from target_app.session.metrics import SUMMARY, SUMMARY_VERSION
from target_app.session.session_folder import EVENT_FILES, SETTINGS, STACK_DUMP
from toolkit.errors import UsageError

_SOON = 1.0  # seconds before its end at which a session may say its last word
_DECODE = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(slots=True, kw_only=True)
class SessionRecord:
    """One session as its folder tells it.

    `silent` are the failed orders without an ERROR event, by id; where events have no ids, so
    many are missing as `silent_count` says. `summary` is None where there is none.
    """

    folder: Path
    seconds: float | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    summary: dict[str, Any] | None = None
    events: Counter[str] = field(default_factory=Counter)
    errors: int = 0
    silent: tuple[str, ...] = ()
    silent_count: int = 0
    unreadable_lines: int = 0
    lost_events: int = 0  # that the session could not write, where that is known
    stuck: tuple[str, ...] = ()
    crashes: tuple[str, ...] = ()
    is_ended: bool = False  # SESSION_ENDED is there, and says that all was in order
    is_foreign: bool = False  # it does not say how it began, so nothing follows from no end
    stack_dump: bool = False
    positions: int = 0

    @property
    def pending(self) -> int:
        """Pending intents at the end."""
        return int(self.summary["gauges"]["intents_pending"]) if self.summary else 0

    @property
    def is_trading(self) -> bool:
        """Whether orders were allowed."""
        return bool(self.settings.get("global_trading", True))


def read_record(folder: Path) -> SessionRecord:
    """Read a session's folder. Raises UsageError where it is not one, or of another version."""
    if not folder.is_dir():
        raise UsageError(
            f"{folder}: is not a folder.", fix="name one that a session left, below sessions/."
        )
    files = sorted((folder / "logs").glob(EVENT_FILES))
    if not files:
        raise UsageError(
            f"{folder}: there is no logs/{EVENT_FILES}, so this is not a session's folder.",
            fix="name the folder session_<time> itself.",
        )
    record = SessionRecord(folder=folder, stack_dump=(folder / STACK_DUMP).exists())
    record.settings = _table(folder / SETTINGS)
    seconds = record.settings.get("seconds")
    record.seconds = float(seconds) if isinstance(seconds, int | float) else None
    record.summary = _summary(folder / SUMMARY)
    _count(record, _events(files, record))
    return record


@dataclass(slots=True)
class _Seen:
    """What is gathered while the events are read."""

    failed: Counter[str] = field(default_factory=Counter)
    with_error: Counter[str] = field(default_factory=Counter)
    bought: int = 0
    elapsed: float = 0.0


def _count(record: SessionRecord, events: Iterator[dict[str, Any]]) -> None:
    seen = _Seen()
    record.is_foreign = True
    for event in events:
        record.events[str(event.get("event", ""))] += 1
        if isinstance(event.get("elapsed"), int | float):
            seen.elapsed = max(seen.elapsed, event["elapsed"])
        _look_at_order(record, seen, event)
        _look_at_session(record, event)
    # A session that was stopped, or got stuck, has not traded for as long as it was meant to.
    if seen.elapsed and (record.seconds is None or seen.elapsed < record.seconds - _SOON):
        record.seconds = round(seen.elapsed, 1)
    opened = record.events["POSITION_OPENED"]
    closed = record.events["POSITION_CLOSED"]
    record.positions = opened - closed if opened else max(0, seen.bought)
    _find_silent(record, seen.failed, seen.with_error)


def _look_at_order(record: SessionRecord, seen: _Seen, event: dict[str, Any]) -> None:
    name, order = event.get("event"), str(event.get("order", ""))
    if event.get("level") == "ERROR":
        record.errors += 1
        seen.with_error[order] += 1
    if name == "ORDER_FAILED":
        seen.failed[order] += 1
    elif name == "ORDER_FILLED":
        seen.bought += -1 if event.get("side") == "sell" else 1


def _look_at_session(record: SessionRecord, event: dict[str, Any]) -> None:
    match event.get("event"):
        case "SESSION_STARTED":
            record.is_foreign = False
        case "SESSION_ENDED":
            record.is_ended = event.get("clean") is not False
        case "THREAD_STUCK":
            record.stuck = (*record.stuck, str(event.get("thread", "")))
        case "SESSION_CRASHED":
            record.crashes = (*record.crashes, f"{event.get('kind')}: {event.get('message')}")


def _find_silent(record: SessionRecord, failed: Counter[str], with_error: Counter[str]) -> None:
    """Failed orders that no ERROR event names; without ids, only how many there can be."""
    nameless = failed.pop("", 0)
    record.silent = tuple(order for order in failed if not with_error[order])
    record.silent_count = len(record.silent) + max(0, nameless - with_error[""])


def _events(files: list[Path], record: SessionRecord) -> Iterator[dict[str, Any]]:
    for path in files:
        try:
            with path.open("rb") as file:
                for line in file:
                    try:
                        yield _DECODE(line)
                    except (msgspec.DecodeError, UnicodeDecodeError):
                        record.unreadable_lines += bool(line.strip())
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}.") from None


def _table(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty where there is no file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}.") from None
    except ValueError as error:
        raise UsageError(f"{path}: is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise UsageError(f"{path}: must hold an object, but holds {type(found).__name__}.")
    return found


def _summary(path: Path) -> dict[str, Any] | None:
    """The summary, checked. One without a version is of the first."""
    found = _table(path)
    if not found:
        return None
    version = found.get("version", SUMMARY_VERSION)
    if version != SUMMARY_VERSION:
        raise UsageError(
            f"{path}: is of version {version!r}, and this command reads version {SUMMARY_VERSION}.",
            fix="judge it with the release that wrote it.",
        )
    gauges = found.get("gauges")
    pending = gauges.get("intents_pending") if isinstance(gauges, dict) else None
    if isinstance(pending, bool) or not isinstance(pending, int | float):
        raise UsageError(
            f"{path}: gauges.intents_pending is {pending!r}; it must be a number.",
            fix="see docs/trading-session.md for what a summary holds.",
        )
    return found
