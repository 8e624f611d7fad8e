"""The settings that all three services have; each adds its own."""

from dataclasses import dataclass

from target_app.settings_table import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonSettings:
    """A service on the bus. Field order is the order of `--help`."""

    host: str = setting("127.0.0.1", "address to listen on")
    port: int = setting(0, "port to listen on; 0 takes a free one", least=0, most=65535)
    bus_url: str = setting(
        "memory:",
        "the bus: redis://…, rediss://… or unix://…; memory: is for services in one process",
        secret=True,
    )
    bus_entries: int = setting(
        10_000, "entries that a stream keeps; a slower reader loses older ones", least=10
    )
    store: str = setting("", "path of the service's store (SQLite)")
    admin_token: str = setting("", "bearer token of /admin; empty turns it off", secret=True)
    log_level: str = setting(
        "info", "least severe log line written", choices=("debug", "info", "warning", "error")
    )
