"""Results to stdout, progress to stderr; colour only on a terminal and never with NO_COLOR.

How much is said on stderr is the level of the standard library's logger `toolkit`: progress is
INFO, which --quiet leaves out, and --verbose is DEBUG.
"""

import logging
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, NoReturn

import typer

from toolkit.errors import ExitStatus, UsageError

_LOG = logging.getLogger("toolkit")
_LOG.setLevel(logging.INFO)
_HTTP = logging.getLogger("urllib3.connectionpool")  # says each request, and its answer's status


def result(text: str, output: Path | None = None) -> None:
    """Write a result, as it is, to the file `output` or to stdout.

    Raises UsageError where it cannot be written; a reader who has gone is a BrokenPipeError.
    """
    whole = text if text.endswith("\n") or not text else text + "\n"
    try:
        if output is None:
            sys.stdout.write(whole)
        else:
            output.write_text(whole, encoding="utf-8")
            progress(f"wrote {output}")
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"{output or 'stdout'}: {error.strerror}.") from None


def progress(text: str) -> None:
    """Say on stderr what is being done, unless --quiet was given."""
    if _LOG.isEnabledFor(logging.INFO):
        complain(text)


def complain(text: str) -> None:
    """Say on stderr what is wrong, also with --quiet. A closed stderr stops nobody's work."""
    with suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def leave(status: ExitStatus) -> NoReturn:
    """End the command with `status`."""
    raise typer.Exit(int(status))


def speak(level: int) -> None:
    """Say on stderr what has this level of `logging`, or a higher one."""
    _LOG.setLevel(level)
    _HTTP.handlers.clear()
    if level <= logging.DEBUG:
        _HTTP.addHandler(logging.StreamHandler())
    _HTTP.setLevel(level if _HTTP.handlers else logging.NOTSET)


def is_verbose() -> bool:
    """Whether --verbose was given."""
    return _LOG.isEnabledFor(logging.DEBUG)


def prepare_streams() -> None:
    """Let stdout and stderr take whatever is written.

    Python has None for a stream that was closed before it began; what the stream's encoding
    lacks, such as a tick in Latin-1, is written as its escape.
    """
    sys.stdout = _writable(sys.stdout)
    sys.stderr = _writable(sys.stderr)


def _writable(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - never closed
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
    return stream


def drop_stdout() -> None:
    """Throw away what stdout still holds: Python would complain about it as it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
