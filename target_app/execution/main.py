"""`toolkit serve`: read the settings, run the service until it is told to stop."""

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from target_app.execution.access import networks
from target_app.execution.settings import PREFIX, Settings, read
from toolkit.errors import ConfigurationError, ExitStatus, ToolkitError, did_you_mean

# Longer than an order may take with its retries, so that none is cut off.
_GRACE_SECONDS = 30
_OWN_VENUES = ("paper", "venue_sim")


def main(argv: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT; the exit status, 2 when a setting is wrong."""
    try:
        settings = read(argv, os.environ)
        check(settings)
    except ToolkitError as error:
        sys.stderr.write(f"{error}\n")
        return error.status
    except SystemExit as asked:  # argparse, after --help
        return int(asked.code or 0)
    return _serve_many(settings) if settings.workers > 1 else _serve_one(settings)


def check(settings: Settings) -> None:
    """Whatever can be told to be wrong before anything starts. Raises ConfigurationError."""
    networks(settings.allowed_ips, "ALLOWED_IPS")
    networks(settings.trusted_proxies, "TRUSTED_PROXIES")
    spec = find_spec("ccxt")
    folders = spec.submodule_search_locations if spec is not None else None
    # The names of ccxt's modules, read off the disk: importing it takes seconds.
    known = {p.stem for f in folders or () for p in Path(f, "async_support").glob("[a-z]*.py")}
    for name in settings.exchanges:
        if name not in known | set(_OWN_VENUES):
            hint = did_you_mean(name, known | set(_OWN_VENUES))
            raise ConfigurationError(f"EXCHANGES: there is no exchange {name!r}{hint}")
    if settings.exchange_keys and not Path(settings.exchange_keys).is_file():
        raise ConfigurationError(f"EXCHANGE_KEYS: {settings.exchange_keys}: there is no such file.")


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "host": settings.host,
        "port": settings.port,
        "loop": "uvloop",
        "http": "httptools",
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

    from target_app.execution.app import Service, settle_memory
    from target_app.execution.logs import configure

    configure(settings.log_level)
    server = uvicorn.Server(
        uvicorn.Config(Service(settings, on_ready=settle_memory), **_options(settings))
    )

    def stop(_sig: int, _frame: object) -> None:
        # uvicorn's own would kill the process by the same signal once it is done.
        server.should_exit = True

    server.handle_exit = stop  # type: ignore[method-assign,assignment]
    server.run()
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
