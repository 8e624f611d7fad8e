"""What differs between exchanges, as data: ids, answers, codes, and where each is documented.

ccxt unifies an exchange's words, not its promises. A profile says what this service relies on
at one exchange. An exchange without one has not been tried with this service.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from target_app.exchanges.venue_errors import Fate

# ccxt's Binance client would load its futures and its margin pairs as well.
_SPOT_ONLY: dict[str, Any] = {
    "fetchMarkets": {"types": ["spot"]},
    "fetchCurrencies": False,
    "fetchMargins": False,
}
_HASH_DIGITS = 32


class Lookup(StrEnum):
    """How an order is found by the id that we gave it."""

    BY_OUR_ID = "by our id"
    IN_LISTS = "in the list of open orders, then in that of ended ones"


@dataclass(frozen=True, slots=True)
class Code:
    """What an error of the exchange means, where ccxt's class of it does not say."""

    pattern: re.Pattern[str]  # found in the error's text, which holds the exchange's answer
    reason: str  # of the catalogue's
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueProfile:
    """What this service relies on at one exchange.

    `own_ids` are the ids that it takes as they are; another becomes 32 hexadecimal digits.
    `shapes` are pairs of (ending of a path, dotted name) that a good answer must have.
    """

    name: str
    sources: tuple[str, ...]
    own_ids: re.Pattern[str]
    lookup: Lookup
    id_parameter: str = "clientOrderId"  # ccxt's, when an order is made
    list_filter: str = ""  # ccxt's parameter that asks a list for one id; none: we look through it
    ended_orders: str = "fetch_closed_orders"  # ccxt's method for the second list
    buys_by_cost: bool = False  # a market buy is told what to spend, so ccxt wants a price
    # A stop that is only taken as a limit order gets its limit this far (a share) past the stop.
    stop_limit_gap: Decimal | None = None
    fee_from_bought: bool = False  # the fee of a buy is taken from the coins bought
    checks_keys: bool = True
    codes: tuple[Code, ...] = ()
    shapes: tuple[tuple[str, str], ...] = ()
    client_options: Mapping[str, Any] = field(default_factory=dict)

    def order_id(self, key: str) -> str:
        """The id at the exchange of the order that the journal calls `key`."""
        if self.own_ids.fullmatch(key):
            return key
        return hashlib.sha256(key.encode()).hexdigest()[:_HASH_DIGITS]


def _codes(fate: Fate, reason: str, *texts: str) -> tuple[Code, ...]:
    return tuple(Code(re.compile(text), reason, fate) for text in texts)


_BINANCE_DOCS = "https://developers.binance.com/docs/binance-spot-api-docs"
BINANCE = VenueProfile(
    name="binance",
    sources=(f"{_BINANCE_DOCS}/rest-api/trading-endpoints", f"{_BINANCE_DOCS}/errors"),
    own_ids=re.compile(r"[.A-Z:/a-z0-9_-]{1,36}", re.ASCII),
    lookup=Lookup.BY_OUR_ID,
    fee_from_bought=True,
    # An order with this id is open: ours, whose answer was lost.
    codes=_codes(Fate.UNKNOWN, "rejected", r"Duplicate order sent"),
    shapes=(("/order", "orderId"), ("/openOrders", ""), ("/account", "balances")),
    client_options={"options": _SPOT_ONLY},
)
KRAKEN = VenueProfile(
    name="kraken",
    sources=(
        "https://docs.kraken.com/exchange/guides/general/clordid",
        "https://docs.kraken.com/api/docs/guides/spot-errors",
    ),
    # Free text of up to 18 characters, or a UUID, also without its dashes.
    own_ids=re.compile(r"[A-Za-z0-9-]{1,18}", re.ASCII),
    lookup=Lookup.IN_LISTS,
    list_filter="clientOrderId",
    codes=(
        *_codes(
            Fate.REFUSED,
            "invalid_order",
            r"EOrder:(Invalid|Cost minimum|Order minimum|Tick size|Margin|Insufficient margin)",
            r"EOrder:(Orders limit|Positions limit|Trading agreement|Reduce only|Scheduled)",
        ),
        *_codes(Fate.REFUSED, "permission_denied", r"EAPI:Feature disabled", r"EAPI:Bad request"),
        *_codes(Fate.REFUSED, "authentication", r"EAPI:Invalid signature"),
        *_codes(Fate.UNSENT, "rate_limited", r"EService:\s*Throttled", r"rate limit exceeded"),
    ),
    shapes=(
        ("/AddOrder", "result.txid"),
        ("/OpenOrders", "result.open"),
        ("/ClosedOrders", "result.closed"),
        ("/QueryOrders", "result"),
        ("/CancelOrder", "result.count"),
        ("/BalanceEx", "result"),
    ),
)
COINBASE = VenueProfile(
    name="coinbase",
    sources=(
        "https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/create-order",
        "https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/list-orders",
    ),
    own_ids=re.compile(r"[.A-Z:/a-z0-9_-]{1,36}", re.ASCII),
    lookup=Lookup.IN_LISTS,
    id_parameter="client_order_id",
    ended_orders="fetch_orders",
    buys_by_cost=True,
    stop_limit_gap=Decimal("0.01"),
    codes=(
        *_codes(
            Fate.UNKNOWN,
            "unavailable",
            r"internal_server_error",
            r'"error":\s*"UNKNOWN_FAILURE_REASON"',
        ),
        # Of these the exchange says itself, with `success: false`, that nothing was made.
        *_codes(Fate.REFUSED, "insufficient_funds", r"INSUFFICIENT_FUND"),
        *_codes(Fate.REFUSED, "invalid_order", r"PREVIEW_[A-Z]+", r'"success":\s*false'),
    ),
    shapes=(
        ("/brokerage/orders", "success"),
        ("/historical/batch", "orders"),
        ("/brokerage/accounts", "accounts"),
        ("/batch_cancel", "results"),
    ),
    client_options={"options": {"fetchBalance": "v3PrivateGetBrokerageAccounts"}},
)
PAPER = VenueProfile(
    name="paper",
    sources=("target_app/exchanges/paper.py",),
    own_ids=BINANCE.own_ids,
    lookup=Lookup.BY_OUR_ID,
    checks_keys=False,
)
VENUE_SIM = VenueProfile(
    name="venue_sim",
    sources=("target_app/exchanges/venue_sim.py",),
    own_ids=BINANCE.own_ids,
    lookup=Lookup.BY_OUR_ID,
    fee_from_bought=True,
    codes=BINANCE.codes,
    shapes=BINANCE.shapes,
    # The simulator says itself when it is asked too often, which is what drills want.
    client_options={"options": _SPOT_ONLY, "enableRateLimit": False},
)
PROFILES = {p.name: p for p in (BINANCE, COINBASE, KRAKEN, PAPER, VENUE_SIM)}


def profile_of(name: str) -> VenueProfile:
    """The profile of an exchange; one that supposes little where it was never tried."""
    return PROFILES.get(name) or VenueProfile(
        name=name, sources=(), own_ids=re.compile(r"[a-z0-9]{1,32}"), lookup=Lookup.IN_LISTS
    )
