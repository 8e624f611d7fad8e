"""The options of `toolkit lint`, in groups."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.target_option import Target
from toolkit.prometheus.rule_file_dialects import Dialect


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOptions:
    """What is known of the files, and of the Prometheus that loads them."""

    prometheus: Annotated[
        str,
        typer.Option(
            help="With PATHS: the prometheus.yml that loads them, or the address of a Prometheus "
            "that runs."
        ),
    ] = ""
    target: Target = ""
    loaded: Annotated[
        bool, typer.Option("--loaded", help="Lint the rules that the running Prometheus loaded.")
    ] = False
    allow: Annotated[
        Path | None,
        typer.Option(help="With dashboards: the findings that are accepted, each with a reason."),
    ] = None
    prometheus_version: Annotated[
        str, typer.Option(help="With PATHS: the release of the Prometheus that loads them.")
    ] = ""
    dialect: Annotated[
        Dialect | None,
        typer.Option(help="With PATHS: the program that reads them; otherwise told by their keys."),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingOptions:
    """Which findings count, and at which level."""

    profile: Annotated[str, typer.Option(help="A ready set of levels: pint, mixins or strict.")] = (
        ""
    )
    baseline: Annotated[
        Path | None, typer.Option(help="Accept the findings that this file holds.")
    ] = None
    write_baseline: Annotated[
        Path | None, typer.Option(help="Write the findings to this file, and exit 0.")
    ] = None
    since: Annotated[
        str, typer.Option(help="Only findings in files that changed since this git revision.")
    ] = ""
