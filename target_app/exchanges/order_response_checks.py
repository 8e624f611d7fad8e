"""Whether what an exchange says of an order is about ours, and whether it says enough."""

from collections.abc import Mapping
from typing import Any

from target_app.exchanges.venue_errors import Fate, VenueError

# ccxt's words for an order that nothing will be filled of any more. Any other word, also one
# that ccxt passes on as the exchange wrote it, means that it may still be filled.
_ENDED = frozenset({"closed", "canceled", "expired", "rejected"})


def rests(order: Mapping[str, Any]) -> bool:
    """Whether an order may still be filled (further)."""
    return order.get("status") not in _ENDED


def is_whole(order: Mapping[str, Any]) -> bool:
    """Whether it says what became of the order: some exchanges answer its id alone."""
    return order.get("status") is not None and order.get("filled") is not None


def check_ours(name: str, order: object, *, own_id: str, symbol: str) -> None:
    """Raises VenueError, of unknown fate, when `order` is none, or is another one."""
    if not isinstance(order, dict) or not order.get("id"):
        raise VenueError("unknown", Fate.UNKNOWN, f"{name} answered without an order")
    theirs = order.get("clientOrderId")
    if (theirs and theirs != own_id) or order.get("symbol") not in {None, symbol}:
        raise VenueError("unknown", Fate.UNKNOWN, f"{name} answered about another order")
