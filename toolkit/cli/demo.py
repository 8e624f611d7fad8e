"""`toolkit demo`: the whole loop once: build, start, load, validate, summarise."""

import sys
from typing import Annotated

import typer

from toolkit.cli.console import leave, progress, result
from toolkit.errors import ExitStatus


def demo(
    *,
    duration: Annotated[int, typer.Option(min=1, help="Seconds of load.")] = 20,
    users: Annotated[int, typer.Option(min=1, help="Simulated users at once.")] = 20,
) -> None:
    """Run the whole loop once: build, start, load, validate.

    On a terminal the stack then stays up until Ctrl-C.
    """
    from toolkit import demo as demonstration
    from toolkit.cli.load import statistics
    from toolkit.cli.up import servers
    from toolkit.project import load
    from toolkit.stack import local

    project = load()
    with local.interruptible():
        stack = demonstration.start(project, progress)
        try:
            outcome = demonstration.run(
                project, stack, seconds=duration, users=users, progress=progress
            )
            result(f"{servers(stack)}\n\n{statistics(outcome.load)}\n")
            result(demonstration.summary(project, outcome))
            if sys.stdin.isatty() and sys.stdout.isatty():
                progress("The stack stays up until Ctrl-C.")
                local.watch(stack)
        finally:
            local.down(stack.state, progress=progress)
    if outcome.status is not ExitStatus.CLEAN:
        leave(outcome.status)
