"""What GitHub Actions reads: annotations among the output, and the summary of a step.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import ConfigurationError
from toolkit.findings import Level, Location

SHOWN = 10
"""GitHub shows at most so many annotations of each level for one step."""
SUMMARY = "GITHUB_STEP_SUMMARY"
"""The variable that names the file to which a step adds its summary."""
_WORDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "notice"}


@dataclass(frozen=True, slots=True)
class Annotation:
    """A note next to the job's log, and at a line of a file where it has one."""

    level: Level
    title: str
    text: str
    location: Location | None = None


def annotations(found: Iterable[Annotation]) -> str:
    """The lines that make GitHub show them, the worst first; what is left out is counted."""
    given = tuple(found)
    lines = []
    for level, word in _WORDS.items():
        these = [each for each in given if each.level is level]
        for each in these[:SHOWN]:
            properties = [*_place(each.location), f"title={_property(each.title)}"]
            lines.append(f"::{word} {','.join(properties)}::{_data(each.text)}")
        if len(these) > SHOWN:
            rest = len(these) - SHOWN
            lines.append(f"{rest} more of level {level.value} are not shown as annotations.")
    return "".join(f"{line}\n" for line in lines)


def add_to_summary(markdown: str, environment: Mapping[str, str] = os.environ) -> None:
    """Add to the step's summary; outside of GitHub there is none, and nothing happens.

    Raises ConfigurationError where the file cannot be written.
    """
    name = environment.get(SUMMARY)
    if not name:
        return
    try:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(markdown)
    except OSError as error:
        raise ConfigurationError(f"{SUMMARY}: {name}: {error.strerror}.") from None


def _place(location: Location | None) -> list[str]:
    if location is None:
        return []
    column = [f"col={location.column}"] if location.column else []
    return [f"file={_property(location.path)}", f"line={location.line}", *column]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
