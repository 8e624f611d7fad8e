"""`toolkit init`: a project for a service that exports metrics already."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.console import complain, leave, progress, result
from toolkit.errors import ExitStatus, UsageError

_FURTHER = (
    "a further service of this project: `toolkit discover URL > observability/NAME.py`, and a "
    "table [tool.toolkit.services.NAME]."
)


def init(
    *,
    sources: Annotated[
        list[str],
        typer.Option(
            "--from",
            metavar="URL|FILE",
            help="Address of the service's metrics, with its path, or a file with a scrape.",
        ),
    ],
    name: Annotated[
        str, typer.Option(help="Name of the service and of its scrape job; else the folder's.")
    ] = "",
    command: Annotated[
        str,
        typer.Option(
            help="What starts the service, with {port} for its port, so that `toolkit up` and "
            "`drill` can; else it runs already."
        ),
    ] = "",
) -> None:
    """Begin a project here: catalogue, alerts with proofs, dashboard, routing, load scenario.

    A comment marks each guess. What exists already is not overwritten: pyproject.toml and
    .gitignore are added to, and any other file that differs is shown as a diff, with exit 2.
    """
    from toolkit.adopt import init as adopt
    from toolkit.adopt.client_libraries import split
    from toolkit.prometheus import fetch_scrape

    root = Path.cwd()
    source = _one(sources)
    project = adopt.new_project(
        fetch_scrape.read(source), source, name or root.name, _words(command)
    )
    if name not in {"", project.name}:
        progress(f"the service is named {project.name}: small letters, digits and hyphens.")
    plan = adopt.plan(root, project)
    if plan.conflicts:
        _show_conflicts(plan.conflicts)
        leave(ExitStatus.WRONG)
    for path in plan.write(root):
        progress(f"wrote {path}")
    count = len(split(project.found).own)
    result(
        f"{count} metric{'s' * (count != 1)} of {project.name}. "
        "Next: toolkit build && toolkit lint && toolkit test"
    )


def _show_conflicts(diffs: Mapping[str, str]) -> None:
    """Print how files that are there differ from those that would be written, by path."""
    for diff in diffs.values():
        result(diff)
    complain(
        f"error: {', '.join(diffs)}: there already, so that nothing was written.\n"
        "  fix: take over what you want from the diff, or run it in another folder.\n"
        f"  {_FURTHER}"
    )


def _one(sources: list[str]) -> str:
    if len(sources) > 1:
        raise UsageError(
            f"--from: {len(sources)} services at once; a project begins with one.",
            fix=_FURTHER,
        )
    return sources[0]


def _words(command: str) -> tuple[str, ...]:
    import shlex

    try:
        return tuple(shlex.split(command))
    except ValueError as error:
        raise UsageError(
            f"--command {command!r}: {error}.", fix="close the quotes, as in a shell."
        ) from None
