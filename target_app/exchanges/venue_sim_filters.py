"""What `venue_sim` checks of an order before it is taken: parameters and filters, as Binance.

Source: https://developers.binance.com/docs/binance-spot-api-docs/filters
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from target_app.exchanges.simulated_order_book import OrderBook

MIN_NOTIONAL = Decimal(5)
ORDER_TYPES = ("LIMIT", "MARKET", "STOP_LOSS", "TAKE_PROFIT", "STOP_LOSS_LIMIT")
# PERCENT_PRICE_BY_SIDE: how far a limit may lie from the price, as factors.
_HIGHEST, _LOWEST = Decimal(5), Decimal("0.2")
_CLIENT_ID = re.compile(r"[.A-Z:/a-z0-9_-]{1,36}", re.ASCII)


class ApiError(Exception):
    """Answer with Binance's error document.

    Source of codes: https://developers.binance.com/docs/binance-spot-api-docs/errors
    """

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def check_parameters(given: Mapping[str, str]) -> None:
    """Type, side and id. Raises ApiError."""
    if given.get("type", "") not in ORDER_TYPES:
        raise ApiError(400, -1116, "Invalid orderType.")
    if given.get("side", "") not in {"BUY", "SELL"}:
        raise ApiError(400, -1117, "Invalid side.")
    if not _CLIENT_ID.fullmatch(given.get("newClientOrderId", "")):
        raise ApiError(400, -1100, "Illegal characters found in parameter 'newClientOrderId'.")


def figure(given: Mapping[str, str], name: str) -> Decimal:
    """A positive number among the parameters. Raises ApiError."""
    if name not in given:
        message = f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
        raise ApiError(400, -1102, message)
    try:
        found = Decimal(given[name])
    except InvalidOperation:
        raise ApiError(400, -1100, f"Illegal characters found in parameter '{name}'.") from None
    if not found.is_finite() or found <= 0:
        raise ApiError(400, -1013, f"Invalid {name}.")
    return found


def check_filters(
    book: OrderBook, side: str, quantity: Decimal, limit: Decimal | None, stop: Decimal | None
) -> None:
    """Steps, value and distance from the price. Raises ApiError."""
    # The real one has two codes here: too many digits for the asset, or off the step.
    if -_exponent(quantity) > 8:  # noqa: PLR2004 - baseAssetPrecision
        raise ApiError(400, -1111, "Precision is over the maximum defined for this asset.")
    if quantity % book.lot:
        raise ApiError(400, -1013, "Filter failure: LOT_SIZE")
    for price in (limit, stop):
        if price is not None and price % book.tick:
            raise ApiError(400, -1013, "Filter failure: PRICE_FILTER")
    if limit is not None and not book.price * _LOWEST <= limit <= book.price * _HIGHEST:
        raise ApiError(400, -1013, f"Filter failure: PERCENT_PRICE_BY_SIDE, {side}")
    if quantity * (limit or book.price) < MIN_NOTIONAL:
        raise ApiError(400, -1013, "Filter failure: NOTIONAL")


def symbol_document(
    name: str, base: str, quote: str, book: OrderBook, stops: int
) -> dict[str, object]:
    """A market with its filters, as `exchangeInfo` shows it."""
    return {
        "symbol": name,
        "status": "TRADING",
        "baseAsset": base,
        "quoteAsset": quote,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "orderTypes": list(ORDER_TYPES),
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "permissions": ["SPOT"],
        "permissionSets": [["SPOT"]],
        "filters": [
            {
                "filterType": "PRICE_FILTER",
                "minPrice": f"{book.tick:f}",
                "maxPrice": "10000000",
                "tickSize": f"{book.tick:f}",
            },
            {
                "filterType": "LOT_SIZE",
                "minQty": f"{book.lot:f}",
                "maxQty": "1000000000",
                "stepSize": f"{book.lot:f}",
            },
            {"filterType": "NOTIONAL", "minNotional": f"{MIN_NOTIONAL:f}"},
            {
                "filterType": "PERCENT_PRICE_BY_SIDE",
                "bidMultiplierUp": f"{_HIGHEST}",
                "bidMultiplierDown": f"{_LOWEST}",
                "askMultiplierUp": f"{_HIGHEST}",
                "askMultiplierDown": f"{_LOWEST}",
                "avgPriceMins": 5,
            },
            {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": stops},
        ],
    }


def _exponent(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
