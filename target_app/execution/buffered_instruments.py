"""Counters and histograms that gather what they are given until they are flushed.

A request records some twenty values. Adding each to prometheus-client takes locks and checks
that together cost more than the order. Here recording is one call of C: a list's `append`, or a
counter's next number. What was gathered is added up before each scrape, and a few times a second.
"""

import itertools
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Any, Protocol

from prometheus_client.samples import Exemplar

from target_app.tracing.spans import exemplar
from toolkit.catalogue import Metric
from toolkit.instruments import Instruments


class Recorder(Protocol):
    """Records on one child."""

    record: Callable[..., object]

    def flush(self) -> None:
        """Hand what was recorded since the last time to prometheus-client."""


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


class Events:
    """How often a counter's event happened since the last flush."""

    def __init__(self, child: Any) -> None:
        self._child, self._next = child, 0
        self._numbers = itertools.count()
        self.record: Callable[[], object] = self._numbers.__next__

    def flush(self) -> None:
        """Hand their number to prometheus-client."""
        number = next(self._numbers)
        happened, self._next = number - self._next, number + 1  # to ask takes a number too
        if happened:
            self._child.inc(happened)


class Observations:
    """What a histogram was given since the last flush."""

    def __init__(self, child: Any) -> None:
        self._child = child
        # prometheus-client has no way to add many observations at once but its innards; a
        # test holds that the result is what its own `observe` would have made of them.
        self._bounds: list[float] = child._upper_bounds  # noqa: SLF001 - see above
        self._amounts: list[float] = []
        self.record: Callable[[float], object] = self._amounts.append

    def flush(self) -> None:
        """Hand the observations to prometheus-client."""
        if not self._amounts:
            return
        amounts = sorted(self._amounts)
        self._amounts.clear()
        start = 0
        for bucket, bound in zip(self._child._buckets, self._bounds, strict=True):  # noqa: SLF001 - see above
            end = bisect_right(amounts, bound, start)
            if end > start:
                bucket.inc(end - start)
            start = end
        self._child._sum.inc(sum(amounts))  # noqa: SLF001 - see above


class ExemplarObservations(Observations):
    """The same, with the trace of the last amount in each bucket."""

    def __init__(self, child: Any) -> None:
        super().__init__(child)
        self._exemplars: dict[int, Exemplar] = {}
        self._gather, self.record = self.record, self._traced

    def _traced(self, amount: float) -> None:
        self._gather(amount)
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
    """Label values (one, or a tuple of several) → what records on that child, as a call."""

    def __init__(self, parent: Any, recorder: Callable[[Any], Recorder]) -> None:
        super().__init__()
        self._parent, self._recorder = parent, recorder
        self._recorders: dict[Any, Recorder] = {}

    def __missing__(self, key: str | tuple[str, ...]) -> Any:
        child = self._parent.labels(*((key,) if isinstance(key, str) else key))
        recorder = self._recorders[key] = self._recorder(child)
        found = self[key] = recorder.record
        return found

    def flush(self) -> None:
        """Hand what was recorded on all of them to prometheus-client."""
        for recorder in self._recorders.values():
            recorder.flush()

    def forget(self, label: str) -> None:
        """Drop the child of a single label value, and its series."""
        if self.pop(label, None) is not None:
            del self._recorders[label]
            self._parent.remove(label)


class Setter:
    """Sets a gauge's child, which is not buffered."""

    def __init__(self, child: Any) -> None:
        self.record: Callable[[float], object] = child.set

    def flush(self) -> None:
        """Nothing waits."""


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
        self._families.append(Children(self._made.counter(metric), Events))
        return self._families[-1]

    def observes(self, metric: Metric) -> Children:
        """The children of a histogram with labels."""
        self._families.append(Children(self._made.histogram(metric), self._observer(metric)))
        return self._families[-1]

    def observe(self, metric: Metric) -> Callable[[float], object]:
        """What records on a histogram without labels."""
        recorder = self._observer(metric)(self._made.histogram(metric))
        self._singles.append(recorder)
        return recorder.record

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
            family.flush()
