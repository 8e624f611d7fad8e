"""Rows of a CSV file or of JSON lines for a scenario: each is taken once, across all workers.

    BUYERS = DataRows("buyers.csv")

    class Buyer(JudgedUser):
        def on_start(self):
            self.buyer = BUYERS.take(self)

Every worker reads the whole file and takes every n-th row of it, so that no two need to talk.
"""

import csv
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from toolkit.errors import ConfigurationError

Row = Mapping[str, Any]


class RowsTakenError(Exception):
    """The scenario needs more rows than the file has."""


class DataRows:
    """The rows of the file, which is next to the scenario unless its path is absolute.

    A CSV file has a line of names first; its values are text. JSON lines (`.jsonl`) have an
    object in each line. With `again`, rows are taken anew when all are.
    Raises ConfigurationError, naming the line, for a file that cannot be read.
    """

    def __init__(self, path: str, *, again: bool = False) -> None:
        folder = Path(sys._getframe(1).f_globals.get("__file__", "")).parent  # noqa: SLF001
        self.path = folder / path
        self.again = again
        self._rows = _read(self.path)
        self._run = ""
        self._taken = 0

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, user: Any) -> Row:
        """The next row that no user of any worker has in this run.

        Raises RowsTakenError when there is none left.
        """
        options = user.environment.parsed_options
        if options.run_id != self._run:
            self._run, self._taken = options.run_id, 0
        of = max(1, options.worker_count)
        index = user.environment.runner.worker_index if options.worker_count else 0
        number: int = index + self._taken * of
        if self.again and self._rows:
            number %= len(self._rows)
        elif index >= of or number >= len(self._rows):
            raise RowsTakenError(
                f"{self.path.name}: all of its {len(self)} rows are taken"
                + (" by the workers that were there at the start" if index >= of else "")
                + "; give it more rows, or again=True"
            )
        self._taken += 1
        return self._rows[number]


def _read(path: Path) -> list[Row]:
    readers: dict[str, Callable[[Path], list[Row]]] = {
        ".csv": _csv,
        ".jsonl": _json_lines,
        ".ndjson": _json_lines,
    }
    if path.suffix not in readers:
        raise ConfigurationError(
            f"{path}: the name must end in one of {', '.join(sorted(readers))}."
        )
    try:
        rows = readers[path.suffix](path)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: {error}", fix="write it in UTF-8.") from None
    if not rows:
        raise ConfigurationError(f"{path}: has no rows.")
    return rows


def _csv(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows: list[Row] = []
        for row in reader:
            if None in row or None in row.values():
                names = len(reader.fieldnames or ())
                raise ConfigurationError(
                    f"{path}:{reader.line_num}: does not have {names} values, as many as names.",
                    fix='write "…" around a value that holds a comma.',
                )
            rows.append(row)
        return rows


def _json_lines(path: Path) -> list[Row]:
    rows: list[Row] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ConfigurationError(f"{path}:{number}: not JSON: {error}.") from None
        if not isinstance(row, dict):
            raise ConfigurationError(f"{path}:{number}: must be an object, but is {line[:40]!r}.")
        rows.append(row)
    return rows
