"""`toolkit serve`: read the settings, run the service until it is told to stop."""

import os
import sys
from collections.abc import Sequence

from target_app.execution.settings import Settings, read
from toolkit.errors import ExitStatus, ToolkitError


def main(argv: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT; the exit status, 2 when a setting is wrong."""
    try:
        settings = read(argv, os.environ)
    except ToolkitError as error:
        sys.stderr.write(f"{error}\n")
        return error.status
    except SystemExit as asked:  # argparse, after --help
        return int(asked.code or 0)
    return _serve(settings)


def _serve(settings: Settings) -> int:
    import uvicorn

    from target_app.execution.app import Service

    server = uvicorn.Server(
        uvicorn.Config(
            Service(settings),
            host=settings.host,
            port=settings.port,
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # `access` decides what X-Forwarded-For is worth
            log_level=settings.log_level,
        )
    )
    server.run()
    return ExitStatus.CLEAN
