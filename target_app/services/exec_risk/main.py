"""`toolkit serve exec-risk`: read the settings, run the service until it is asked to stop."""

import os
from collections.abc import Sequence

from target_app.services.exec_risk.settings import read
from target_app.services.serve import reported, serve
from toolkit.errors import ToolkitError


def main(argv: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT; the exit status, 2 when a setting is wrong."""
    from target_app.services.bus.by_address import open_bus
    from target_app.services.exec_risk.service import RiskService

    try:
        settings = read(argv, os.environ)
        bus = open_bus(settings.bus_url, settings.bus_entries)
    except ToolkitError as error:
        return reported(error)
    except SystemExit as asked:  # argparse, after --help
        return int(asked.code or 0)
    return serve(
        "exec-risk", settings, lambda failed, tracer: RiskService(settings, bus, failed, tracer)
    )
