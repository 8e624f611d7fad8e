"""What a service records of the bus, behind one method for each thing that happens."""

from target_app.services import bus_catalogue as m
from target_app.services.bus.contract import GroupState
from target_app.tracing.spans import exemplar
from toolkit.instruments import Instruments


class BusMetrics:
    """The bus's instruments of one service, whose group is named after it."""

    def __init__(self, made: Instruments, group: str) -> None:
        self._group = group
        self.connected = made.gauge(m.CONNECTED).set
        self.outbox = made.gauge(m.OUTBOX).set
        self._published = made.counter(m.PUBLISHED)
        self._deliveries = made.counter(m.DELIVERIES)
        self._dead = made.counter(m.DEAD_LETTERS)
        self._lost = made.counter(m.LOST)
        self._lag, self._pending = made.gauge(m.LAG), made.gauge(m.PENDING)
        self._age = made.histogram(m.EVENT_AGE)
        self._calls, self._call_duration = made.counter(m.CALLS), made.histogram(m.CALL_DURATION)
        self._repeats = made.counter(m.REPEATS)
        self.late_reply = made.counter(m.LATE_REPLIES).inc
        self._served = made.counter(m.SERVED)

    def published(self, stream: str) -> None:
        """An event is on the bus."""
        self._published.labels(stream).inc()

    def delivered(self, stream: str, outcome: str) -> None:
        """A delivery was handled, a duplicate, retried, or dead."""
        self._deliveries.labels(stream, self._group, outcome).inc()

    def handled(self, stream: str, age_seconds: float) -> None:
        """An event has had its effect, so long after it was said."""
        self.delivered(stream, "handled")
        self._age.labels(stream, self._group).observe(max(0.0, age_seconds), exemplar())

    def buried(self, stream: str, reason: str) -> None:
        """An event became a dead letter."""
        self.delivered(stream, "dead")
        self._dead.labels(stream, self._group, reason).inc()

    def lost(self, stream: str, count: int) -> None:
        """So many events were trimmed before they were read."""
        self._lost.labels(stream, self._group).inc(count)

    def state(self, stream: str, state: GroupState) -> None:
        """How far behind the group is."""
        self._lag.labels(stream, self._group).set(state.lag)
        self._pending.labels(stream, self._group).set(state.pending)

    def called(self, method: str, outcome: str, seconds: float) -> None:
        """A call of ours ended."""
        self._calls.labels(method, outcome).inc()
        self._call_duration.labels(method).observe(seconds, exemplar())

    def repeated(self, method: str) -> None:
        """A call of ours was sent again."""
        self._repeats.labels(method).inc()

    def served(self, method: str, outcome: str) -> None:
        """A call of another service was answered, refused or too old."""
        self._served.labels(method, outcome).inc()
