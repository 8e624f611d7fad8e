"""Compares what runs with real servers print with their transcript in tests/transcripts.

A test of the runs' own area makes them and hands in what it saw, so that none is made twice. What
differs between two runs is written as N (ROOT for the project's folder), and servers are ready in
the order of their names, after the last has been started. UPDATE_TRANSCRIPTS=1 writes the file.
"""

import difflib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "transcripts" / "with_servers"
_DIFFERS = (
    (re.compile(r"(?<=127\.0\.0\.1:)[1-9]\d*"), "N"),
    (re.compile(r"(?<=:N) +\d+ +(?=ROOT)"), "  N  "),  # a table's column of process ids
    (re.compile(r" {2,}pid {2,}log$", re.MULTILINE), "  pid  log"),
    (re.compile(r'(?<=pid )\d+|(?<="pid": )\d+'), "N"),
    (re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?= (?:s|ms|requests/s)\b)"), "N"),
)


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """The runs of one file.

    `figures` and `left_out` are regular expressions: of what becomes N after a first group that
    stays, and of how lines begin that a run may have or not.
    """

    name: str
    root: Path
    figures: str = ""
    left_out: str = ""
    _seen: list[str] = field(default_factory=list)

    def add(self, words: str, status: int, out: str, err: str) -> None:
        """One command, as it is typed, with what it printed."""
        self._seen.append(f"$ toolkit {words}\n")
        for mark, printed in (("  ", out), ("! ", err)):
            self._seen.extend(f"{mark}{line}\n" for line in self._stable(printed) if line)
        self._seen.append(f"[exit {status}]\n")

    def compare(self) -> None:
        """Assert that these runs printed every line of the file, in its order.

        What they printed besides is a note of that one run: the machine was slow, or it restarted
        something. The file's own notes, above its runs, are the file's.
        """
        path = FOLDER / f"{self.name}.txt"
        there = path.read_text(encoding="utf-8")
        notes = there[: there.find("$ ")] if "$ " in there else there
        seen = notes + "".join(self._seen)
        if os.environ.get("UPDATE_TRANSCRIPTS"):
            path.write_text(seen, encoding="utf-8")
        missing = _not_in_order(there.splitlines(), seen.splitlines())
        difference = difflib.unified_diff(there.splitlines(), seen.splitlines(), path.name, "seen")
        assert not missing, "\n".join(difference)

    def _stable(self, printed: str) -> list[str]:
        text = printed.replace(str(self.root), "ROOT")
        if self.left_out:
            text = re.sub(rf"^(?:{self.left_out}).*\n", "", text, flags=re.MULTILINE)
        if self.figures:
            text = re.sub(self.figures, r"\1N", text, flags=re.MULTILINE)
        for pattern, mark in _DIFFERS:
            text = pattern.sub(mark, text)
        text = text.replace("N ms", "N s")  # a slow machine's milliseconds are seconds
        return _ready_last(text.splitlines())


def _not_in_order(wanted: list[str], seen: list[str]) -> list[str]:
    """The lines of `wanted` that `seen` has not, or not in this order."""
    rest = iter(seen)
    return [line for line in wanted if line not in rest]  # `in` reads the rest up to the line


def _ready_last(lines: list[str]) -> list[str]:
    ready = sorted(line for line in lines if line.endswith(": ready after N s"))
    others = [line for line in lines if line not in ready]
    started = [number for number, line in enumerate(others, start=1) if ": starting on " in line]
    at = max(started, default=len(others))
    return [*others[:at], *ready, *others[at:]]
