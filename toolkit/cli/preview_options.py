"""The options of `toolkit preview`, in groups."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.options import writable
from toolkit.cli.target_option import Target

THEMES = ("dark", "light")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataOptions:
    """Where the data comes from."""

    since: Annotated[
        str, typer.Option("--from", help="Begin, such as now-1h; left out, the dashboard's own.")
    ] = ""
    until: Annotated[
        str, typer.Option("--to", help="End, such as now; left out, the dashboard's own.")
    ] = ""
    var: Annotated[
        list[str] | None,
        typer.Option("--var", metavar="NAME=VALUE", help="A variable's value; repeatable."),
    ] = None
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input", metavar="NAME=VALUE", help="What an exported file asks for; repeatable."
        ),
    ] = None
    prometheus: Annotated[
        str,
        typer.Option(help="The server to ask; left out, the running stack's.", metavar="URL"),
    ] = ""
    target: Target = ""
    record: Annotated[
        Path | None,
        typer.Option(
            help="Store the data, to draw from it later.",
            metavar="FILE",
            callback=writable("--record", makes_folder=True),
        ),
    ] = None
    snapshot: Annotated[
        Path | None, typer.Option(help="Draw from stored data, not a server.", metavar="FILE")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOptions:
    """What is drawn, and where it goes."""

    out: Annotated[Path, typer.Option(help="Where the pages go.")] = Path("build/preview")
    theme: Annotated[
        str,
        typer.Option(help="dark or light.", metavar="THEME", autocompletion=lambda: [*THEMES]),
    ] = "dark"
    against: Annotated[
        str, typer.Option(help="Next to a git revision, changed panels marked.", metavar="REV")
    ] = ""
    expand: Annotated[bool, typer.Option("--expand", help="Open every folded row.")] = False
    png: Annotated[
        bool, typer.Option("--png", help="A picture too, taken by a Chromium of this machine.")
    ] = False
    markdown: Annotated[
        bool, typer.Option("--markdown", help="A table of queries and last values on stdout.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """Drawing again on changes."""

    serve: Annotated[
        bool, typer.Option("--serve", help="Draw again and reload as definitions change.")
    ] = False
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port of --serve; left out, a free one.")
    ] = 0
    models: Annotated[
        Path | None,
        typer.Option(hidden=True, help="For --serve: where the dashboards go that it asks about."),
    ] = None
