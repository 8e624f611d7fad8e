"""A project's own commands, `[tool.toolkit.commands]`: a name, and the function that it runs.

The function gets the words after the name, `--help` included, and returns the exit status. It
is imported only when it is run: what help says of it is read from its source.
"""

import ast
import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import typer

from toolkit.cli.console import complain
from toolkit.errors import ConfigurationError, ExitStatus, ToolkitError

_MOST_STATUS = 255  # a process has eight bits for it
_KEY = "[tool.toolkit.commands]"


@dataclass(frozen=True, slots=True)
class ProjectCommands:
    """What the project here declares: name → `module:function`, by its folder `root`.

    `problem` says why that is not known, where its configuration is wrong.
    """

    root: Path = Path()
    references: Mapping[str, str] = field(default_factory=dict)
    problem: ToolkitError | None = None


def declared(start: Path) -> ProjectCommands:
    """The commands of the project at or above `start`; none where there is no project."""
    from toolkit.config import pyproject

    try:
        root = pyproject.find_root(start)
    except (ToolkitError, OSError):
        return ProjectCommands()
    try:
        return ProjectCommands(root, pyproject.load(root).commands)
    except ToolkitError as error:
        return ProjectCommands(root, problem=error)


def check(commands: ProjectCommands, built_in: Collection[str], words: list[str]) -> None:
    """Raise ConfigurationError for a name that toolkit has itself, and what else is wrong.

    That is said where the command that is called may be one of the project's.
    """
    called = next((word for word in words if not word.startswith("-")), "")
    if commands.problem is not None and called and called not in built_in:
        raise commands.problem
    for name in commands.references:
        if name in built_in:
            from toolkit.config.pyproject import place_in

            place = place_in(commands.root).below("commands").key(name)
            fix = f"choose another name, such as own-{name}."
            raise place.error("toolkit has a command of that name.", fix=fix)


def help_of(commands: ProjectCommands, name: str) -> str:
    """The first paragraph of the function's docstring, read from its source without running it."""
    reference = commands.references[name]
    module, _, function = reference.partition(":")
    path = commands.root / module.replace(".", "/")
    for source in (path.with_suffix(".py"), path / "__init__.py"):
        try:
            tree = ast.parse(source.read_text(encoding="utf-8"))
        except (OSError, SyntaxError, ValueError):
            continue  # running it says what is wrong
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == function:
                words = ast.get_docstring(node) or ""
                if words:
                    return words.partition("\n\n")[0].replace("\n", " ")
    return f"A command of this project: {reference}."


def runner(commands: ProjectCommands, name: str) -> Callable[[typer.Context], None]:
    """What runs the command `name`."""

    def run(context: typer.Context) -> None:
        _run(commands, name, list(context.args))

    run.__doc__ = help_of(commands, name)
    return run


def _run(commands: ProjectCommands, name: str, words: list[str]) -> None:
    from toolkit import find_definitions

    reference = commands.references[name]
    try:
        function = find_definitions.function(commands.root, reference, f"{_KEY} {name}")
        status = function(words)
    except ToolkitError:
        raise
    except SystemExit as end:
        raise typer.Exit(_ended(end)) from None
    except Exception as error:  # noqa: BLE001 - it is the project's, and so is its traceback
        traceback.print_exc()
        frame = traceback.extract_tb(error.__traceback__)[-1]
        raise ConfigurationError(
            f"toolkit {name}: {type(error).__name__}: {error} ({frame.filename}:{frame.lineno})",
            fix=f"correct {reference}, which {_KEY} names.",
        ) from None
    if status is None:
        return
    if isinstance(status, bool) or not isinstance(status, int) or not 0 <= status <= _MOST_STATUS:
        raise ConfigurationError(
            f"toolkit {name}: {reference} returned {status!r}; it must be an exit status.",
            fix=f"return a number from 0 to {_MOST_STATUS}, or nothing, which is 0.",
        )
    raise typer.Exit(status)


def _ended(end: SystemExit) -> int:
    """The exit status of a function that ended the process; its last words are shown."""
    if end.code is None:
        return int(ExitStatus.CLEAN)
    if isinstance(end.code, int):
        return end.code
    complain(str(end.code))
    return int(ExitStatus.FINDINGS)  # as Python itself has it
