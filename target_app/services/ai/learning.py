"""What the model has learned: kept in the store, said on the bus, and shown as metrics."""

import json
from decimal import Decimal

from target_app.services.ai import catalogue as m
from target_app.services.ai.model import Model
from target_app.services.messages import calls
from target_app.services.messages.event_envelope import Envelope
from target_app.services.messages.events import ModelLearned
from target_app.services.state_inbox_and_outbox import Store, Transaction
from toolkit.instruments import Instruments

_FACT = "model"


class Learning:
    """Changes a model in the transaction of what it learns from."""

    def __init__(self, model: Model, instruments: Instruments) -> None:
        self._model = model
        self._published = instruments.counter(m.PUBLISHED)
        self._accuracy, self._samples = instruments.gauge(m.ACCURACY), instruments.gauge(m.SAMPLES)

    def from_position(self, transaction: Transaction, pnl_usd: Decimal, because: Envelope) -> None:
        """Learn from one that was closed."""
        self._model.learn(profit=pnl_usd > 0)
        self._learned(transaction, because, retrained=False)

    async def retrain(self, store: Store) -> None:
        """Begin a new version of the model."""
        self._model.retrain()
        await store.write(lambda transaction: self._learned(transaction, None, retrained=True))

    async def remember(self, store: Store) -> None:
        """What the process before this one knew."""
        model = self._model
        for (text,) in await store.read("SELECT value FROM facts WHERE name = ?", _FACT):
            model.version, model.samples, model.trust = json.loads(str(text))
        self._show()

    def state(self) -> calls.ModelState:
        """The model as other services ask for it."""
        model = self._model
        return calls.ModelState(model=model.version, samples=model.samples, accuracy=model.accuracy)

    def _learned(
        self, transaction: Transaction, because: Envelope | None, *, retrained: bool
    ) -> None:
        model = self._model
        transaction.set_fact(_FACT, json.dumps([model.version, model.samples, model.trust]))
        transaction.emit(
            ModelLearned(
                model=model.version,
                samples=model.samples,
                accuracy=model.accuracy,
                retrained=retrained,
            ),
            because,
        )
        transaction.after(self._published.inc)
        transaction.after(self._show)

    def _show(self) -> None:
        self._accuracy.set(self._model.accuracy)
        self._samples.set(self._model.samples)
