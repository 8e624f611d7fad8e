"""An address → the bus that it names."""

from target_app.services.bus.contract import MOST_ENTRIES, Bus
from target_app.services.bus.in_memory import MemoryBus
from toolkit.errors import ConfigurationError
from toolkit.unknown_name_did_you_mean import did_you_mean

MEMORY = "memory:"
_SCHEMES = ("redis", "rediss", "unix")


def open_bus(url: str, most_entries: int = MOST_ENTRIES) -> Bus:
    """The bus at `url`, not connected yet. Raises ConfigurationError for another address."""
    if url == MEMORY:
        return MemoryBus(most_entries)
    scheme = url.partition("://")[0]
    if scheme not in _SCHEMES:
        known = (MEMORY, *(f"{name}://" for name in _SCHEMES))
        raise ConfigurationError(
            f"BUS_URL: {scheme!r} names no bus{did_you_mean(scheme, known)}",
            fix="write redis://127.0.0.1:6379/0, or memory: for services in one process.",
        )
    # redis takes a tenth of a second to import
    from target_app.services.bus.redis_streams import RedisBus

    return RedisBus(url, most_entries)
