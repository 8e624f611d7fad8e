"""`toolkit up`: the service, Prometheus and Alertmanager on this machine."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.tables import table

if TYPE_CHECKING:
    from toolkit.stack.state import RunningStack

# What a shell reports for a command that Ctrl-C ended.
_INTERRUPTED = 130


def up(
    *,
    detach: Annotated[
        bool, typer.Option("--detach", help="Return once all is ready; `toolkit down` ends it.")
    ] = False,
) -> None:
    """Start the service, Prometheus and Alertmanager, and stay until Ctrl-C."""
    from toolkit.project import load
    from toolkit.stack import local
    from toolkit.stack.files import generated

    project = load()
    state = project.config.state
    with local.interruptible():
        try:
            stack = local.up(project.config, generated(project), state=state, progress=_tell)
        except KeyboardInterrupt:
            raise typer.Exit(_INTERRUPTED) from None
        try:
            typer.echo(running_table(stack))
            if detach:
                _tell("`toolkit down` ends it.")
                return
            _tell("Ctrl-C ends it.")
            local.watch(stack)
            _tell("It was taken down.")
        except KeyboardInterrupt:
            local.down(state, progress=_tell)
        except BaseException:
            local.down(state)
            raise


def running_table(stack: "RunningStack") -> str:
    """Name, address, process and log of every server of the stack."""
    rows = [(c.name, c.url, str(c.pid), c.log) for c in stack.components]
    return table(("server", "url", "pid", "log"), rows)


def _tell(sentence: str) -> None:
    typer.echo(sentence, err=True)
