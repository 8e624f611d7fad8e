"""The settings that are for the exchanges, with the keys that stand in a file of their own."""

from pathlib import Path
from typing import Any

from target_app.exchanges.ccxt_clients import ExchangeSettings
from target_app.execution.settings import Settings
from target_app.settings_table import toml_file
from toolkit.errors import ConfigurationError
from toolkit.unknown_name_did_you_mean import did_you_mean


def exchange_settings(settings: Settings) -> ExchangeSettings:
    """What the exchanges are made with. Raises ConfigurationError where the keys are wrong."""
    return ExchangeSettings(
        names=settings.exchanges,
        symbols=settings.symbols,
        sandbox=settings.sandbox,
        timeout_seconds=settings.exchange_timeout_seconds,
        venue_sim_url=settings.venue_sim_url,
        breaker_failures=settings.breaker_failures,
        breaker_cooldown_seconds=settings.breaker_cooldown_seconds,
        breaker_successes=settings.breaker_successes,
        keys=_keys(settings.exchange_keys, settings.exchanges),
    )


def _keys(path: str, exchanges: tuple[str, ...]) -> dict[str, dict[str, Any]]:
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
