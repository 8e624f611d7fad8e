"""What all positions at an exchange are worth together, against a limit: no sum of small orders
may become a large one.

The exchange's own balances say what is held, so that restarts, other processes and orders made
by hand are counted. Between two looks, what was bought meanwhile is added.
"""  # noqa: D205 - one thought

import time
from decimal import Decimal

from target_app.exchanges.market_rules import nearest, plain
from target_app.exchanges.venue import Venue
from target_app.exchanges.venue_errors import VenueError
from target_app.execution.orders.refusals import invalid, no_balance

_LOOK_SECONDS = 1.0
_CENT = Decimal("0.01")


class ExposureLimit:
    """`limit` is in US dollars for each exchange; 0 is no limit."""

    def __init__(self, limit: Decimal) -> None:
        self._limit, self.is_limited = limit, limit > 0
        self._held: dict[str, tuple[float, Decimal]] = {}  # exchange → (when, dollars)

    async def check(self, venue: Venue, side: str, value: Decimal) -> None:
        """Raises RefusalError for a purchase of that value which would exceed the limit."""
        if not self.is_limited or side != "buy":
            return
        known = self._held.get(venue.name)
        if known is None or time.monotonic() - known[0] > _LOOK_SECONDS:
            try:
                known = time.monotonic(), await self._dollars(venue)
            except VenueError as error:
                raise no_balance(venue, error) from None
        at, held = known
        if held + value > self._limit:
            more, there = plain(nearest(value, _CENT)), plain(nearest(held, _CENT))
            raise invalid(
                "quantity",
                "range",
                f"comes to {more} USD next to {there} USD that are held at {venue.name}, and "
                f"{plain(self._limit)} USD may be held "
                "(EXECUTION_MAX_EXPOSURE_PCT)",
            )
        self._held[venue.name] = at, held + value

    async def _dollars(self, venue: Venue) -> Decimal:
        held = await venue.balances()
        worth = Decimal(0)
        for symbol in venue.markets:
            amount = held.pop(symbol.partition("/")[0], Decimal(0))
            if amount > 0:
                worth += amount * await venue.prices.price(symbol)
        return worth
