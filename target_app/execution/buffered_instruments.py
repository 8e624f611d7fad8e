"""Counters and histograms that add up in plain attributes until they are flushed.

A request records some twenty values. Adding each to prometheus-client takes locks and checks
that together cost more than the order; adding them up first does not.
"""

import time
from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from prometheus_client.samples import Exemplar

from target_app.tracing.spans import exemplar
from toolkit.catalogue import Metric
from toolkit.instruments import Instruments


class Count:
    """What happened to a counter or a gauge since the last flush; a call adds to it."""

    __slots__ = ("_child", "_pending")

    def __init__(self, child: Any) -> None:
        self._child, self._pending = child, 0

    def __call__(self, by: int = 1) -> None:
        """Count `by` more."""
        self._pending += by

    def flush(self) -> None:
        """Hand the sum to prometheus-client."""
        if self._pending:
            self._child.inc(self._pending)
            self._pending = 0


class Observations:
    """What a histogram was given since the last flush."""

    __slots__ = ("_bounds", "_child", "_counts", "_sum")

    def __init__(self, child: Any) -> None:
        self._child = child
        # prometheus-client has no way to add many observations at once but its innards; a
        # test holds that the result is what its own `observe` would have made of them.
        self._bounds: list[float] = child._upper_bounds  # noqa: SLF001 - see above
        self._counts, self._sum = [0] * len(self._bounds), 0.0

    def __call__(self, amount: float) -> None:
        """Observe one amount."""
        self._counts[bisect_left(self._bounds, amount)] += 1
        self._sum += amount

    def flush(self) -> None:
        """Hand the observations to prometheus-client."""
        if any(self._counts):
            for bucket, count in zip(self._child._buckets, self._counts, strict=True):  # noqa: SLF001 - see above
                if count:
                    bucket.inc(count)
            self._child._sum.inc(self._sum)  # noqa: SLF001 - see above
            self._counts, self._sum = [0] * len(self._bounds), 0.0


class ExemplarObservations(Observations):
    """The same, with the trace of the last amount in each bucket."""

    __slots__ = ("_exemplars",)

    def __init__(self, child: Any) -> None:
        super().__init__(child)
        self._exemplars: dict[int, Exemplar] = {}

    def __call__(self, amount: float) -> None:
        """Observe one amount."""
        super().__call__(amount)
        labels = exemplar()
        if labels is not None:
            bucket = bisect_left(self._bounds, amount)
            self._exemplars[bucket] = Exemplar(labels, amount, time.time())

    def flush(self) -> None:
        """Hand the observations to prometheus-client, which keeps no exemplar among processes."""
        super().flush()
        for bucket, last in self._exemplars.items():
            self._child._buckets[bucket].set_exemplar(last)  # noqa: SLF001 - see Observations
        self._exemplars.clear()


class Children(dict[Any, Any]):
    """Label values (one, or a tuple of several) → what records on that child."""

    def __init__(self, parent: Any, recorder: Callable[[Any], Any]) -> None:
        super().__init__()
        self._parent, self._recorder = parent, recorder

    def __missing__(self, key: str | tuple[str, ...]) -> Any:
        child = self._parent.labels(*((key,) if isinstance(key, str) else key))
        found = self[key] = self._recorder(child)
        return found

    def forget(self, label: str) -> None:
        """Drop the child of a single label value, and its series."""
        if self.pop(label, None) is not None:
            self._parent.remove(label)


def setter(child: Any) -> Callable[[float], None]:
    """What records on a gauge's child: its `set`, which is not buffered."""
    found: Callable[[float], None] = child.set
    return found


class OneLabel:
    """`children[label]()` as a call: for counters with one label that events name directly."""

    def __init__(self, children: Children) -> None:
        self._children = children

    def __call__(self, label: str) -> None:
        """Count one more of `label`."""
        self._children[label]()


class BufferedInstruments:
    """Makes what records on the instruments of a catalogue, and flushes all of it.

    Where traces are on, histograms that have exemplars note the traces of what they observe.
    """

    def __init__(self, made: Instruments, *, is_traced: bool = False) -> None:
        self._made, self._is_traced = made, is_traced
        self._families: list[Children] = []
        self._singles: list[Count | Observations] = []

    def counts(self, metric: Metric) -> Children:
        """The children of a counter with labels."""
        self._families.append(Children(self._made.counter(metric), Count))
        return self._families[-1]

    def observes(self, metric: Metric) -> Children:
        """The children of a histogram with labels."""
        self._families.append(Children(self._made.histogram(metric), self._observer(metric)))
        return self._families[-1]

    def observe(self, metric: Metric) -> Observations:
        """What records on a histogram without labels."""
        recorder = self._observer(metric)(self._made.histogram(metric))
        self._singles.append(recorder)
        return recorder

    def count(self, child: Any) -> Count:
        """What records on a counter or a gauge without labels."""
        recorder = Count(child)
        self._singles.append(recorder)
        return recorder

    def _observer(self, metric: Metric) -> type[Observations]:
        return ExemplarObservations if self._is_traced and metric.exemplars else Observations

    def flush(self) -> None:
        """Hand what was recorded to prometheus-client."""
        for single in self._singles:
            single.flush()
        for family in self._families:
            for child in family.values():
                child.flush()
