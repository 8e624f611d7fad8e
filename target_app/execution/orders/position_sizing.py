"""How much to buy or sell, and why: every result explains itself.

Source of the methods: Tharp, *Trade Your Way to Financial Freedom*, "Position sizing";
the stop at a multiple of the average true range is Wilder's.
"""

from dataclasses import dataclass
from decimal import Decimal

import msgspec

from target_app.exchanges.market_rules import Market, down, nearest, plain
from target_app.execution.orders.refusals import invalid
from target_app.execution.response_bodies import Problem, RefusalError
from target_app.execution.signals.payload import Signal

_HUNDRED = Decimal(100)
_CENT = Decimal("0.01")
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
    price_band_pct: Decimal = Decimal(10)
    max_exposure_pct: Decimal = Decimal(0)


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
        quantity = plain(self.quantity)
        return {
            "method": self.method,
            "inputs": self.inputs,
            "wanted": quantity if self.wanted == self.quantity else plain(self.wanted),
            "quantity": quantity,
            "price": plain(self.price),
            "value_usd": plain(self.value),
            "position_pct": plain(nearest(self.pct, _LAST_DIGIT)),
            "cap": "max_position_pct" if self.capped else None,
        }


def size(
    signal: Signal,
    rules: SizingRules,
    market: Market,
    price: Decimal,
    worth: Decimal | None = None,
    *,
    closes: bool = False,
) -> Sizing:
    """The position that `signal` asks for at `price`, rounded down.

    A unit is `worth` what the market says, at least: a client's limit says what it hopes for. A
    quantity of the service's own is cut down to the cap; one that the client asked for is not,
    since nobody asked for less. An order that `closes` a position has no cap.

    Raises RefusalError(`validation`) when a method lacks its input, a stop lies on the wrong
    side, the cap is exceeded, or what is left is less than the market takes.
    """
    worth = price if worth is None else worth
    if signal.stop_loss is not None or signal.take_profit is not None:
        _check_sides(signal, price)
    method, wanted, inputs = _wanted(signal, rules, price, worth)
    most = rules.capital * rules.max_position_pct / _HUNDRED / worth
    capped = wanted > most and not closes
    if capped and signal.quantity is not None:
        raise _over_the_cap(wanted * worth, rules)
    quantity = down(min(wanted, most) if capped else wanted, market.amount_step)
    value = quantity * worth
    _check_limits(market, quantity, value)
    return Sizing(
        method=method,
        quantity=quantity,
        price=worth,
        value=value,
        pct=value * _HUNDRED / rules.capital,
        wanted=wanted,
        capped=capped,
        inputs=inputs,
    )


def _wanted(
    signal: Signal, rules: SizingRules, price: Decimal, worth: Decimal
) -> tuple[str, Decimal, dict[str, str]]:
    """The method, the quantity that it comes to, and what went into it."""
    if signal.quantity is not None:
        return "given", signal.quantity, {}
    if rules.method == "fixed_percent":
        wanted = rules.capital * rules.position_pct / _HUNDRED / worth
        inputs = {"capital_usd": plain(rules.capital), "position_pct": plain(rules.position_pct)}
        return rules.method, wanted, inputs
    distance, inputs = _distance(signal, rules, price)
    inputs["capital_usd"] = plain(rules.capital)
    inputs["risk_pct"] = plain(rules.risk_pct)
    return rules.method, rules.capital * rules.risk_pct / _HUNDRED / distance, inputs


def _check_limits(market: Market, quantity: Decimal, value: Decimal) -> None:
    """Raises RefusalError for an order that the market takes not at all, or not at once."""
    if market.max_amount and quantity > market.max_amount:
        most_text = plain(market.max_amount)
        raise invalid("quantity", "range", f"{market.symbol} takes at most {most_text} at once")
    if quantity <= 0 or quantity < market.min_amount or value < market.min_cost:
        raise invalid(
            "quantity",
            "range",
            f"comes to {plain(quantity)}, worth {plain(value)} USD; {market.symbol} takes at "
            f"least {plain(market.min_amount)} and {plain(market.min_cost)} USD",
        )


def _over_the_cap(value: Decimal, rules: SizingRules) -> RefusalError:
    cap = rules.capital * rules.max_position_pct / _HUNDRED
    return invalid(
        "quantity",
        "range",
        f"comes to {plain(nearest(value, _CENT))} USD, and a position may have {plain(cap)} USD "
        f"(EXECUTION_MAX_POSITION_PCT is {plain(rules.max_position_pct)})",
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
