"""One change in words, and values compared key by key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ChangedPart(StrEnum):
    """Which part of what is generated a change is about, in the order in which they are shown."""

    ALERTS = "alerts"
    RECORDINGS = "recordings"
    ROUTES = "routes"
    DASHBOARDS = "dashboards"
    SERIES = "series"


@dataclass(frozen=True, slots=True)
class Change:
    """What changed about `subject`. `before` and `after` are empty where `what` says it all."""

    part: ChangedPart
    subject: str
    what: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        moved = f": {self.before} -> {self.after}" if self.before or self.after else ""
        return f"{self.subject}: {self.what}{moved}"


def keys(
    part: ChangedPart, subject: str, what: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    """A change for each key with another value; `what` is put before its name."""
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            old, new = (shown(side.get(key)) for side in (before, after))
            yield Change(part, subject, f"{what}{key}", old, new)


def shown(value: object) -> str:
    """A value in one line; `none` for what is not there."""
    return "none" if value in (None, "", []) else " ".join(str(value).split())
