"""What the service records, in the service's words; the catalogue says what that is.

The hot path pays a dict lookup and a call of C; `flush`, before each scrape and a few times a
second, hands what was gathered to prometheus-client. Everything is called from the event loop's
thread.
"""

import os
import platform
from collections.abc import Iterable
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from target_app import catalogue as m
from target_app.catalogue import CATALOGUE
from target_app.execution.buffered_instruments import (
    BufferedInstruments,
    Children,
    OneLabel,
    Setter,
)
from target_app.execution.busiest_clients import BusiestClients
from target_app.metric_labels import OTHER
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
    m.WATCHED_POSITIONS.name: "livemax",
    m.UNPROTECTED_POSITIONS.name: "livemax",
    m.HALTED.name: "livemax",
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


class Metrics:
    """Every instrument of the catalogue on `registry`, behind one method for each event.

    `workers` is how many processes share the exported series: each may name its share of
    the busiest clients, and with several a name once given stays (files cannot forget).
    `is_traced` says that spans are made, which histograms may show as exemplars.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        *,
        exchanges: Iterable[str],
        symbols: Iterable[str],
        workers: int = 1,
        is_traced: bool = False,
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
        self._buffered = BufferedInstruments(made, is_traced=is_traced)
        self.flush = self._buffered.flush
        self._clients = BusiestClients(
            max(1, NAMED_CLIENTS // workers), replace=workers == 1, dropped=self._forget
        )
        self._instrument_requests(made)
        self._instrument_orders(made)
        self._instrument_process(made)

    def _instrument_requests(self, made: Instruments) -> None:
        counts = self._buffered.counts
        self._requests = counts(m.WEBHOOK_REQUESTS)
        self._duration = self._buffered.observes(m.WEBHOOK_DURATION)
        self._latency = self._buffered.observe(m.PIPELINE_LATENCY)
        self._active = self._buffered.count(made.gauge(m.ACTIVE_REQUESTS))
        self._validation_failures = counts(m.VALIDATION_FAILURES)
        self._validation_errors = counts(m.VALIDATION_ERRORS)
        self.signature_failed = OneLabel(counts(m.SIGNATURE_FAILURES))
        self._filtered = counts(m.CONFIDENCE_FILTERED)
        self.stale = OneLabel(counts(m.STALE_REJECTED))
        self._normalised = counts(m.NORMALIZATIONS)
        self._replaced = counts(m.NAN_REPLACEMENTS)
        self._limited = counts(m.RATE_LIMIT_REQUESTS)
        self._limit_refused = counts(m.RATE_LIMIT_REJECTIONS)
        self._address = counts(m.IP_CHECKS)
        self._address_refused = self._buffered.count(made.counter(m.IP_REJECTIONS))
        self._audited = counts(m.AUDIT_EVENTS)
        self.audit_line_lost = self._buffered.count(made.counter(m.AUDIT_LINES_LOST))

    def _instrument_orders(self, made: Instruments) -> None:
        counts, observes = self._buffered.counts, self._buffered.observes
        self._orders = counts(m.ORDERS)
        self._order_duration = observes(m.ORDER_DURATION)
        self._order_failures = counts(m.ORDER_FAILURES)
        self._order_size = observes(m.ORDER_SIZE)
        self._position = observes(m.POSITION_SIZE)
        self._calls = counts(m.EXCHANGE_CALLS)
        self._call_duration = observes(m.EXCHANGE_DURATION)
        self._call_errors = counts(m.EXCHANGE_ERRORS)
        self._protection_failures = counts(m.PROTECTION_FAILURES)
        self.looked_at_positions = OneLabel(counts(m.PROTECTION_ROUNDS))
        self._watched = Children(made.gauge(m.WATCHED_POSITIONS), Setter)
        self._unprotected = Children(made.gauge(m.UNPROTECTED_POSITIONS), Setter)
        self._breaker_turns = counts(m.BREAKER_TRANSITIONS)
        self.breaker_refused = OneLabel(counts(m.BREAKER_REJECTIONS))
        self._connected = Children(made.gauge(m.EXCHANGE_CONNECTIONS), Setter)
        self._breaker_state = Children(made.gauge(m.BREAKER_STATE), Setter)

    def _instrument_process(self, made: Instruments) -> None:
        self._journal_duration = self._buffered.observe(m.JOURNAL_DURATION)
        self._open_intents = made.gauge(m.OPEN_INTENTS).set
        self.journal_failed = self._buffered.count(made.counter(m.JOURNAL_ERRORS))
        self.reconciled = OneLabel(self._buffered.counts(m.RECONCILED))
        self.draining = made.gauge(m.DRAINING).set
        self.halted = made.gauge(m.HALTED).set
        self.limits_are_local = made.gauge(m.RATE_LIMIT_FALLBACK).set
        self._fault = Children(made.gauge(m.FAULTS_ACTIVE), Setter)
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

    def protection_failed(self, exchange: str, kind: str, reason: str) -> None:
        """A stop-loss or take-profit could not be placed, or not executed."""
        self._protection_failures[exchange, kind, reason]()

    def protection(self, exchange: str, *, watched: int, unprotected: int) -> None:
        """So many positions are watched, and so many of them lack what should protect them."""
        self._watched[exchange](watched)
        self._unprotected[exchange](unprotected)

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
        self._limited[label]()
        if refused:
            self._limit_refused[label]()

    def address(self, *, allowed: bool) -> None:
        """The allow-list judged an address."""
        self._address["allowed" if allowed else "rejected"]()
        if not allowed:
            self._address_refused()

    def audited(self, event: str, severity: str) -> None:
        """A line went to the audit log."""
        self._audited[event, severity]()

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
        self._limited.forget(client)
        self._limit_refused.forget(client)
