"""`toolkit status`: the servers of the stack and how each is."""

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.console import leave, progress, result
from toolkit.errors import ExitStatus
from toolkit.formats.tables import text_table


class Format(StrEnum):
    """How the status is written."""

    TEXT = "text"
    JSON = "json"


def status(
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
) -> None:
    """Show the servers of the stack started here. Exit 3 unless all are ready."""
    from toolkit.config import find_root, load
    from toolkit.stack import local

    state = load(find_root(Path.cwd())).state
    servers = local.status(state)
    if form is Format.JSON:
        result(json.dumps([asdict(server) for server in servers], indent=2))
    elif servers:
        rows = [(s.name, s.health.value, s.url, str(s.pid), s.log) for s in servers]
        result(text_table(("server", "state", "url", "pid", "log"), rows))
    else:
        result(f"Nothing runs in {state}.")
    for server in servers:
        if server.detail:
            progress(f"{server.name}: {server.detail}")
    if not servers or any(server.health is not local.Health.READY for server in servers):
        leave(ExitStatus.UNKNOWN)
