"""Run one service in this process until it is asked to end."""

import os
import sys
from collections.abc import Callable
from typing import Any

from target_app.services.http_server import Service, application
from target_app.services.settings import CommonSettings
from target_app.tracing.spans import Tracer
from target_app.tracing.start import open_tracer
from toolkit.errors import ConfigurationError, ExitStatus, ToolkitError

_GRACE_SECONDS = 10
Failed = Callable[[ConfigurationError], None]
Make = Callable[[Failed, Tracer | None], Service]


def serve(name: str, settings: CommonSettings, make: Make) -> int:
    """Serve until SIGTERM or SIGINT; the exit status, 2 when a setting is wrong.

    `make` makes the service called `name`, which calls its first argument when it can never
    become ready, and makes its spans by the second.
    """
    import uvicorn

    from target_app.execution.logs import configure

    configure(settings.log_level)
    failures: list[ToolkitError] = []

    def end(error: ConfigurationError) -> None:
        failures.append(error)
        server.should_exit = True

    try:
        app = application(make(end, open_tracer(name, os.environ)), settings.admin_token)
    except ToolkitError as error:
        return reported(error)
    options: dict[str, Any] = {"host": settings.host, "port": settings.port}
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            **options,
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            access_log=False,
            server_header=False,
            log_config=None,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )

    def stop(_sig: int, _frame: object) -> None:
        # uvicorn's own would kill the process by the same signal once it is done.
        server.should_exit = True

    server.handle_exit = stop  # type: ignore[method-assign,assignment]
    server.run()
    if failures:
        return reported(failures[0])
    return ExitStatus.CLEAN if server.started else ExitStatus.UNKNOWN


def reported(error: ToolkitError) -> int:
    """Say the error; the exit status that it means."""
    sys.stderr.write(f"error: {error}\n")
    return error.status
