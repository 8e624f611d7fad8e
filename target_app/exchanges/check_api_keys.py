"""Sees that an exchange takes our API keys, by a signed question that changes nothing there."""

from collections.abc import Awaitable, Callable
from typing import Any

from target_app.exchanges.venue_errors import VenueError


async def check_api_keys(fetch_balance: Callable[[], Awaitable[Any]]) -> None:
    """Ask for the account's balance. Raises VenueError, which says that a signed call failed."""
    try:
        await fetch_balance()
    except VenueError as error:
        message = f"a signed question, which our keys should allow, failed: {error}"
        retry_after = error.retry_after
        raise VenueError(error.reason, error.fate, message, retry_after=retry_after) from None
