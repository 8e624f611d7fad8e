"""What typer would say of errors of a command, where something else is right."""

import select
import sys
from typing import Any

import typer
from typer.exceptions import TyperException

from toolkit.cli.console import complain
from toolkit.cli.options_of_other_tools import MEANT
from toolkit.cli.parameters_without_typer import PlainCommand
from toolkit.errors import ExitStatus

INTERRUPTED = 130  # as a shell says it: 128 and the number of SIGINT


class Command(PlainCommand):
    """A command that answers an option of another tool with its own, and hides no bug."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """What is left of the arguments. Raises typer's own errors."""
        try:
            return super().parse_args(ctx, args)
        except TyperException as error:  # typer keeps its class for such an option to itself
            meant = MEANT.get(self.name or "", {}).get(getattr(error, "option_name", ""))
            if meant and hasattr(error, "possibilities"):
                error.possibilities = [meant]
            raise

    def invoke(self, ctx: Any) -> Any:
        """What the function gives.

        An EOFError means to typer that the user ended the input, with 1, as for findings, and a
        pipe that broke that the reader of stdout has gone. No command reads input, and there are
        other pipes.
        """
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            complain("Aborted.")
            raise typer.Exit(INTERRUPTED) from None
        except (EOFError, BrokenPipeError) as error:
            if isinstance(error, BrokenPipeError) and stdout_has_no_reader():
                raise
            from toolkit.cli import crash

            crash.report(error)
            raise typer.Exit(int(ExitStatus.BUG)) from None


def stdout_has_no_reader() -> bool:
    """Whether the reader of stdout has gone, or it cannot be known."""
    try:
        number = sys.stdout.fileno()
    except (AttributeError, OSError, ValueError):
        return True
    asked = select.poll()
    asked.register(number, 0)  # errors and hang-ups are told in any case
    return bool(asked.poll(0))
