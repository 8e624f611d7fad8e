"""The file with the exchanges' keys: a table for each, given to its ccxt client as it stands."""

from pathlib import Path
from typing import Any

from target_app.execution.settings import toml_file
from toolkit.errors import ConfigurationError, did_you_mean


def exchange_keys(path: str, exchanges: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """What the file at `path` says of each of `exchanges`; nothing where `path` is empty.

    Raises ConfigurationError, which names no value: they are secrets.
    """
    if not path:
        return {}
    found = toml_file(Path(path))
    for name, table in found.items():
        if not isinstance(table, dict):
            raise ConfigurationError(
                f"EXCHANGE_KEYS: {path}: {name!r} stands outside a table.",
                fix='give each exchange a table: [binance], then apiKey = "…" below it.',
            )
        if name not in exchanges:
            hint = did_you_mean(name, exchanges)
            raise ConfigurationError(f"EXCHANGE_KEYS: {path}: [{name}] is not in EXCHANGES{hint}")
    return found
