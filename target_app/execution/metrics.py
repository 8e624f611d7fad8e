"""What the service records, in the service's words; the catalogue says what that is.

The hot path pays a dict lookup and an addition; `flush`, before each scrape, hands the sums
to prometheus-client. Everything is called from the event loop's thread.
"""

import functools
import os
import platform
from bisect import bisect_left
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from target_app import catalogue as m
from target_app.catalogue import CATALOGUE, OTHER
from target_app.execution.busiest_clients import BusiestClients
from toolkit.catalogue import Metric
from toolkit.instruments import GaugeMode, Instruments

NAMED_CLIENTS = 50
VERSION = "0.1.0"
# prometheus-client's variable: the folder where several processes' values meet.
_SHARED = "PROMETHEUS_MULTIPROC_DIR"
GAUGE_MODES: dict[str, GaugeMode] = {
    m.EXCHANGE_CONNECTIONS.name: "livemostrecent",
    m.BREAKER_STATE.name: "livemax",
    m.BUILD_INFO.name: "livemax",
    m.RATE_LIMIT_FALLBACK.name: "livemax",
    m.FAULTS_ACTIVE.name: "livemax",
}


def forget_dead_workers() -> None:
    """Drop the gauges of workers that are gone; their counters stay, as counters must."""
    folder = os.environ.get(_SHARED)
    for path in Path(folder).glob("gauge_live*_*.db") if folder else ():
        pid = int(path.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid)  # type: ignore[no-untyped-call]


class _Count:
    """What happened to a counter or a gauge since the last flush."""

    __slots__ = ("_child", "_pending")

    def __init__(self, child: Any) -> None:
        self._child, self._pending = child, 0

    def __call__(self, by: int = 1) -> None:
        self._pending += by

    def flush(self) -> None:
        if self._pending:
            self._child.inc(self._pending)
            self._pending = 0


class _Observations:
    """What a histogram was given since the last flush."""

    __slots__ = ("_bounds", "_child", "_counts", "_sum")

    def __init__(self, child: Any) -> None:
        self._child = child
        # prometheus-client has no way to add many observations at once but its innards; a
        # test holds that the outcome is what its own `observe` would have made of them.
        self._bounds: list[float] = child._upper_bounds  # noqa: SLF001 - see above
        self._counts, self._sum = [0] * len(self._bounds), 0.0

    def __call__(self, amount: float) -> None:
        self._counts[bisect_left(self._bounds, amount)] += 1
        self._sum += amount

    def flush(self) -> None:
        if any(self._counts):
            for bucket, count in zip(self._child._buckets, self._counts, strict=True):  # noqa: SLF001 - see above
                if count:
                    bucket.inc(count)
            self._child._sum.inc(self._sum)  # noqa: SLF001 - see above
            self._counts, self._sum = [0] * len(self._bounds), 0.0


class _Children(dict[Any, Any]):
    """Label values (one, or a tuple of several) → what records on that child."""

    def __init__(self, parent: Any, recorder: Callable[[Any], Any]) -> None:
        super().__init__()
        self._parent, self._recorder = parent, recorder

    def __missing__(self, key: str | tuple[str, ...]) -> Any:
        child = self._parent.labels(*((key,) if isinstance(key, str) else key))
        found = self[key] = self._recorder(child)
        return found


def _setter(child: Any) -> Callable[[float], None]:
    found: Callable[[float], None] = child.set
    return found


