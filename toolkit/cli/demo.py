"""`toolkit demo`: the whole loop once: build, start, load, validate, summarise."""

import sys
from typing import Annotated

import typer

from toolkit.cli.console import leave, progress, result
from toolkit.errors import ExitStatus


def demo(
    *,
    duration: Annotated[int, typer.Option(min=1, help="Seconds of load.")] = 20,
    users: Annotated[
        int, typer.Option(min=1, help="Requests under way at once, at the most.")
    ] = 20,
) -> None:
    """Run the whole loop once: build, start, load, validate.

    On a terminal the stack then stays up until Ctrl-C.
    """
    from toolkit import demo as demonstration
    from toolkit.cli.up import servers
    from toolkit.find_definitions import load
    from toolkit.load import definitions as load_definitions
    from toolkit.load import text_report
    from toolkit.optional_dependencies import require_load
    from toolkit.stack import start_and_stop
    from toolkit.stack.process_signals import interruptible

    require_load("toolkit demo")
    project = load()
    with interruptible():
        stack = demonstration.start(project, progress)
        try:
            outcome = demonstration.run(
                project, stack, seconds=duration, users=users, progress=progress
            )
            figures = text_report.summary(outcome.load, load_definitions.read(project.config))
            result(f"{servers(stack)}\n\n{figures}\n")
            result(demonstration.summary(project, outcome))
            if sys.stdin.isatty() and sys.stdout.isatty():
                progress("The stack stays up until Ctrl-C.")
                start_and_stop.watch(stack, restarted=project.config.restarted)
        finally:
            start_and_stop.down(stack.state, progress=progress)
    if outcome.status is not ExitStatus.CLEAN:
        leave(outcome.status)
