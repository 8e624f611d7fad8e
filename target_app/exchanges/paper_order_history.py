"""The orders that an exchange in this process remembers: those that rest, and those that ended.

What has ended is packed. As dictionaries a few thousand orders are a hundred thousand objects,
and each new order would be made in memory that the processor's cache forgot long ago.
"""

from collections import OrderedDict
from decimal import Decimal
from operator import itemgetter
from typing import Any, TypedDict

import msgspec


class Fee(TypedDict):
    """What an order cost on top."""

    cost: Decimal
    currency: str


class OrderStructure(TypedDict):
    """ccxt's order structure, its figures as Decimal.

    Source: https://github.com/ccxt/ccxt/wiki/Manual#order-structure
    """

    id: str
    clientOrderId: str | None
    timestamp: int
    symbol: str
    type: str
    side: str
    amount: Decimal
    price: Decimal | None
    triggerPrice: Decimal | None
    filled: Decimal
    remaining: Decimal
    cost: Decimal
    average: Decimal | None
    fee: Fee
    status: str
    trades: list[Any]
    info: dict[str, Any]


class _Packed(msgspec.Struct, array_like=True, gc=False):
    """What the rest of an order that ended follows from."""

    id: str
    clientOrderId: str | None  # noqa: N815 - ccxt's names
    timestamp: int
    symbol: str
    type: str
    side: str
    amount: Decimal
    price: Decimal | None
    triggerPrice: Decimal | None  # noqa: N815
    filled: Decimal
    cost: Decimal
    average: Decimal | None
    status: str
    fee: Fee


_TOLD = itemgetter(*_Packed.__struct_fields__)
_PACK = msgspec.msgpack.Encoder().encode
_UNPACK = msgspec.msgpack.Decoder(_Packed).decode
_RESTS = "open"


class OrderHistory:
    """At most `ended` orders that have ended, `limits` that rest, and `stops` that rest.

    Beyond that the oldest are forgotten, as exchanges do after a while, and the limit order that
    has rested longest expires. A stop never does: it protects a position, so that a further one
    is to be refused, as exchanges do. See `takes_stop`.
    """

    def __init__(self, *, ended: int, limits: int, stops: int) -> None:
        self._most_ended, self._most_limits, self._most_stops = ended, limits, stops
        self.resting: dict[str, OrderStructure] = {}
        self._limits: OrderedDict[str, None] = OrderedDict()  # those among them
        self._ended: OrderedDict[str, tuple[str | None, bytes]] = OrderedDict()
        self._by_client: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self.resting) + len(self._ended)

    def has(self, client_order_id: str) -> bool:
        """Whether an order with this id of the client's is remembered."""
        return client_order_id in self._by_client

    @property
    def takes_stop(self) -> bool:
        """Whether one more stop may rest."""
        return len(self.resting) - len(self._limits) < self._most_stops

    def add(self, order: OrderStructure) -> None:
        """Remember an order, which rests if it is open."""
        key = order["id"]
        if order["clientOrderId"]:
            self._by_client[order["clientOrderId"]] = key
        if order["status"] != _RESTS:
            self._pack(order)
            return
        self.resting[key] = order
        if order["triggerPrice"] is None:
            self._limits[key] = None
            if len(self._limits) > self._most_limits:
                self.end(next(iter(self._limits)), "expired")

    def find(self, key: str, client_order_id: str | None = None) -> OrderStructure | None:
        """The order of that id, or of that id of the client's where one is given."""
        if client_order_id:
            key = self._by_client.get(client_order_id, "")
        if key in self.resting:
            return self.resting[key]
        return _unpacked(self._ended[key][1]) if key in self._ended else None

    def end(self, key: str, status: str) -> OrderStructure | None:
        """Let a resting order end so; None when it does not rest."""
        order = self.resting.pop(key, None)
        self._limits.pop(key, None)
        if order is not None:
            order["status"] = status
            self._pack(order)
        return order

    def _pack(self, order: OrderStructure) -> None:
        self._ended[order["id"]] = order["clientOrderId"], _PACK(_TOLD(order))
        if len(self._ended) > self._most_ended:
            _, (client_order_id, _) = self._ended.popitem(last=False)
            self._by_client.pop(client_order_id or "", None)


def _unpacked(packed: bytes) -> OrderStructure:
    told = _UNPACK(packed)
    return {
        "id": told.id,
        "clientOrderId": told.clientOrderId,
        "timestamp": told.timestamp,
        "symbol": told.symbol,
        "type": told.type,
        "side": told.side,
        "amount": told.amount,
        "price": told.price,
        "triggerPrice": told.triggerPrice,
        "filled": told.filled,
        "remaining": told.amount - told.filled,
        "cost": told.cost,
        "average": told.average,
        "fee": told.fee,
        "status": told.status,
        "trades": [],
        "info": {},
    }
