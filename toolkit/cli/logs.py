"""`toolkit logs`: what the servers of the stack wrote."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.console import result


def logs(
    names: Annotated[
        list[str] | None, typer.Argument(help="Servers, such as prometheus; all when left out.")
    ] = None,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="Lines of each.")] = 20,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
) -> None:
    """Show the end of the servers' logs. Also of a stack that has ended."""
    from toolkit.config.pyproject import find_root, load
    from toolkit.stack import logs as kept

    files = kept.files(load(find_root(Path.cwd())).state, names or ())
    width = max(map(len, files))
    for name, file in files.items():
        for line in kept.tail(file, lines):
            result(f"{name:{width}} | {line}")
    if follow:
        with suppress(KeyboardInterrupt):
            for name, line in kept.follow(files):
                result(f"{name:{width}} | {line}")
                sys.stdout.flush()
