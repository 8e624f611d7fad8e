"""Results to stdout, progress to stderr; colour only on a terminal and never with NO_COLOR."""

import sys
from typing import NoReturn

import typer

from toolkit.errors import ExitStatus


def result(text: str) -> None:
    """Write a result to stdout, as it is."""
    sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")


def progress(text: str) -> None:
    """Say on stderr what is being done."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def leave(status: ExitStatus) -> NoReturn:
    """End the command with `status`."""
    raise typer.Exit(int(status))
