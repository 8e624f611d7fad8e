"""How much to buy or sell, and why: every result explains itself.

Source of the methods: Tharp, *Trade Your Way to Financial Freedom*, "Position sizing";
the stop at a multiple of the average true range is Wilder's.
"""

from dataclasses import dataclass
from decimal import Decimal

import msgspec

from target_app.exchanges.market_rules import Market, down, nearest, plain
from target_app.execution.answers import Problem, RefusalError
from target_app.execution.orders.refusals import invalid
from target_app.execution.signals.payload import Signal

_HUNDRED = Decimal(100)
_LAST_DIGIT = Decimal("1e-6")  # of a share in percent


@dataclass(frozen=True, slots=True, kw_only=True)
class SizingRules:
    """Capital in US dollars, and percentages of it."""

    capital: Decimal
    method: str
    position_pct: Decimal
    risk_pct: Decimal
    atr_multiple: Decimal
    max_position_pct: Decimal


class Sizing(msgspec.Struct, kw_only=True):
    """A quantity that the market takes, and how it came about. Not changed once made."""

    method: str
    quantity: Decimal
    price: Decimal
    value: Decimal
    pct: Decimal
    wanted: Decimal
    capped: bool
    inputs: dict[str, str]

    def explanation(self) -> dict[str, object]:
        """The sizing as the answer and the journal show it."""
        return {
            "method": self.method,
            "inputs": self.inputs,
            "wanted": plain(self.wanted),
            "quantity": plain(self.quantity),
            "price": plain(self.price),
            "value_usd": plain(self.value),
            "position_pct": plain(nearest(self.pct, _LAST_DIGIT)),
            "cap": "max_position_pct" if self.capped else None,
        }


def size(signal: Signal, rules: SizingRules, market: Market, price: Decimal) -> Sizing:
    """The position that `signal` asks for at `price`, capped and rounded down.

    Raises RefusalError(`validation`) when a method lacks its input, a stop lies on the wrong
    side, or what is left is less than the market takes.
    """
    _check_sides(signal, price)
    if signal.quantity is not None:
        method, wanted, inputs = "given", signal.quantity, {}
    elif rules.method == "fixed_percent":
        method = rules.method
        wanted = rules.capital * rules.position_pct / _HUNDRED / price
        inputs = {"capital_usd": plain(rules.capital), "position_pct": plain(rules.position_pct)}
    else:
        method = rules.method
        distance, inputs = _distance(signal, rules, price)
        wanted = rules.capital * rules.risk_pct / _HUNDRED / distance
        inputs["capital_usd"] = plain(rules.capital)
        inputs["risk_pct"] = plain(rules.risk_pct)
    # The cap binds what a client asks for as well.
    most = rules.capital * rules.max_position_pct / _HUNDRED / price
    capped = wanted > most
    quantity = down(min(wanted, most), market.amount_step)
    value = quantity * price
    if quantity <= 0 or quantity < market.min_amount or value < market.min_cost:
        raise invalid(
            "quantity",
            "range",
            f"comes to {plain(quantity)}, worth {plain(value)} USD; {market.symbol} takes at "
            f"least {plain(market.min_amount)} and {plain(market.min_cost)} USD",
        )
    return Sizing(
        method=method,
        quantity=quantity,
        price=price,
        value=value,
        pct=value * _HUNDRED / rules.capital,
        wanted=wanted,
        capped=capped,
        inputs=inputs,
    )


def _distance(signal: Signal, rules: SizingRules, price: Decimal) -> tuple[Decimal, dict[str, str]]:
    """How far the price may move against the position before it is closed."""
    if rules.method == "risk_based":
        if signal.stop_loss is None:
            raise invalid("stop_loss", "missing", "risk_based sizing needs a stop-loss")
        return abs(price - signal.stop_loss), {"stop_loss": plain(signal.stop_loss)}
    if signal.atr is None:
        raise invalid("atr", "missing", "volatility_adjusted sizing needs the ATR")
    inputs = {"atr": plain(signal.atr), "atr_multiple": plain(rules.atr_multiple)}
    return signal.atr * rules.atr_multiple, inputs


def _check_sides(signal: Signal, price: Decimal) -> None:
    below, above = (
        (("stop_loss", signal.stop_loss), ("take_profit", signal.take_profit))
        if signal.side == "buy"
        else (("take_profit", signal.take_profit), ("stop_loss", signal.stop_loss))
    )
    problems = []
    if below[1] is not None and below[1] >= price:
        message = f"must lie below the price ({plain(price)}) of a {signal.side}"
        problems.append(Problem(below[0], "conflict", message, below[0]))
    if above[1] is not None and above[1] <= price:
        message = f"must lie above the price ({plain(price)}) of a {signal.side}"
        problems.append(Problem(above[0], "conflict", message, above[0]))
    if problems:
        fields = ", ".join(p.field for p in problems)
        raise RefusalError("validation", f"Problems with: {fields}.", problems=problems)
