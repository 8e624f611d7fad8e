"""What answers the queries of a preview: a Prometheus that runs now, or a recording of one.

A recording holds every query and its answer, not the page: a definition may change and be
drawn again from the same data, as long as its queries stay the same.
"""

import dataclasses
import json
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from toolkit.errors import RefusedError, UsageError
from toolkit.preview.relative_times_and_dates import zone_of
from toolkit.preview.time_range import TimeRange, time_range

VERSION = 1  # of the file's format: one that reads old files wrongly gets another number
DEFAULT_SINCE = "now-1h"
NOW = "now"


class DataSource(Protocol):
    """Answers requests to Prometheus' HTTP API with their `data`."""

    def ask(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The data. Raises RefusedError or UnreachableError."""


@dataclass(frozen=True, slots=True)
class RequestedTime:
    """The time range as the user wrote it, and as of when (Unix seconds).

    `since` and `until` are empty where each dashboard's own hold.
    """

    now: float
    since: str
    until: str
    scrape_interval: str

    def range_of(self, model: Mapping[str, Any]) -> TimeRange:
        """The time range of one dashboard. Raises UsageError for what is not a time.

        What the user says goes before what the dashboard was saved with; a begin alone, until now.
        """
        saved = model.get("time") or {}
        own_since = str(saved.get("from") or DEFAULT_SINCE)
        own_until = NOW if self.since else str(saved.get("to") or NOW)
        try:
            return time_range(
                self.since or own_since, self.until or own_until, self.now, zone_of(model)
            )
        except UsageError as error:
            if self.since:
                raise
            raise UsageError(
                f"the time that the dashboard was saved with: {error.message}",
                fix="draw another with --from, such as --from now-1h.",
            ) from None

    def is_relative(self, model: Mapping[str, Any]) -> bool:
        """Whether the range moves with the clock: a panel's own range holds only then."""
        since = self.since or str((model.get("time") or {}).get("from") or DEFAULT_SINCE)
        return since.strip().startswith(NOW)


@dataclass(frozen=True, slots=True)
class Recorder:
    """Passes requests on to a source, and keeps the answers."""

    source: DataSource
    answers: dict[str, Any] = field(default_factory=dict)

    def ask(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The answer, kept."""
        data = self.source.ask(path, params)
        self.answers[_key(path, params)] = data
        return data

    def write(self, path: Path, requested: RequestedTime) -> None:
        """Store the recording: the same requests and answers give the same bytes."""
        data = {
            "version": VERSION,
            **dataclasses.asdict(requested),
            "answers": dict(sorted(self.answers.items())),
        }
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{path}: cannot be written: {error.strerror}.") from None


@dataclass(frozen=True, slots=True)
class Recording:
    """Answers what was asked when it was made, as of then."""

    requested: RequestedTime
    answers: Mapping[str, Any]

    def ask(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The recorded answer. Raises RefusedError for a request that was not made then."""
        key = _key(path, params)
        if key not in self.answers:
            raise RefusedError("the snapshot has no answer to this; record it again.")
        return self.answers[key]


def read_recording(path: Path) -> Recording:
    """The recording in a file. Raises UsageError where there is none."""
    fix = f"make it with `toolkit preview --record {path}`."
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] == VERSION:
            keys = [field.name for field in dataclasses.fields(RequestedTime)]
            return Recording(RequestedTime(*(data[key] for key in keys)), dict(data["answers"]))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}.", fix=fix) from None
    except (ValueError, TypeError, KeyError):
        pass
    raise UsageError(f"{path}: not a snapshot of this toolkit.", fix=fix)


def _key(path: str, params: Mapping[str, str] | None) -> str:
    # Sorted: the order of the parameters is no part of the question.
    return f"{path}?{urllib.parse.urlencode(sorted((params or {}).items()))}"
