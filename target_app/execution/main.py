"""`toolkit serve`: read the settings, run the service until it is asked to stop."""

import contextlib
import functools
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from target_app.execution.instance_lock import InstanceLock, take_over
from target_app.execution.logs import configure
from target_app.execution.settings import PREFIX, Settings, read
from target_app.execution.startup_checks import check_address, check_before_start
from target_app.execution.worker_to_supervisor_channel import NAME as CHANNEL_NAME
from target_app.execution.worker_to_supervisor_channel import VARIABLE as CHANNEL_VARIABLE
from target_app.tracing.settings import read as read_trace_settings
from target_app.tracing.start import open_tracer
from toolkit.errors import ExitStatus, ToolkitError

if TYPE_CHECKING:
    from target_app.execution.http.header_and_body_limits import Bounds

# Longer than an order may take with its retries, so that none is cut off.
_GRACE_SECONDS = 30
# Connections that nobody has taken yet; Linux takes no more, unless it is told to. One that finds
# no room tries again after a second.
_BACKLOG = 4096


def main(argv: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT; the exit status, 2 when a setting is wrong."""
    try:
        settings = read(argv, os.environ)
        read_trace_settings(os.environ)  # what is wrong there is said before the lock is taken
        check_before_start(settings)
        lock = InstanceLock(Path(settings.journal))
        configure(settings.log_level)
        take_over(lock, settings.takeover_seconds, load=lambda: _preload(settings))
        # Only now: until then the port may be that of the instance that had the lock.
        check_address(settings.host, settings.port)
    except ToolkitError as error:
        return _reported(error)
    except SystemExit as asked:  # argparse, after --help
        return int(asked.code or 0)
    _allow_connections()
    try:
        return _serve_many(settings, lock) if settings.workers > 1 else _serve_one(settings, lock)
    finally:
        lock.release()


def _allow_connections() -> None:
    """Have as many connections as the system allows, not the thousand of a shell."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with contextlib.suppress(ValueError, OSError):  # some systems have a limit beside it
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _reported(error: ToolkitError) -> int:
    sys.stderr.write(f"error: {error}\n")
    return error.status


def _preload(settings: Settings) -> None:
    """Import what the service imports, its exchanges' clients included, which takes a while."""
    from target_app.exchanges.ccxt_clients import make_clients
    from target_app.execution import app
    from target_app.execution.exchange_settings import exchange_settings

    exchanges = exchange_settings(settings)
    make_clients(exchanges, exchanges.names)
    assert app  # noqa: S101 - imported to be there


def _bounds(settings: Settings) -> "Bounds":
    from target_app.execution.http.connections_per_address import ConnectionsPerAddress
    from target_app.execution.http.header_and_body_limits import Bounds

    return Bounds(
        head_bytes=settings.max_header_bytes,
        body_bytes=settings.max_body_bytes,
        seconds=settings.request_seconds,
        addresses=ConnectionsPerAddress(
            settings.max_connections_per_address, settings.trusted_proxies
        ),
    )


def _options(settings: Settings) -> dict[str, Any]:
    from target_app.execution.http.new_connection import NewConnection

    return {
        "host": settings.host,
        "port": settings.port,
        "backlog": _BACKLOG,
        "loop": "uvloop",
        "interface": "asgi3",  # which uvicorn does not see in a function that is not `async`
        "http": functools.partial(NewConnection, bounds=_bounds(settings)),
        "ws": "none",
        "lifespan": "on",
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,  # `access` decides what X-Forwarded-For is worth
        "log_config": None,
        "timeout_graceful_shutdown": _GRACE_SECONDS,
    }


def _serve_one(settings: Settings, lock: InstanceLock) -> int:
    import uvicorn

    from target_app.execution.app import SERVICE, Service, traced
    from target_app.execution.http.listening_sockets import ManyHandlesServer
    from target_app.execution.memory import settle_memory

    failures: list[ToolkitError] = []

    def end(error: ToolkitError) -> None:
        failures.append(error)
        server.should_exit = True

    try:
        tracer = open_tracer(SERVICE, os.environ)
    except ToolkitError as error:
        return _reported(error)
    service = Service(settings, lock=lock, on_ready=settle_memory, on_failed=end, tracer=tracer)
    server = ManyHandlesServer(uvicorn.Config(traced(service, tracer), **_options(settings)))

    def stop(_sig: int, _frame: object) -> None:
        # uvicorn's own would kill the process by the same signal once it is done.
        server.should_exit = True

    server.handle_exit = stop  # type: ignore[method-assign,assignment]
    server.run()
    if failures:
        return _reported(failures[0])
    return ExitStatus.CLEAN if server.started else ExitStatus.UNKNOWN


def _serve_many(settings: Settings, lock: InstanceLock) -> int:
    """Several processes on one port; their metrics meet in files that outlive each of them."""
    shared = tempfile.mkdtemp(prefix="execution-")  # for its owner alone
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]  # the workers are told their settings by this process
    # Before prometheus-client is imported, which looks at it then.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared
    os.environ[CHANNEL_VARIABLE] = str(Path(shared) / CHANNEL_NAME)
    try:
        from target_app.execution.supervisor import supervise

        supervise(settings, lock, _options(settings), Path(shared) / CHANNEL_NAME)
    finally:
        shutil.rmtree(shared, ignore_errors=True)
    return ExitStatus.CLEAN
