"""`toolkit status`: the servers of the stack and how each is."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from toolkit.cli.console import complain, leave, result
from toolkit.cli.options import Output, formats
from toolkit.errors import ExitStatus
from toolkit.formats.tables import text_table

FORMATS = ("text", "json")


def status(*, form: Annotated[str, formats(*FORMATS)] = "text", output: Output = None) -> None:
    """Show the servers of the stack started here. Exit 3 unless all are ready."""
    from toolkit.config.pyproject import find_root, load
    from toolkit.stack import start_and_stop

    state = load(find_root(Path.cwd())).state
    servers = start_and_stop.status(state)
    if form == "json":
        result(json.dumps([asdict(server) for server in servers], indent=2), output)
    elif servers:
        rows = [(s.name, s.health.value, s.url, str(s.pid), s.log) for s in servers]
        result(text_table(("server", "state", "url", "pid", "log"), rows), output)
    else:
        result(f"Nothing runs in {state}.", output)
    for server in servers:
        if server.detail:
            complain(f"{server.name}: {server.detail}")
    if not servers or any(server.health is not start_and_stop.Health.READY for server in servers):
        leave(ExitStatus.UNKNOWN)
