"""The configured exchanges: one pooled ccxt client each, loaded after the port is open."""

import asyncio
import importlib
import logging
from collections.abc import Callable, Mapping
from typing import Any

from target_app.exchanges.api_keys import exchange_keys
from target_app.exchanges.breaker import Breaker, State
from target_app.exchanges.injected_faults import Faults
from target_app.exchanges.sandbox import SIMULATED, enter_sandbox
from target_app.exchanges.venue import Venue
from target_app.exchanges.venue_errors import VenueError
from target_app.exchanges.venue_sim import CREDENTIAL
from target_app.execution.metrics import Metrics
from target_app.execution.settings import Settings
from toolkit.errors import ConfigurationError, did_you_mean

_LOG = logging.getLogger(__name__)
# Between attempts to load an exchange that does not answer; it doubles up to the last.
_FIRST_WAIT_SECONDS, _LAST_WAIT_SECONDS = 0.25, 15.0
# ccxt's Binance client would load its futures and its margin pairs as well.
_SPOT_ONLY = {
    "fetchMarkets": {"types": ["spot"]},
    "fetchCurrencies": False,
    "fetchMargins": False,
}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "binance": {"options": _SPOT_ONLY},
    "venue_sim": {
        "apiKey": CREDENTIAL,
        "secret": CREDENTIAL,
        "options": _SPOT_ONLY,
        # The simulator says itself when it is asked too often, which is what drills want.
        "enableRateLimit": False,
    },
}
BreakerTurned = Callable[[str, State, State], None]


class ExchangeManager:
    """Makes, loads and closes the venues; `turned` hears of circuit breakers' changes."""

    def __init__(
        self, settings: Settings, metrics: Metrics, *, turned: BreakerTurned, faults: Faults
    ) -> None:
        self._settings, self._metrics, self._turned = settings, metrics, turned
        self._faults = faults
        self.venues: dict[str, Venue] = {}
        self._made: list[Venue] = []  # those that are still being loaded included
        for name in settings.exchanges:
            metrics.connected(name, 0)
            metrics.breaker(name, State.CLOSED)

    @property
    def ready(self) -> bool:
        """Whether every configured exchange is loaded."""
        return len(self.venues) == len(self._settings.exchanges)

    async def load(self) -> None:
        """Load every exchange, trying again for as long as one does not answer.

        Raises ConfigurationError, before any is asked, for one that ccxt does not have, and
        for one that would trade for real when the sandbox is asked for.
        """
        # ccxt takes seconds to import; a thread leaves the port answering meanwhile.
        clients = await asyncio.to_thread(make_clients, self._settings, self._settings.exchanges)
        await asyncio.gather(*(self._load(name, client) for name, client in clients.items()))

    def venue(self, wanted: str, symbol: str) -> Venue | None:
        """The exchange named, else the first configured one, that trades `symbol`."""
        names = (wanted,) if wanted else self._settings.exchanges
        for name in names:
            venue = self.venues.get(name)
            if venue is not None and symbol in venue.markets:
                return venue
        return None

    async def close(self) -> None:
        """Close every client."""
        await asyncio.gather(*(venue.close() for venue in self._made))

    async def _load(self, name: str, client: Any) -> None:
        settings = self._settings
        breaker = Breaker(
            failures=settings.breaker_failures,
            cooldown=settings.breaker_cooldown_seconds,
            successes=settings.breaker_successes,
            changed=lambda before, after: self._turned(name, before, after),
        )
        venue = Venue(name, client, breaker=breaker, metrics=self._metrics, faults=self._faults)
        self._made.append(venue)
        wait = _FIRST_WAIT_SECONDS
        while True:
            try:
                await venue.load(settings.symbols)
                break
            except VenueError as error:
                _LOG.warning("%s could not be loaded, trying again: %s", name, error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LAST_WAIT_SECONDS)
        missing = [symbol for symbol in settings.symbols if symbol not in venue.markets]
        if missing:
            _LOG.warning("%s does not trade %s", name, ", ".join(missing))
        self.venues[name] = venue


def make_clients(settings: Settings, names: tuple[str, ...]) -> dict[str, Any]:
    """The ccxt client of each exchange named. Asks no network; imports ccxt, which takes long.

    Raises ConfigurationError for an exchange that ccxt does not have, for keys that it makes
    no client of, and for a client that would trade for real when the sandbox is asked for.
    """
    keys = exchange_keys(settings.exchange_keys, settings.exchanges)
    return {
        name: _client(name, made, settings, keys.get(name, {}))
        for name, made in _classes(names).items()
    }


def _client(name: str, made: Any, settings: Settings, keys: Mapping[str, Any]) -> Any:
    options: dict[str, Any] = {
        "timeout": int(settings.exchange_timeout_seconds * 1000),
        **_DEFAULTS.get(name, {}),
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
    if settings.sandbox and name not in SIMULATED:
        enter_sandbox(client)
    return client


def _classes(names: tuple[str, ...]) -> dict[str, Any]:
    ccxt = importlib.import_module("ccxt.async_support")
    found: dict[str, Any] = {}
    for name in names:
        if name == "paper":
            found[name] = importlib.import_module("target_app.exchanges.paper").paper
        elif name == "venue_sim":
            found[name] = ccxt.binance
        elif name in ccxt.exchanges:
            found[name] = getattr(ccxt, name)
        else:
            hint = did_you_mean(name, ["paper", *ccxt.exchanges])
            raise ConfigurationError(f"EXCHANGES: there is no exchange {name!r}{hint}")
    return found
