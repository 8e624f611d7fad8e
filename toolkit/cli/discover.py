"""`toolkit discover`: a scrape → its catalogue, or what changed since the declared one."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import leave, result
from toolkit.errors import ConfigurationError, ExitStatus, UsageError

if TYPE_CHECKING:
    from toolkit.catalogue import Catalogue

OF_THE_PROJECT = "project"
Scrape = Annotated[
    str,
    typer.Argument(
        metavar="URL|FILE",
        help="Address of the metrics, with its path, or a file with the text of a scrape.",
    ),
]
Against = Annotated[
    str,
    typer.Option(
        metavar="CATALOGUE",
        help="Show what differs from a declared catalogue: `project`, the name of a service, or "
        "`module:NAME`. Exit 1 if something does.",
    ),
]
Values = Annotated[
    bool,
    typer.Option(
        "--values/--no-values", help="List a label's values where they are few and look closed."
    ),
]
Everything = Annotated[
    bool, typer.Option("--all", help="Print what the client library exports of the process, too.")
]


def discover(
    source: Scrape, *, against: Against = "", values: Values = True, everything: Everything = False
) -> None:
    """Print the catalogue of a service that exports metrics already.

    Prometheus' text format and OpenMetrics are read, up to 10 MB in 10 seconds. What a scrape
    cannot say is guessed, and a comment marks each guess. What Python's and Go's client libraries
    export of their own process is left out: toolkit.catalogues declares it.
    """
    from toolkit.adopt import catalogue_as_python, client_libraries
    from toolkit.adopt.catalogue_changes import changes
    from toolkit.adopt.discover import discover as metrics_of
    from toolkit.prometheus import fetch_scrape

    declared = _declared(against) if against else None
    text = fetch_scrape.read(source)
    shown = fetch_scrape.without_credentials(source)
    if declared is None:
        found = metrics_of(text, list_values=values, source=shown)
        words = f"The metrics of {shown}."
        parts = client_libraries.split(found)
        if parts.library and parts.own and not everything:
            found = parts.own
            words += f"\n\n{parts.without()}"
        result(catalogue_as_python.module(found, words).rstrip("\n"))
        return
    sentences = changes(text, declared, source=shown)
    for sentence in sentences:
        result(sentence)
    if sentences:
        leave(ExitStatus.FINDINGS)
    result(f"{len(declared.metrics)} metrics are as declared.")


def _declared(reference: str) -> "Catalogue":
    from toolkit import find_definitions
    from toolkit.catalogue import Catalogue
    from toolkit.definition_errors import Definitions

    if reference == OF_THE_PROJECT:
        return find_definitions.load().catalogue
    if ":" not in reference:
        return _of_service(reference)
    if not all(part.strip() for part in reference.partition(":")):
        raise UsageError(
            f"--against {reference!r}: write `project`, the name of a service, or module:NAME.",
            fix="toolkit.catalogues.node_exporter:CATALOGUE is one that comes with the toolkit.",
        )
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    with_lines = Definitions(Path.cwd())
    try:
        return with_lines.read(lambda: find_definitions.named(reference, Catalogue, "--against"))
    except ConfigurationError as error:
        words = error.message.removeprefix("[tool.toolkit] ").replace(" = ", " ", 1)
        raise UsageError(words, fix=error.fix) from None


def _of_service(name: str) -> "Catalogue":
    """The catalogue of one service of the project."""
    from toolkit import find_definitions
    from toolkit.unknown_name_did_you_mean import did_you_mean

    catalogues = find_definitions.load().catalogues
    if name not in catalogues:
        known = {OF_THE_PROJECT, *catalogues}
        raise UsageError(
            f"--against {name!r}: is not a service with a catalogue{did_you_mean(name, known)}",
            fix="or write module:NAME, as in toolkit.catalogues.node_exporter:CATALOGUE.",
        )
    return catalogues[name]
