"""`toolkit serve analytics-os`: read the settings, run the service until it is asked to stop."""

import os
from collections.abc import Sequence

from target_app.services.analytics_os.settings import read
from target_app.services.serve import reported, serve
from toolkit.errors import ToolkitError


def main(argv: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT; the exit status, 2 when a setting is wrong."""
    from target_app.services.analytics_os.service import AnalyticsService
    from target_app.services.bus.by_address import open_bus

    try:
        settings = read(argv, os.environ)
        bus = open_bus(settings.bus_url, settings.bus_entries)
    except ToolkitError as error:
        return reported(error)
    except SystemExit as asked:  # argparse, after --help
        return int(asked.code or 0)
    return serve(
        "analytics-os",
        settings,
        lambda failed, tracer: AnalyticsService(settings, bus, failed, tracer),
    )
