"""Intents to buy: what the bot has decided to buy, and has not yet bought or given up."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from target_app.session.known_bugs import Bug, Bugs
from target_app.session.metrics import SessionMetrics


@dataclass(frozen=True, slots=True)
class Intent:
    """One decision to buy. Its order has the same id; `since` is on the monotonic clock."""

    order: str
    symbol: str
    cost: Decimal
    since: float


class PendingIntents:
    """`pending_buy_intents`, by order id. Only the trading loop touches it."""

    def __init__(self, metrics: SessionMetrics, bugs: Bugs) -> None:
        self.pending_buy_intents: dict[str, Intent] = {}
        self._metrics, self._bugs = metrics, bugs

    def __len__(self) -> int:
        return len(self.pending_buy_intents)

    def add(self, intent: Intent) -> None:
        """Begin to wait for its end."""
        self.pending_buy_intents[intent.order] = intent
        self._metrics.record_intent_pending(len(self))

    def clear(self, order: str, reason: str) -> None:
        """End the intent of that order, if it has one."""
        if Bug.STALE_INTENTS in self._bugs:
            return  # the bug: whatever became of the order, its intent stayed
        if self.pending_buy_intents.pop(order, None) is not None:
            self._metrics.record_intent_cleared(reason)
            self._metrics.record_intent_pending(len(self))

    def stale(self, now: float, most_seconds: float) -> Iterator[tuple[Intent, float]]:
        """Every intent that is older, and its age in seconds; each is recorded as stale."""
        if Bug.STALE_INTENTS in self._bugs:
            return
        for intent in list(self.pending_buy_intents.values()):
            age = now - intent.since
            if age > most_seconds:
                self._metrics.record_stale_intent(age)
                yield intent, age
