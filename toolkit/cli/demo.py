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
    """Build, start the stack, send traffic, validate, summarise; stay up on a terminal."""
    from toolkit import demo as demonstration
    from toolkit.cli.load import statistics
    from toolkit.cli.up import servers
    from toolkit.project import load
    from toolkit.stack import local

    project = load()
    state = project.config.state
    with local.interruptible():
        try:
            outcome = demonstration.run(project, seconds=duration, users=users, progress=progress)
            result(servers(outcome.stack))
            result(f"\n{statistics(outcome.load)}\n")
            result(demonstration.summary(project, outcome))
            if sys.stdin.isatty() and sys.stdout.isatty():
                progress("The stack stays up. Ctrl-C ends it.")
                local.watch(outcome.stack)
        except KeyboardInterrupt:
            progress("interrupted: stopping the stack")
            raise
        finally:
            local.down(state, progress=progress)
    if outcome.status is not ExitStatus.CLEAN:
        leave(outcome.status)
