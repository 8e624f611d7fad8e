"""`toolkit serve`: read the settings, run the service until it is asked to stop."""

import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from target_app.execution.settings import PREFIX, Settings, read
from target_app.execution.startup_checks import check_before_start
from toolkit.errors import ExitStatus, ToolkitError

if TYPE_CHECKING:
    from target_app.execution.http.bounded_connection import Bounds

# Longer than an order may take with its retries, so that none is cut off.
_GRACE_SECONDS = 30


def main(argv: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT; the exit status, 2 when a setting is wrong."""
    try:
        settings = read(argv, os.environ)
        check_before_start(settings)
    except ToolkitError as error:
        return _reported(error)
    except SystemExit as asked:  # argparse, after --help
        return int(asked.code or 0)
    return _serve_many(settings) if settings.workers > 1 else _serve_one(settings)


def _reported(error: ToolkitError) -> int:
    sys.stderr.write(f"error: {error}\n")
    return error.status


def _bounds(settings: Settings) -> "Bounds":
    from target_app.execution.http.bounded_connection import Bounds

    return Bounds(
        head_bytes=settings.max_header_bytes,
        body_bytes=settings.max_body_bytes,
        seconds=settings.request_seconds,
    )


def _options(settings: Settings) -> dict[str, Any]:
    from target_app.execution.http.bounded_connection import BoundedConnection

    return {
        "host": settings.host,
        "port": settings.port,
        "loop": "uvloop",
        "http": functools.partial(BoundedConnection, bounds=_bounds(settings)),
        "ws": "none",
        "lifespan": "on",
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,  # `access` decides what X-Forwarded-For is worth
        "log_config": None,
        "timeout_graceful_shutdown": _GRACE_SECONDS,
    }


def _serve_one(settings: Settings) -> int:
    import uvicorn

    from target_app.execution.app import Service
    from target_app.execution.logs import configure
    from target_app.execution.memory import settle_memory

    configure(settings.log_level)
    failures: list[ToolkitError] = []

    def end(error: ToolkitError) -> None:
        failures.append(error)
        server.should_exit = True

    service = Service(settings, on_ready=settle_memory, on_failed=end)
    server = uvicorn.Server(uvicorn.Config(service, **_options(settings)))

    def stop(_sig: int, _frame: object) -> None:
        # uvicorn's own would kill the process by the same signal once it is done.
        server.should_exit = True

    server.handle_exit = stop  # type: ignore[method-assign,assignment]
    server.run()
    if failures:
        return _reported(failures[0])
    return ExitStatus.CLEAN if server.started else ExitStatus.UNKNOWN


def _serve_many(settings: Settings) -> int:
    """Several processes on one port; their metrics meet in files that outlive each of them."""
    import uvicorn

    from target_app.execution.logs import configure

    configure(settings.log_level)
    shared = tempfile.mkdtemp(prefix="execution-metrics-")
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    # The workers read their settings where this process read some of its own.
    os.environ.update(settings.environment())
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared
    try:
        uvicorn.run(
            "target_app.execution.app:from_environment",
            factory=True,
            workers=settings.workers,
            **_options(settings),
        )
    finally:
        shutil.rmtree(shared, ignore_errors=True)
    return ExitStatus.CLEAN
