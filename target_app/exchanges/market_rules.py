"""What a market takes: its steps and least sizes, and amounts brought to them.

Pure functions. Money is Decimal throughout; a float never touches it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

# Wider than any market's figures, narrow enough that products stay within Decimal's 28 digits.
LARGEST, SMALLEST = Decimal(10) ** 12, Decimal(10) ** -12


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """What an exchange says about one symbol: steps and least sizes."""

    symbol: str
    exchange: str
    amount_step: Decimal
    price_step: Decimal
    min_amount: Decimal = Decimal(0)
    max_amount: Decimal = Decimal(0)  # 0 where the exchange names none
    min_cost: Decimal = Decimal(0)
    taker_fee: Decimal = Decimal(0)  # a share of what an order that fills at once is worth


def down(value: Decimal, step: Decimal) -> Decimal:
    """The multiple of `step` nearest below a positive `value`."""
    return value // step * step


def up(value: Decimal, step: Decimal) -> Decimal:
    """The multiple of `step` nearest above a positive `value`."""
    whole = value // step
    return (whole + 1 if value % step else whole) * step


def nearest(value: Decimal, step: Decimal) -> Decimal:
    """The multiple of `step` nearest to `value`, halves to the even multiple.

    The rounding is named: ccxt sets another one for the whole thread where it formats an amount.
    """
    return (value / step).to_integral_value(ROUND_HALF_EVEN) * step


def as_decimal(figure: object) -> Decimal:
    """A figure of any client: ccxt writes floats and text, `paper` decimals."""
    return figure if isinstance(figure, Decimal) else Decimal(str(figure))


def plain(value: Decimal) -> str:
    """A decimal as people write it: no exponent, no trailing zeros."""
    text = str(value)
    if "E" in text:
        text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def market_of(exchange: str, market: Mapping[str, object], tick_size: bool) -> Market:  # noqa: FBT001 - ccxt has two forms of precision
    """A `Market` from ccxt's structure of that name.

    Source: https://github.com/ccxt/ccxt/wiki/Manual#market-structure
    """
    precision: Mapping[str, object] = _table(market.get("precision"))
    limits = _table(market.get("limits"))
    return Market(
        symbol=str(market["symbol"]),
        exchange=exchange,
        amount_step=_step(precision.get("amount"), tick_size),
        price_step=_step(precision.get("price"), tick_size),
        min_amount=_limit(_table(limits.get("amount")), "min"),
        max_amount=_limit(_table(limits.get("amount")), "max"),
        min_cost=_limit(_table(limits.get("cost")), "min"),
        taker_fee=Decimal(str(market.get("taker") or 0)),
    )


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _step(value: object, tick_size: bool) -> Decimal:  # noqa: FBT001 - as above
    if value is None:
        return SMALLEST
    step = Decimal(str(value))
    return step if tick_size else Decimal(1).scaleb(-int(step))


def _limit(limits: Mapping[str, object], which: str) -> Decimal:
    value = limits.get(which)
    return Decimal(0) if value is None else Decimal(str(value))
