"""The configured exchanges, loaded after the port is open; which of them trades a symbol."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from target_app.exchanges.breaker import Breaker, BreakerState
from target_app.exchanges.clients import ExchangeSettings, make_clients
from target_app.exchanges.injected_faults import Faults
from target_app.exchanges.venue import ExchangeMetrics, Venue
from target_app.exchanges.venue_errors import VenueError

_LOG = logging.getLogger(__name__)
# Between attempts to load an exchange that does not answer; it doubles up to the last.
_FIRST_WAIT_SECONDS, _LAST_WAIT_SECONDS = 0.25, 15.0
BreakerTurned = Callable[[str, BreakerState, BreakerState], None]


class ExchangeManager:
    """Makes, loads and closes the venues; `turned` hears of circuit breakers' changes."""

    def __init__(
        self,
        settings: ExchangeSettings,
        metrics: ExchangeMetrics,
        *,
        turned: BreakerTurned,
        faults: Faults,
    ) -> None:
        self._settings, self._metrics, self._turned = settings, metrics, turned
        self._faults = faults
        self.venues: dict[str, Venue] = {}
        self._made: list[Venue] = []  # those that are still being loaded included
        for name in settings.names:
            metrics.connected(name, 0)
            metrics.breaker(name, BreakerState.CLOSED)

    @property
    def ready(self) -> bool:
        """Whether every configured exchange is loaded."""
        return len(self.venues) == len(self._settings.names)

    async def load(self) -> None:
        """Load every exchange, trying again for as long as one does not answer.

        Raises ConfigurationError, before any is asked, for one that ccxt does not have, and
        for one that would trade for real when the sandbox is asked for.
        """
        # ccxt takes seconds to import; a thread leaves the port answering meanwhile.
        clients = await asyncio.to_thread(make_clients, self._settings, self._settings.names)
        await asyncio.gather(*(self._load(name, client) for name, client in clients.items()))

    def venue(self, wanted: str, symbol: str) -> Venue | None:
        """The exchange named, else the first configured one, that trades `symbol`."""
        names = (wanted,) if wanted else self._settings.names
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
        # Before it is loaded: closing must reach the client while it is still trying.
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
