"""Every error that the toolkit raises on purpose, and the exit status each one means.

A message says where, what is wrong with the value shown, what would be right, and (in
`fix`) the edit or command that fixes it. A finding about the user's definitions is not an
error: see `toolkit.findings`.
"""

from collections.abc import Iterable
from enum import IntEnum


class ExitStatus(IntEnum):
    """What a command's exit status says, the same for every command."""

    CLEAN = 0
    FINDINGS = 1  # findings, failed checks, missed thresholds
    WRONG = 2  # the definition, the configuration or the command line is wrong
    UNKNOWN = 3  # the stack did not answer, so nothing is known
    BUG = 4  # toolkit itself is wrong


_WORST_FIRST = (ExitStatus.BUG, ExitStatus.WRONG, ExitStatus.FINDINGS, ExitStatus.UNKNOWN)


def worst(statuses: Iterable[ExitStatus]) -> ExitStatus:
    """The one status of several: a bug before what is wrong, findings before what is unknown.

    Of none at all it is CLEAN.
    """
    found = set(statuses)
    return next((status for status in _WORST_FIRST if status in found), ExitStatus.CLEAN)


class ToolkitError(Exception):
    """Stop, show the message and its fix, and exit with `status`."""

    status = ExitStatus.WRONG

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message}\n  fix: {self.fix}" if self.fix else self.message


class UsageError(ToolkitError):
    """Type the command again, corrected: a name or a value on the command line is wrong."""


class ConfigurationError(ToolkitError):
    """Edit `[tool.toolkit]` in pyproject.toml (or the file named): a setting is wrong."""


class DefinitionError(ToolkitError):
    """Edit the Python definition: it says something that cannot be true.

    `argument` names the argument at fault, where it is one; `position` counts from 0 where it
    was given without its name.
    """

    def __init__(self, message: str, *, fix: str = "", argument: str = "") -> None:
        super().__init__(message, fix=fix)
        self.argument = argument
        self.position: int | None = None


class UnreachableError(ToolkitError):
    """Start the server or correct its address; nothing is known about what it would say."""

    status = ExitStatus.UNKNOWN


class RefusedError(ToolkitError):
    """Read the server's words: it answered, and refused what it was asked."""

    status = ExitStatus.FINDINGS


class StackError(ToolkitError):
    """Read the log lines shown: a process of the local stack could not start or died."""

    status = ExitStatus.UNKNOWN
