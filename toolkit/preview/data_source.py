"""Where a drawing's data comes from: a Prometheus that answers now, or a recording of one.

A recording holds every question and its answer, not the drawing: a definition may change
and be drawn again from the same data, as long as it asks what was asked.
"""

import dataclasses
import json
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from toolkit.errors import RefusedError, UsageError

VERSION = 1


class Source(Protocol):
    """Answers questions of Prometheus' HTTP API with their `data`."""

    def ask(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The data. Raises RefusedError or UnreachableError."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The time that was asked for, in words, and as of when (Unix seconds).

    `since` is empty where each dashboard says it itself.
    """

    now: float
    since: str
    until: str
    scrape_interval: str


@dataclass(frozen=True, slots=True)
class Recorder:
    """Passes questions on, and keeps what was answered."""

    source: Source
    answers: dict[str, Any] = field(default_factory=dict)

    def ask(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The answer, kept."""
        data = self.source.ask(path, params)
        self.answers[_key(path, params)] = data
        return data

    def write(self, path: Path, asked: "Asked") -> None:
        """Store the recording: the same questions and answers give the same bytes."""
        data = {
            "version": VERSION,
            **dataclasses.asdict(asked),
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

    asked: Asked
    answers: Mapping[str, Any]

    def ask(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The recorded answer. Raises RefusedError for a question that was not asked then."""
        key = _key(path, params)
        if key not in self.answers:
            raise RefusedError("the snapshot has no answer to this; record it again.")
        return self.answers[key]


def recording(path: Path) -> Recording:
    """The recording in a file. Raises UsageError where there is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] == VERSION:
            asked = Asked(*(data[field.name] for field in dataclasses.fields(Asked)))
            return Recording(asked, dict(data["answers"]))
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror}.", fix=f"make it with `toolkit preview --record {path}`."
        ) from None
    except (ValueError, TypeError, KeyError):
        pass
    raise UsageError(
        f"{path}: not a snapshot of this toolkit.",
        fix=f"make it with `toolkit preview --record {path}`.",
    )


def _key(path: str, params: Mapping[str, str] | None) -> str:
    return f"{path}?{urllib.parse.urlencode(sorted((params or {}).items()))}"
