"""Writes a line for each request to a file of this process, for `toolkit.load.merge_request_csv`.

A line is formatted when its request is over, and written with many others: no moment is long
enough to make the next request late.
"""

import csv
import io
import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from toolkit.load.statistics import JudgedRequest

_LOG = logging.getLogger(__name__)
_BUFFER = 1 << 16  # some 700 lines


def _field(text: str) -> str:
    """A field of CSV, in quotes where it needs them."""
    out = io.StringIO()
    # Names may quote what a service answered. Source: OWASP, CSV injection.
    safe = f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
    csv.writer(out, lineterminator="").writerow([safe])
    return out.getvalue()


class RequestLog:
    """The lines of one scenario."""

    def __init__(self, path: str, scenario: str) -> None:
        self._scenario = _field(scenario)
        self._fields: dict[str, str] = {"": ""}  # names and codes are few, and come again and again
        self._file: IO[str] | None = Path(path).open(  # noqa: SIM115 - lives with the process
            "w", encoding="utf-8", newline="\n", buffering=_BUFFER
        )

    def record(self, name: str, judged: JudgedRequest) -> None:
        """Write the line of a request that is over now."""
        if self._file is None:
            return
        fields = self._fields
        for text in (name, judged.answer, judged.reason):
            if text not in fields:
                fields[text] = _field(text)
        try:
            self._file.write(
                f"{self._scenario},{fields[name]},{time.time() - judged.seconds:.6f},"
                f"{judged.seconds * 1000:.3f},{judged.service_seconds * 1000:.3f},"
                f"{judged.outcome},{fields[judged.answer]},{fields[judged.reason]}\n"
            )
        except OSError as error:
            self._give_up(error)

    def flush(self) -> None:
        """Let the file hold all that was recorded."""
        if self._file is not None:
            try:
                self._file.flush()
            except OSError as error:
                self._give_up(error)

    def close(self) -> None:
        """Write no more."""
        self.flush()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _give_up(self, error: OSError) -> None:
        """A full disk costs the lines, which are then too few, and not the run."""
        _LOG.error("the line of each request is not written any more: %s", error.strerror)
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                file.close()  # which tries once more to write what it holds