class Metrics:
    """Every instrument of the catalogue on `registry`, behind one method for each event.

    `workers` is how many processes share the exported series: each may name its share of
    the busiest clients, and with several a name once given stays (files cannot forget).
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        *,
        exchanges: Iterable[str],
        symbols: Iterable[str],
        workers: int = 1,
    ) -> None:
        exchanges = tuple(exchanges)
        known = {
            "exchange": exchanges,
            "name": exchanges,
            "symbol": (*symbols, OTHER),
            "client": (OTHER,),
        }
        made = Instruments(CATALOGUE, registry, known=known, gauge_modes=GAUGE_MODES)
        self.registry = registry
        self._families: list[_Children] = []
        self._singles: list[_Count | _Observations] = []
        self._clients = BusiestClients(
            max(1, NAMED_CLIENTS // workers), replace=workers == 1, dropped=self._forget
        )
        self._instrument_requests(made)
        self._instrument_orders(made)
        self._instrument_process(made)

    def _counts(self, made: Instruments, metric: Metric) -> _Children:
        self._families.append(_Children(made.counter(metric), _Count))
        return self._families[-1]

    def _observes(self, made: Instruments, metric: Metric) -> _Children:
        self._families.append(_Children(made.histogram(metric), _Observations))
        return self._families[-1]

    def _single(self, child: Any) -> Any:
        recorder = _Observations if isinstance(child, Histogram) else _Count
        self._singles.append(recorder(child))
        return self._singles[-1]

    def _instrument_requests(self, made: Instruments) -> None:
        counts = functools.partial(self._counts, made)
        self._requests = counts(m.WEBHOOK_REQUESTS)
        self._duration = self._observes(made, m.WEBHOOK_DURATION)
        self._latency = self._single(made.histogram(m.PIPELINE_LATENCY))
        self._active = self._single(made.gauge(m.ACTIVE_REQUESTS))
        self._validation_failures = counts(m.VALIDATION_FAILURES)
        self._validation_errors = counts(m.VALIDATION_ERRORS)
        self.signature_failed = _Single(counts(m.SIGNATURE_FAILURES))
        self._filtered = counts(m.CONFIDENCE_FILTERED)
        self.stale = _Single(counts(m.STALE_REJECTED))
        self._normalised = counts(m.NORMALIZATIONS)
        self._replaced = counts(m.NAN_REPLACEMENTS)
        self._limited = made.counter(m.RATE_LIMIT_REQUESTS)
        self._limit_refused = made.counter(m.RATE_LIMIT_REJECTIONS)
        self._judged = counts(m.RATE_LIMIT_REQUESTS)
        self._refused = counts(m.RATE_LIMIT_REJECTIONS)
        self._address = counts(m.IP_CHECKS)
        self._address_refused = self._single(made.counter(m.IP_REJECTIONS))
        self._audited = counts(m.AUDIT_EVENTS)

    def _instrument_orders(self, made: Instruments) -> None:
        counts = functools.partial(self._counts, made)
        observes = functools.partial(self._observes, made)
        self._orders = counts(m.ORDERS)
        self._order_duration = observes(m.ORDER_DURATION)
        self._order_failures = counts(m.ORDER_FAILURES)
        self._order_size = observes(m.ORDER_SIZE)
        self._position = observes(m.POSITION_SIZE)
        self._calls = counts(m.EXCHANGE_CALLS)
        self._call_duration = observes(m.EXCHANGE_DURATION)
        self._call_errors = counts(m.EXCHANGE_ERRORS)
        self._breaker_turns = counts(m.BREAKER_TRANSITIONS)
        self.breaker_refused = _Single(counts(m.BREAKER_REJECTIONS))
        self._connected = _Children(made.gauge(m.EXCHANGE_CONNECTIONS), _setter)
        self._breaker_state = _Children(made.gauge(m.BREAKER_STATE), _setter)

    def _instrument_process(self, made: Instruments) -> None:
        self._journal_duration = self._single(made.histogram(m.JOURNAL_DURATION))
        self._open_intents = made.gauge(m.OPEN_INTENTS).set
        self.journal_failed = self._single(made.counter(m.JOURNAL_ERRORS))
        self.reconciled = _Single(self._counts(made, m.RECONCILED))
        self.draining = made.gauge(m.DRAINING).set
        self.limits_are_local = made.gauge(m.RATE_LIMIT_FALLBACK).set
        self._fault = _Children(made.gauge(m.FAULTS_ACTIVE), _setter)
        made.gauge(m.BUILD_INFO).labels(VERSION, platform.python_version()).set(1)

    def request_began(self) -> None:
        """A webhook came in."""
        self._active(1)

    def request_ended(self) -> None:
        """A webhook was answered, or given up."""
        self._active(-1)

    def answered(
        self, source: str, symbol: str, status: str, *, processing: float, total: float
    ) -> None:
        """A webhook got its answer, after seconds since its last byte and its first."""
        self._requests[source, symbol, status]()
        self._duration[source](processing)
        self._latency(total)

    def invalid(self, source: str, reason: str, problems: Iterable[tuple[str, str]]) -> None:
        """Validation refused a webhook; `problems` are (kind, field)."""
        self._validation_failures[source, reason]()
        for problem in problems:
            self._validation_errors[problem]()

    def filtered(self, source: str, symbol: str) -> None:
        """A signal's confidence was too low."""
        self._filtered[source, symbol]()

    def normalised(self, operations: Iterable[tuple[str, str]], replaced: Iterable[str]) -> None:
        """Values were rewritten: (operation, field) each, and NaN replaced in fields."""
        for operation in operations:
            self._normalised[operation]()
        for field in replaced:
            self._replaced[field]()

    def ordered(self, exchange: str, kind: str, seconds: float, failure: str = "") -> None:
        """An exchange answered an order, or failed to, for the reason `failure`."""
        self._orders[exchange, kind, "failed" if failure else "success"]()
        self._order_duration[exchange, kind](seconds)
        if failure:
            self._order_failures[exchange, failure]()

    def sized(self, exchange: str, method: str, value_usd: float, pct: float) -> None:
        """An accepted order's value, and its share of the capital in percent."""
        self._order_size[exchange](value_usd)
        self._position[method](pct)

    def called(self, exchange: str, endpoint: str, seconds: float, failure: str = "") -> None:
        """One call of an exchange's API ended, retries counted singly."""
        self._calls[exchange, endpoint]()
        self._call_duration[exchange, endpoint](seconds)
        if failure:
            self._call_errors[exchange, failure]()

    def connected(self, exchange: str, yes: int) -> None:
        """Whether the last call reached the exchange, as 1 or 0."""
        self._connected[exchange](yes)

    def breaker(self, name: str, state: int) -> None:
        """The state that a breaker is in."""
        self._breaker_state[name](state)

    def breaker_turned(self, name: str, before: str, after: str) -> None:
        """A breaker changed its state."""
        self._breaker_turns[name, before, after]()

    def rate_limited(self, client: str, *, refused: bool) -> None:
        """The rate limiter judged a request."""
        label = self._clients.name(client)
        self._judged[label]()
        if refused:
            self._refused[label]()

    def address(self, *, allowed: bool) -> None:
        """The allow-list judged an address."""
        self._address["allowed" if allowed else "rejected"]()
        if not allowed:
            self._address_refused()

    def audited(self, event: str, severity: str) -> None:
        """A line went to the audit log."""
        self._audited[event, severity]()

    def flush(self) -> None:
        """Hand what was recorded to prometheus-client.

        A request records some twenty values. Adding each to the registry takes locks and
        checks that together cost more than the order; adding them up first does not.
        """
        for single in self._singles:
            single.flush()
        for family in self._families:
            for child in family.values():
                child.flush()

    def exposed(self) -> CollectorRegistry:
        """What a scrape shows: this process, or all workers where there are several."""
        self.flush()
        if not os.environ.get(_SHARED):
            return self.registry
        merged = CollectorRegistry()
        MultiProcessCollector(merged)  # type: ignore[no-untyped-call]
        return merged

    def journal_written(self, seconds: float, open_intents: int) -> None:
        """A group of journal entries is durable; so many intents wait for their result."""
        self._journal_duration(seconds)
        self._open_intents(open_intents)

    def fault(self, name: str, active: int) -> None:
        """A drill's fault is set, or was cleared, as 1 or 0."""
        self._fault[name](active)

    def _forget(self, client: str) -> None:
        for parent, children in (
            (self._limited, self._judged),
            (self._limit_refused, self._refused),
        ):
            if children.pop(client, None) is not None:
                parent.remove(client)


class _Single:
    """`children[label]()` as a call: for counters with one label that events name directly."""

    def __init__(self, children: _Children) -> None:
        self._children = children

    def __call__(self, label: str) -> None:
        self._children[label]()
