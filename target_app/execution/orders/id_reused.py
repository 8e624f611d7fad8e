"""An id is a promise about contents: the same id asks for the same order, or for nothing."""

from collections.abc import Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any

from target_app.execution.orders.journal_file import JournalEntry
from target_app.execution.response_bodies import Problem, RefusalError
from target_app.execution.signals.payload import Signal

# A webhook that is sent again may carry another time, and say otherwise who sent it.
_MAY_DIFFER = frozenset({"id", "source", "confidence", "timestamp"})
_COMPARED = tuple(name for name in Signal.__struct_fields__ if name not in _MAY_DIFFER)
# What most webhooks leave out is compared at once.
_ALWAYS = ("symbol", "side", "order_type", "quantity")
_SELDOM = tuple(name for name in _COMPARED if name not in _ALWAYS)
_SELDOM_VALUES = attrgetter(*_SELDOM)
_LEFT_OUT = _SELDOM_VALUES(Signal(symbol="", side="", timestamp=0.0))
# What an intent tells that was journalled before its contents were.
_TOLD = ("symbol", "side", "order_type", "stop_loss", "take_profit")
_NOTHING = "nothing"


def asked(signal: Signal) -> dict[str, Any]:
    """What a webhook asks for, as JSON values: each field that makes the order what it is."""
    told: dict[str, Any] = {
        "timestamp": signal.timestamp,
        "symbol": signal.symbol,
        "side": signal.side,
        "order_type": signal.order_type,
    }
    if signal.quantity is not None:
        told["quantity"] = _alike(signal.quantity)
    values = _SELDOM_VALUES(signal)
    if values != _LEFT_OUT:
        # What was left out is not told, so that new fields change no old order.
        for name, value in zip(_SELDOM, values, strict=True):
            if isinstance(value, Decimal):
                told[name] = _alike(value)
            elif value:
                told[name] = value
    return told


def refuse_other_contents(
    signal: Signal, first: Mapping[str, Any], *, within_seconds: float
) -> None:
    """Raise RefusalError(`id_reused`) where `signal` asks for something else than `first`.

    Without an id of the client's the id follows from the body, so that nothing can differ.
    A time that lies more than `within_seconds` away from the first is another signal's:
    nobody repeats a webhook for so long.
    """
    if signal.id is None:
        return
    again = asked(signal)
    names = _COMPARED if "timestamp" in first else _TOLD
    problems = [
        _differs(name, first.get(name), again.get(name))
        for name in names
        if first.get(name) != again.get(name)
    ]
    apart = abs(signal.timestamp - first.get("timestamp", signal.timestamp))
    if apart > within_seconds:
        message = f"is {apart:.0f} s away from that of the first webhook with this id"
        problems.append(Problem("timestamp", "conflict", message, "timestamp"))
    if problems:
        fields = ", ".join(problem.field for problem in problems)
        raise RefusalError(
            "id_reused",
            f"A webhook with this id came before, with other contents: {fields}. Nothing was "
            "ordered. Give each signal an id of its own.",
            problems=problems,
        )


def contents(entry: JournalEntry) -> Mapping[str, Any]:
    """What the webhook of a journalled intent asked for, as far as it was written down."""
    found: Mapping[str, Any] = entry.intent.get("asked", entry.intent)
    if "asked" not in entry.intent:
        return {name: value for name in _TOLD if (value := found.get(name)) is not None}
    return found


def _alike(figure: Decimal) -> str:
    """Equal numbers alike, however they were written: 1, 1.0 and 1E+0."""
    return format(figure.normalize(), "f")


def _differs(field: str, first: object, again: object) -> Problem:
    was, now = (_NOTHING if value is None else value for value in (first, again))
    message = f"was {was} in the first webhook with this id, is {now}"
    return Problem(field, "conflict", message, field)
