"""The `toolkit` command: registers every command, and turns errors into exit statuses.

Heavy libraries are imported inside the commands that need them: `toolkit --help` loads
none of locust, ccxt, grafanalib or fastapi. Help is plain text: rich would double the time
that it takes, and cut long option names short.
"""

import errno
import gc
import importlib
import logging
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import cast

import typer

from toolkit.cli import options, project_commands
from toolkit.cli.console import complain, drop_stdout, is_verbose, prepare_streams, speak
from toolkit.cli.examples import epilog
from toolkit.cli.parameters_without_typer import PlainGroup
from toolkit.cli.project_commands import ProjectCommands
from toolkit.cli.shell_completion import done_for_a_named_shell
from toolkit.cli.typer_error_messages import INTERRUPTED, Command
from toolkit.errors import ExitStatus, ToolkitError

_HELP = ("-h", "--help")
_BEFORE_A_COMMAND = ("-q", "--quiet", "-v", "--verbose")
_ASKS_FOR_ALL = "build"  # it writes the reference of every command
PIPE_CLOSED = 141  # as a shell says it: 128 and the number of SIGPIPE

COMMANDS = {
    "init": "init:init",
    "discover": "discover:discover",
    "build": "build:build",
    "build-dashboards": "build:build_dashboards",
    "build-alerts": "build:build_alerts",
    "lint": "lint:lint",
    "explain": "explain:explain",
    "test": "test:run_tests",
    "up": "up:up",
    "down": "down:down",
    "status": "status:status",
    "logs": "logs:logs",
    "serve": "serve:serve",
    "load": "load:load",
    "validate": "validate:validate",
    "drill": "drill:drill",
    "demo": "demo:demo",
    "preview": "preview:preview",
    "deploy": "deploy:deploy",
    "annotate": "annotate:annotate",
    "import": "import_:import_",
    "diff": "diff:diff",
}
"""By name, the module here and its function, which is imported only where it is needed."""

# A service, and a project's own command, parse what follows their name, `--help` included.
_FOR_THE_PROJECT = {
    "allow_extra_args": True,
    "ignore_unknown_options": True,
    "help_option_names": [],
}


def command(own: ProjectCommands | None = None, only: str = "") -> "typer.core.TyperGroup":
    """The command line as a whole, with --quiet and --verbose before and after each command.

    `own` are the commands that a project adds, `only` the one command that is run, which spares the
    modules of the others. It is made anew each time: click keeps what one run asked of a command.
    """
    app = typer.Typer(
        cls=PlainGroup,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": [*_HELP]},
    )
    app.callback(epilog=epilog(""))(options.of_the_whole)
    for name in [only] if only else COMMANDS:
        settings = _FOR_THE_PROJECT if name == "serve" else None
        register = app.command(name, cls=Command, epilog=epilog(name), context_settings=settings)
        register(_function(name))
    own = own if own is not None and not only else ProjectCommands()
    for name in own.references:
        function = project_commands.runner(own, name)
        app.command(name, cls=Command, context_settings=_FOR_THE_PROJECT)(function)
    group = cast("typer.core.TyperGroup", typer.main.get_command(app))
    shared = typer.Typer(add_completion=False)
    shared.command()(options.everywhere)
    common = typer.main.get_command(shared).params
    for each in (group, *group.commands.values()):
        if each.callback is not None and each.name not in {"serve", *own.references}:
            each.params.extend(common)
    return group


def _function(name: str) -> Callable[..., None]:
    module, _, function = COMMANDS[name].partition(":")
    found = getattr(importlib.import_module(f"toolkit.cli.{module}"), function)
    return cast("Callable[..., None]", found)


def _only(arguments: list[str]) -> str:
    """The built-in command that the arguments name; empty where they may ask about others."""
    name = next((word for word in arguments if word not in _BEFORE_A_COMMAND), "")
    return name if name in COMMANDS and name != _ASKS_FOR_ALL else ""


def run(arguments: list[str]) -> int:
    """Run the command line `arguments` in this process and give its exit status."""
    speak(logging.INFO)
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        drop_stdout()
        return PIPE_CLOSED
    except OSError as error:
        drop_stdout()
        complain(f"error: stdout: {error.strerror}.")
        return int(ExitStatus.WRONG)
    return status


def _run(arguments: list[str]) -> int:
    try:
        if done_for_a_named_shell(arguments):
            return int(ExitStatus.CLEAN)
        own = project_commands.declared(Path.cwd())
        project_commands.check(own, COMMANDS, arguments)
        _obey(command(own, _only(arguments)), arguments, own)
    except ToolkitError as error:
        if is_verbose():
            complain(traceback.format_exc().rstrip("\n"))
        complain(f"error: {error}")
        return int(error.status)
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # for which typer says 1, as for findings
            raise end.__context__ from None
        return end.code if isinstance(end.code, int) else int(ExitStatus.WRONG)
    except KeyboardInterrupt:
        # While the command's modules were loaded; later, the command says the same.
        complain("Aborted.")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever else it is, it is a bug
        return _unexpected(error)
    return int(ExitStatus.CLEAN)


def _obey(whole: "typer.core.TyperGroup", arguments: list[str], own: ProjectCommands) -> None:
    """Run the command that the arguments name; its help alone without the options of the whole."""
    name = arguments[0] if arguments else ""
    asked = any(word in _HELP for word in arguments[1:])
    if asked and name in COMMANDS and name != "serve" and name not in own.references:
        one = whole.commands[name]
        one(arguments[1:], prog_name=f"toolkit {name}", help_option_names=[*_HELP])
    else:
        whole(arguments, prog_name="toolkit")


def _unexpected(error: Exception) -> int:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC and error.filename is None:
        raise error  # stdout is full, as `run` says
    if isinstance(error, OSError) and error.filename is not None:  # a path that the user named
        if is_verbose():
            complain(traceback.format_exc().rstrip("\n"))
        complain(f"error: {error.filename}: {error.strerror}.")
        return int(ExitStatus.WRONG)
    from toolkit.cli import crash

    if where := crash.in_the_project(error):
        if is_verbose():
            complain(traceback.format_exc().rstrip("\n"))
        complain(f"error: {where}: {type(error).__name__}: {error}")
        complain("  fix: correct it; --verbose shows the traceback.")
        return int(ExitStatus.WRONG)
    crash.report(error)
    return int(ExitStatus.BUG)


def main() -> None:
    """Entry point of the installed command."""
    prepare_streams()
    status = run(sys.argv[1:])
    # The memory goes with the process: Python would look for circles in all of it once more, which
    # is a seventh of a short command. What is open is closed where it was opened.
    gc.freeze()
    sys.exit(status)
