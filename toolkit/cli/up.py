"""`toolkit up`: the services, Prometheus and Alertmanager on this machine."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import progress, result
from toolkit.cli.typer_error_messages import INTERRUPTED
from toolkit.formats.tables import text_table

if TYPE_CHECKING:
    from toolkit.config.pyproject import Config
    from toolkit.stack.state import RunningStack

# What a shell reports for a command that Ctrl-C ended.


def up(
    *,
    detach: Annotated[
        bool, typer.Option("--detach", help="Return once all is ready; `toolkit down` ends it.")
    ] = False,
    on_demand: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            help="Start this service or profile too, which runs on demand; repeatable.",
        ),
    ] = None,
    services: Annotated[
        list[str] | None,
        typer.Option(
            "--service",
            help="Start this service or profile alone, with what it needs; repeatable.",
        ),
    ] = None,
) -> None:
    """Start the stack on this machine.

    The services, Prometheus and Alertmanager; it stays until Ctrl-C. What is not installed, and
    what runs on demand, is left out.
    """
    from toolkit.find_definitions import load
    from toolkit.stack import start_and_stop
    from toolkit.stack.choose_services import Selection
    from toolkit.stack.process_signals import interruptible
    from toolkit.stack.server_config_files import generated

    project = load()
    with interruptible():
        try:
            stack = start_and_stop.up(
                project.config,
                generated(project),
                state=project.config.state,
                progress=progress,
                selection=Selection(only=services or None, too=on_demand or ()),
            )
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        _show_and_watch(project.config, stack, detach=detach)


def _show_and_watch(config: "Config", stack: "RunningStack", *, detach: bool) -> None:
    """Show the servers; unless detached, stay until the stack ends, and end it on Ctrl-C."""
    from toolkit.stack import start_and_stop

    try:
        result(servers(stack))
        if detach:
            progress("It runs until `toolkit down`.")
            return
        progress("It runs until Ctrl-C or `toolkit down`.")
        start_and_stop.watch(stack, restarted=config.restarted)
        progress("It was taken down.")
    except KeyboardInterrupt:
        start_and_stop.down(config.state, progress=progress)
    except BaseException:
        start_and_stop.down(config.state)
        raise


def servers(stack: "RunningStack") -> str:
    """Name, address, process and log of every server of the stack, as a table."""
    rows = [(c.name, c.url, str(c.pid), c.log) for c in stack.components]
    return text_table(("server", "url", "pid", "log"), rows)
