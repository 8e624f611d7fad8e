"""One pooled ccxt client for each exchange, in the sandbox unless real money is asked for."""

import copy
import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from target_app.exchanges import ccxt_packages
from target_app.exchanges.order_ids_and_error_codes_by_exchange import profile_of
from target_app.exchanges.sandbox import SIMULATED, enter_sandbox
from target_app.exchanges.venue_sim import CREDENTIAL
from target_app.tracing.http_spans import with_context
from toolkit.errors import ConfigurationError
from toolkit.unknown_name_did_you_mean import did_you_mean

# Read by ccxt's constructor, and kept nowhere.
_SWITCHES = frozenset({"sandbox", "testnet"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeSettings:
    """What exchanges are made with. `keys` holds a table of ccxt options for each exchange."""

    names: tuple[str, ...]
    symbols: tuple[str, ...]
    sandbox: bool
    timeout_seconds: float
    venue_sim_url: str
    breaker_failures: int
    breaker_cooldown_seconds: float
    breaker_successes: int
    keys: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)  # secrets


def make_clients(settings: ExchangeSettings, names: tuple[str, ...]) -> dict[str, Any]:
    """The ccxt client of each exchange named. Asks no network; imports ccxt, which takes long.

    Raises ConfigurationError for an exchange that ccxt does not have, for keys that it makes
    no client of or does not know, and for a client that would trade for real when the sandbox
    is asked for.
    """
    return {name: _client(name, made, settings) for name, made in _classes(names).items()}


def check_credentials(name: str, client: Any) -> None:
    """Raises ConfigurationError where `client` lacks a key that its exchange asks for."""
    wanted = client.requiredCredentials.items()
    lacking = [key for key, needed in wanted if needed and not getattr(client, key, None)]
    if lacking and name not in SIMULATED:
        raise ConfigurationError(
            f"EXCHANGE_KEYS: {name} has no {' and no '.join(lacking)}: it would take no order.",
            fix=f'give it a table in the file: [{name}], then {lacking[0]} = "…" below it.',
        )


def _client(name: str, made: Any, settings: ExchangeSettings) -> Any:
    keys = settings.keys.get(name, {})
    for key in keys:
        if not hasattr(made, key) and key not in _SWITCHES:
            known = {k for k, needed in made().requiredCredentials.items() if needed}
            hint = did_you_mean(key.replace("_", ""), known | {"options", "password", "uid"})
            raise ConfigurationError(f"EXCHANGE_KEYS: [{name}]: ccxt knows no option {key!r}{hint}")
    # Later ones win, so that the keys' table may change any default.
    options: dict[str, Any] = {
        "timeout": int(settings.timeout_seconds * 1000),
        **({"apiKey": CREDENTIAL, "secret": CREDENTIAL} if name == "venue_sim" else {}),
        **copy.deepcopy(dict(profile_of(name).client_options)),
        **keys,
    }
    if name == "paper":
        options["options"] = {"symbols": settings.symbols, **options.get("options", {})}
    try:
        client = made(options)
    except Exception as error:
        if not keys:
            raise
        raise ConfigurationError(
            f"EXCHANGE_KEYS: ccxt makes no client of the table [{name}]: {type(error).__name__}.",
            fix="write its options as ccxt's manual has them: https://docs.ccxt.com",
        ) from None  # whose text may hold a secret
    if name == "venue_sim":
        # Every kind of address, so that no call can leave for the real exchange.
        base = f"{settings.venue_sim_url.rstrip('/')}/api/v3"
        client.urls["api"] = dict.fromkeys(client.urls["api"], base)
        _tell_traces(client)
    if settings.sandbox and name not in SIMULATED:
        enter_sandbox(client)
    return client


def _tell_traces(client: Any) -> None:
    """Have the client's requests say which trace they belong to.

    Real exchanges are not told: it is none of their business, and they sign what they expect.
    """
    prepared = client.prepare_request_headers
    client.prepare_request_headers = lambda headers=None: with_context(prepared(headers))


def _classes(names: tuple[str, ...]) -> dict[str, Any]:
    ccxt_packages.leave_exchanges_out()
    found: dict[str, Any] = {}
    for name in names:
        if name == "paper":
            found[name] = importlib.import_module("target_app.exchanges.paper").paper
            continue
        found[name] = ccxt_packages.exchange_class("binance" if name == "venue_sim" else name)
        if found[name] is None:
            hint = did_you_mean(name, ["paper", *ccxt_packages.exchange_names()])
            raise ConfigurationError(f"EXCHANGES: there is no exchange {name!r}{hint}")
    return found
