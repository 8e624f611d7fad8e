"""Whether what an exchange says of an order is about ours, and whether it says enough."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from target_app.exchanges.market_rules import as_decimal
from target_app.exchanges.venue_errors import Fate, VenueError

# ccxt's words for an order that nothing will be filled of any more. Any other word, also one
# that ccxt passes on as the exchange wrote it, means that it may still be filled.
_ENDED = frozenset({"closed", "canceled", "expired", "rejected"})
_LONGEST_ID = 200
# Of a float's digits the last may differ.
_ALMOST = Decimal("0.999999")


def rests(order: Mapping[str, Any]) -> bool:
    """Whether an order may still be filled (further)."""
    return order.get("status") not in _ENDED


def is_whole(order: Mapping[str, Any]) -> bool:
    """Whether it says what became of the order: some exchanges answer its id alone."""
    return order.get("status") is not None and order.get("filled") is not None


def is_settled(order: Mapping[str, Any], *, at_once: bool) -> bool:
    """Whether an exchange need not be asked again what became of the order.

    `at_once` is for orders that do not rest. One that is done, with nothing filled, is a
    contradiction: "closed" is ccxt's word for filled.
    """
    if not is_whole(order) or (at_once and rests(order)):
        return False
    return order["status"] != "closed" or bool(order["filled"])


def check_ours(name: str, order: object, *, own_id: str, symbol: str) -> None:
    """Raises VenueError, of unknown fate, when `order` is none, or is another one.

    Also where its figures are none: a stop for what was not bought would follow from them.
    """
    if not isinstance(order, dict) or not order.get("id") or len(str(order["id"])) > _LONGEST_ID:
        raise VenueError("unknown", Fate.UNKNOWN, f"{name} answered without an order")
    theirs = order.get("clientOrderId")
    if (theirs and theirs != own_id) or order.get("symbol") not in {None, symbol}:
        raise VenueError("unknown", Fate.UNKNOWN, f"{name} answered about another order")
    filled, average = _figure(order.get("filled")), _figure(order.get("average"))
    amount = _figure(order.get("amount"))
    if not 0 <= filled < Decimal("inf") or not 0 <= average < Decimal("inf"):
        raise VenueError.unanswered(f"{name} answered with figures that no order has")
    if 0 < amount < filled * _ALMOST:
        raise VenueError.unanswered(f"{name} says that {filled} of {amount} were filled")


def check_quantity(name: str, order: Mapping[str, Any], quantity: Decimal) -> None:
    """Raises VenueError, of unknown fate, when much more was filled than `quantity`.

    A little more may be: where an order names what it costs, the price decides how much it buys.
    """
    filled = _figure(order.get("filled"))
    if filled > 2 * quantity:
        raise VenueError.unanswered(f"{name} says that {filled} of {quantity} were filled")


def _figure(value: object) -> Decimal:
    """A figure of an answer, 0 where there is none, and -1 where it is not a number."""
    if value is None:
        return Decimal(0)
    try:
        figure = as_decimal(value)
    except InvalidOperation:
        return Decimal(-1)
    return Decimal(-1) if figure.is_nan() else figure
