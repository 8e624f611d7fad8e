"""Checks of settings that only the machine can judge, before anything starts."""

import os
import re
import socket
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from target_app.exchanges.ccxt_clients import ExchangeSettings, check_credentials, make_clients
from target_app.exchanges.order_ids_and_error_codes_by_exchange import PROFILES
from target_app.exchanges.sandbox import SIMULATED
from target_app.execution.audit_log_rotation import open_for_appending
from target_app.execution.exchange_settings import exchange_settings
from target_app.execution.http.client_address import networks
from target_app.execution.orders.journal_file import JournalError, JournalFile
from target_app.execution.settings import MARKETS, Settings
from target_app.execution.signals.normalise import Symbols
from toolkit.errors import ConfigurationError
from toolkit.unknown_name_did_you_mean import did_you_mean

# What is a dollar for sizes and caps: the currency, and tokens that are kept at its price.
DOLLARS = ("USD", "USDT", "USDC", "FDUSD", "TUSD", "PYUSD", "USD1", "DAI")
_DAY_SECONDS = 86_400
_MARKET = re.compile(r"[^\s/:]{1,20}/[^\s/:]{1,20}")


def check_before_start(settings: Settings) -> None:
    """Check what can be known before the service starts. Raises ConfigurationError."""
    networks(settings.allowed_ips, "ALLOWED_IPS")
    networks(settings.metrics_ips, "METRICS_IPS")
    networks(settings.admin_ips, "ADMIN_IPS")
    networks(settings.trusted_proxies, "TRUSTED_PROXIES")
    _check_exchanges(settings.exchanges, settings.untested_exchanges)
    exchanges = exchange_settings(settings)
    _check_symbols(settings.symbols)
    _check_memory(settings)
    if "venue_sim" in settings.exchanges:
        _check_url("VENUE_SIM_URL", settings.venue_sim_url, ("http", "https"))
    if settings.redis_url:
        _check_url("REDIS_URL", settings.redis_url, ("redis", "rediss", "unix"))
    _check_clients(exchanges)
    _check_audit_log(Path(settings.audit_log))
    try:
        JournalFile(Path(settings.journal)).close()
    except JournalError as error:
        raise ConfigurationError(f"JOURNAL: {error}") from None


def _check_exchanges(exchanges: tuple[str, ...], untested: tuple[str, ...]) -> None:
    spec = find_spec("ccxt")
    folders = spec.submodule_search_locations if spec is not None else None
    # The names of ccxt's modules, read off the disk: importing it takes seconds.
    known = {p.stem for f in folders or () for p in Path(f, "async_support").glob("[a-z]*.py")}
    known |= set(SIMULATED)
    for name in exchanges:
        if name not in known:
            hint = did_you_mean(name, known)
            raise ConfigurationError(f"EXCHANGES: there is no exchange {name!r}{hint}")
        if name not in PROFILES and name not in untested:
            raise ConfigurationError(
                f"EXCHANGES: this service was never tried with {name}: it might not find its "
                "orders again, or not place their stops.",
                fix=f"use {', '.join(sorted(PROFILES))}; or set "
                f"EXECUTION_UNTESTED_EXCHANGES={name}, as a decision to be the first.",
            )
    for name in untested:
        if name not in exchanges:
            hint = did_you_mean(name, exchanges)
            raise ConfigurationError(f"UNTESTED_EXCHANGES: {name!r} is not in EXCHANGES{hint}")


def _check_clients(settings: ExchangeSettings) -> None:
    real = tuple(name for name in settings.names if name not in SIMULATED)
    if real or settings.keys:
        # Importing ccxt delays the port, which is better than to open it and trade for real,
        # or to open it and be unable to trade.
        for name, client in make_clients(settings, tuple(settings.keys) + real).items():
            check_credentials(name, client)


def _check_memory(settings: Settings) -> None:
    """A webhook that is not stale yet must not be forgotten: it would be a new order."""
    if settings.max_age_seconds > settings.journal_days * _DAY_SECONDS:
        raise ConfigurationError(
            f"MAX_AGE_SECONDS: {settings.max_age_seconds:g} s are more than JOURNAL_DAYS, "
            f"{settings.journal_days:g}: a webhook sent again would be executed again.",
            fix="lower the one, or raise the other.",
        )


def _check_symbols(symbols: tuple[str, ...]) -> None:
    for symbol in symbols:
        if not _MARKET.fullmatch(symbol):
            meant = Symbols(MARKETS).find(symbol)
            hint = f"; did you mean {meant!r}?" if meant else "."
            raise ConfigurationError(f"SYMBOLS: {symbol!r} is not written as BASE/QUOTE{hint}")
        base, _, quote = symbol.partition("/")
        if quote not in DOLLARS:
            raise ConfigurationError(
                f"SYMBOLS: {symbol!r} is quoted in {quote}: sizes and caps are in US dollars, and "
                f"would be taken for {quote}.",
                fix=f"choose a market that is quoted in dollars: {base}/USDT, or another of "
                f"{', '.join(DOLLARS)}.",
            )


def _check_url(where: str, url: str, schemes: tuple[str, ...]) -> None:
    try:
        parts = urlsplit(url)
        place = parts.path if parts.scheme == "unix" else parts.hostname
        whole = parts.scheme in schemes and bool(place) and parts.port != 0
    except ValueError:  # a port that is not a number
        whole = False
    if not whole:
        forms = " or ".join(f"{scheme}://…" for scheme in schemes)
        raise ConfigurationError(f"{where}: this is not an address of the form {forms}.")


def check_address(host: str, port: int) -> None:
    """Check that the service can listen there. Raises ConfigurationError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for family, kind, protocol, _, address in found:
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except socket.gaierror as error:
        raise ConfigurationError(
            f"HOST: {host}: {error.strerror}.",
            fix="write an address of this machine, such as 127.0.0.1; 0.0.0.0 is all of them.",
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f"HOST, PORT: {host}:{port}: {error.strerror}.",
            fix="end what listens there, or choose another; --port 0 takes a free one.",
        ) from None


def _check_audit_log(path: Path) -> None:
    try:
        os.close(open_for_appending(path))
    except OSError as error:
        raise ConfigurationError(f"AUDIT_LOG: {path}: {error.strerror}.") from None
