"""`toolkit serve`: the project's service alone, with its own options."""

import traceback
from typing import TYPE_CHECKING

import typer

from toolkit.cli.console import complain, leave, result
from toolkit.errors import ConfigurationError, ExitStatus, ToolkitError, UsageError

if TYPE_CHECKING:
    from toolkit.config.pyproject import Config
    from toolkit.config.services import ServiceConfig


def serve(context: typer.Context) -> None:
    """Run the service alone. `toolkit serve --help` lists its settings.

    Where there are several, its name comes first: `toolkit serve NAME …`.
    """
    from pathlib import Path

    from toolkit import find_definitions, optional_dependencies
    from toolkit.config import pyproject

    try:
        loaded = pyproject.load(pyproject.find_root(Path.cwd()))
        service, key, reference, arguments = _chosen(loaded, list(context.args))
    except ToolkitError as error:
        if not {"-h", "--help"} & {*context.args}:
            raise
        # No function is there that could list its settings, and the reason is no error then.
        result(context.get_help())
        complain(str(error))
        return
    if not all(reference.partition(":")):
        raise ConfigurationError(
            f"{key} = {reference!r} names no service.",
            fix=f'write {key.rpartition(" ")[2]} = "module:NAME", a function of the command '
            "line's arguments.",
        )
    optional_dependencies.require_of_services(loaded.root, [service])
    try:
        status = find_definitions.function(loaded.root, reference, key)(arguments)
    except ToolkitError:
        raise
    except Exception:  # noqa: BLE001 - it is the service's, so its traceback belongs to its log
        traceback.print_exc()
        leave(ExitStatus.FINDINGS)
    raise typer.Exit(status if isinstance(status, int) else int(ExitStatus.CLEAN))


def _chosen(config: "Config", arguments: list[str]) -> tuple["ServiceConfig", str, str, list[str]]:
    """The service, the key that names its function, that, and the arguments that are its own."""
    if not config.services:
        return config.primary, "[tool.toolkit] serve", config.serve, arguments
    python = [service for service in config.all_services if service.python]
    named = [service for service in python if service.name in arguments[:1]]
    others = [x.name for x in config.all_services if x.name in arguments[:1] and not x.python]
    if others or not python:
        name = next(iter(others), config.primary.name)
        raise UsageError(
            f"{name} has no python function that could be run.",
            fix=f"start it with `toolkit up`, or write [tool.toolkit.services.{name}] "
            'python = "module:NAME".',
        )
    # What runs at times only is never meant where no name is given.
    usual = [service for service in python if service.is_constant] or python
    if not named and len(usual) > 1:
        names = ", ".join(service.name for service in python)
        raise UsageError(
            f"several services can be run: {names}.",
            fix=f"name one: toolkit serve {usual[0].name}.",
        )
    service = (named or usual)[0]
    key = f"[tool.toolkit.services.{service.name}] python"
    return service, key, service.python, arguments[1:] if named else arguments
