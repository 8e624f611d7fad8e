"""The configured exchanges, each loaded by itself after the port is open; which trades a symbol."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from target_app.exchanges.ccxt_clients import ExchangeSettings, check_credentials, make_clients
from target_app.exchanges.circuit_breaker import Breaker, BreakerState
from target_app.exchanges.exchange_calls import ExchangeMetrics
from target_app.exchanges.injected_faults import Faults
from target_app.exchanges.order_ids_and_error_codes_by_exchange import profile_of
from target_app.exchanges.venue import Venue
from target_app.exchanges.venue_errors import VenueError

_LOG = logging.getLogger(__name__)
# Between attempts to load an exchange that does not answer; it doubles up to the last.
_FIRST_WAIT_SECONDS, _LAST_WAIT_SECONDS = 0.25, 15.0
BreakerTurned = Callable[[str, BreakerState, BreakerState], None]


class ExchangeManager:
    """Makes, loads and closes the venues; `turned` hears of circuit breakers' changes.

    `loaded(name)` is called for each venue once it takes orders.
    """

    def __init__(
        self,
        settings: ExchangeSettings,
        metrics: ExchangeMetrics,
        *,
        turned: BreakerTurned,
        faults: Faults,
        loaded: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self._settings, self._metrics, self._turned = settings, metrics, turned
        self._faults, self._loaded = faults, loaded
        self.venues: dict[str, Venue] = {}
        self.waiting_for: dict[str, str] = {}  # exchange that is not loaded → why
        self._made: list[Venue] = []  # those that are still being loaded included
        self._tasks: list[asyncio.Task[None]] = []
        for name in settings.names:
            self.waiting_for[name] = "it has not answered yet"
            metrics.connected(name, 0)
            metrics.breaker(name, BreakerState.CLOSED)

    async def load(self) -> None:
        """Return when each exchange has been tried, and one of them takes orders.

        The others are tried again for as long as they do not answer, which stops nobody else.
        Raises ConfigurationError, before any is asked, for one that ccxt does not have, for
        one that would trade for real when the sandbox is asked for, and for one without keys.
        """
        # ccxt takes seconds to import; a thread leaves the port answering meanwhile.
        clients = await asyncio.to_thread(make_clients, self._settings, self._settings.names)
        for name, client in clients.items():
            check_credentials(name, client)
        tried = [asyncio.Event() for _ in clients]
        self._tasks = [
            asyncio.create_task(self._load(name, client, event))
            for (name, client), event in zip(clients.items(), tried, strict=True)
        ]
        for event in tried:
            await event.wait()
        if not self.venues:
            done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()

    def venue(self, wanted: str, symbol: str) -> Venue | None:
        """The exchange named, else the first configured one, that trades `symbol`.

        None where that cannot be told before another exchange is loaded: no order goes to the
        second because the first is down.
        """
        names = (wanted,) if wanted else self._settings.names
        for name in names:
            venue = self.venues.get(name)
            if venue is None and name in self.waiting_for:
                return None
            if venue is not None and symbol in venue.markets:
                return venue
        return None

    def missing(self, wanted: str) -> str:
        """Why an order for `wanted`, or for any exchange, cannot be given to one yet; or empty."""
        names = (wanted,) if wanted else self._settings.names
        reasons = [
            f"{name}: {self.waiting_for[name]}" for name in names if name in self.waiting_for
        ]
        return "; ".join(reasons)

    async def close(self) -> None:
        """Close every client."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(venue.close() for venue in self._made))

    async def _load(self, name: str, client: Any, tried: asyncio.Event) -> None:
        settings = self._settings
        breaker = Breaker(
            failures=settings.breaker_failures,
            cooldown=settings.breaker_cooldown_seconds,
            successes=settings.breaker_successes,
            changed=lambda before, after: self._turned(name, before, after),
        )
        venue = Venue(
            name,
            client,
            profile=profile_of(name),
            breaker=breaker,
            metrics=self._metrics,
            faults=self._faults,
        )
        # Before it is loaded: closing must reach the client while it is still trying.
        self._made.append(venue)
        wait = _FIRST_WAIT_SECONDS
        try:
            while True:
                try:
                    await venue.load(settings.symbols)
                    break
                except VenueError as error:
                    self.waiting_for[name] = str(error)
                    _LOG.warning("%s could not be loaded, trying again: %s", name, error)
                    tried.set()
                    await asyncio.sleep(max(wait, error.retry_after or 0.0))
                    wait = min(wait * 2, _LAST_WAIT_SECONDS)
            missing = [symbol for symbol in settings.symbols if symbol not in venue.markets]
            if missing:
                _LOG.warning("%s does not trade %s", name, ", ".join(missing))
            self.venues[name] = venue
            del self.waiting_for[name]
            self._loaded(name)
        finally:
            tried.set()
