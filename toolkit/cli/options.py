"""Options that several commands have, each written once."""

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from toolkit.cli.console import result, speak
from toolkit.errors import UsageError
from toolkit.unknown_name_did_you_mean import unknown_name


def formats(*known: str) -> Any:
    """The option --format of a command that can write these."""

    def refuse_others(form: str) -> str:
        if form not in known:
            raise UsageError(unknown_name("format", form, known))
        return form

    return typer.Option(
        "--format",
        metavar="FORMAT",
        help=f"One of {', '.join(known)}.",
        callback=refuse_others,
        autocompletion=lambda: list(known),
    )


def writable(option: str, *, makes_folder: bool = False) -> Callable[[Path | None], Path | None]:
    """A callback that says before the work what would otherwise be said after it.

    `makes_folder` says that a folder that is not there is made.
    """

    def refuse_others(path: Path | None) -> Path | None:
        if path is not None and path.is_dir():
            raise UsageError(f"{option} {path}: this is a folder.", fix="name a file in it.")
        if path is not None and not path.parent.is_dir():
            if makes_folder:
                return path
            raise UsageError(
                f"{option} {path}: there is no folder {path.parent}.",
                fix=f"make it with `mkdir -p {path.parent}`, or name another.",
            )
        if path is not None and not os.access(path if path.exists() else path.parent, os.W_OK):
            raise UsageError(f"{option} {path}: may not be written.", fix="name another file.")
        return path

    return refuse_others


Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        metavar="FILE",
        help="Write the result to this file instead of stdout.",
        callback=writable("--output"),
    ),
]


def version() -> str:
    """The installed version of this package."""
    from importlib import metadata

    from toolkit.optional_dependencies import PACKAGE

    try:
        return metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _show_version(asked: bool) -> None:  # noqa: FBT001 - typer hands it over so
    if asked:
        from toolkit.optional_dependencies import PACKAGE

        python = ".".join(map(str, sys.version_info[:3]))
        result(f"{PACKAGE} {version()}, Python {python}")
        raise typer.Exit


def _quiet(asked: bool) -> None:  # noqa: FBT001 - the same
    if asked:
        speak(logging.WARNING)


def _verbose(asked: bool) -> None:  # noqa: FBT001 - the same
    if asked:
        speak(logging.DEBUG)


def everywhere(
    *,
    _quiet: Annotated[
        bool,
        typer.Option(
            "--quiet",
            "-q",
            help="Say no progress on stderr, only results and errors.",
            callback=_quiet,
            expose_value=False,
            is_eager=True,
        ),
    ] = False,
    _verbose: Annotated[
        bool,
        typer.Option(
            "--verbose",
            "-v",
            help="Say more on stderr: each HTTP request, and the traceback of an error.",
            callback=_verbose,
            expose_value=False,
            is_eager=True,
        ),
    ] = False,
) -> None:
    """The options that every command has, before its name and after it."""


def of_the_whole(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Show the version and exit.",
            callback=_show_version,
            expose_value=False,
            is_eager=True,
        ),
    ] = False,
) -> None:
    """Observability as code and load testing."""
