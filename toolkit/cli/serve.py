"""`toolkit serve`: the project's service alone, with its own options."""

import sys
import traceback

import typer

from toolkit.cli.console import leave
from toolkit.errors import ConfigurationError, ExitStatus, ToolkitError


def serve(context: typer.Context) -> None:
    """Run the service alone. `toolkit serve --help` lists its settings."""
    import importlib
    from pathlib import Path

    from toolkit import config

    loaded = config.load(config.find_root(Path.cwd()))
    module, _, name = loaded.serve.partition(":")
    if not name:
        raise ConfigurationError(
            f"[tool.toolkit] serve = {loaded.serve!r} names no service.",
            fix='write serve = "module:NAME", a function of the command line\'s arguments.',
        )
    if str(loaded.root) not in sys.path:
        sys.path.insert(0, str(loaded.root))
    try:
        main = getattr(importlib.import_module(module), name)
    except (ModuleNotFoundError, AttributeError) as error:
        raise ConfigurationError(f"[tool.toolkit] serve = {loaded.serve!r}: {error}.") from None
    try:
        status = main(list(context.args))
    except ToolkitError:
        raise
    except Exception:  # noqa: BLE001 - it is the service's, so its traceback belongs to its log
        traceback.print_exc()
        leave(ExitStatus.FINDINGS)
    raise typer.Exit(status)
