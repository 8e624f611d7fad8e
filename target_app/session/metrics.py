"""The bot's metrics behind one method for each event, exported in three ways that agree.

JSON always, Prometheus and StatsD where they are asked for. A `record_…` may be called from any
thread; it never waits for a network or a disk, and never raises for what it is told.
"""

import json
import logging
import math
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry

from target_app.session import catalogue as m
from target_app.session.prometheus_collector import SessionCollector
from target_app.session.session_counts import SessionFigures, folded

if TYPE_CHECKING:
    from target_app.session.http_server import SessionHttpServer
    from target_app.session.statsd_sender import StatsdSender

SUMMARY_VERSION = 1
SUMMARY = "metrics/summary.json"
PORT = 8004
_LOG = logging.getLogger("trading_bot.metrics")
_MILLISECONDS = 1000.0


class SessionMetrics:
    """See `init_metrics`, which makes it."""

    def __init__(
        self,
        session_dir: Path,
        *,
        statsd: "StatsdSender | None" = None,
        symbols: Iterable[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        symbols = tuple(symbols)
        self.figures = SessionFigures(symbols)
        self.registry = CollectorRegistry()
        self.registry.register(SessionCollector(self.figures, symbols))
        self.server: SessionHttpServer | None = None
        self._path = session_dir / SUMMARY
        self._statsd, self._clock = statsd, clock
        self._exporting = threading.Lock()

    def record_order_sent(self, symbol: str, side: str) -> None:
        """An order left for the venue."""
        figures, side = self.figures, folded(m.SIDE, side)
        with figures.lock:
            figures.sent[figures.symbol(symbol), side] += 1
            figures.orders_sent += 1
            self._send_fill_rate()
        self._count("orders.sent")

    def record_order_filled(self, symbol: str, side: str, latency_ms: float) -> None:
        """An order was filled, wholly or in part, so long after it was sent."""
        figures, side = self.figures, folded(m.SIDE, side)
        seconds = _seconds(latency_ms)
        with figures.lock:
            figures.filled[figures.symbol(symbol), side] += 1
            figures.orders_filled += 1
            if seconds is not None:
                figures.latency[side].observe(seconds)
            self._send_fill_rate()
        self._count("orders.filled")
        self._timing("orders.latency", seconds)

    def record_order_failed(self, symbol: str, side: str, error_code: str) -> None:
        """Nothing of an order was filled, for the reason `error_code`."""
        figures = self.figures
        side, error_code = folded(m.SIDE, side), folded(m.ERROR_CODE, error_code)
        with figures.lock:
            figures.failed[figures.symbol(symbol), side, error_code] += 1
            figures.orders_failed += 1
        self._count("orders.failed")

    def record_intent_pending(self, count: int) -> None:
        """So many intents to buy have not ended."""
        with self.figures.lock:
            self.figures.single[m.INTENTS_PENDING.name] = count
            if self._statsd is not None:  # in order, so that the last one sent is the last one
                self._statsd.gauge("intents.pending", count)

    def record_intent_cleared(self, reason: str) -> None:
        """An intent ended."""
        with self.figures.lock:
            self.figures.cleared[folded(m.REASON, reason)] += 1
        self._count("intents.cleared")

    def record_stale_intent(self, age_seconds: float) -> None:
        """The clean-up found an intent too old."""
        seconds = _seconds(age_seconds * _MILLISECONDS)
        with self.figures.lock:
            self.figures.single[m.INTENTS_STALE.name] += 1
            if seconds is not None:
                self.figures.stale_age.observe(seconds)
        self._count("intents.stale")
        self._timing("intents.stale_age", seconds)

    def record_budget_refresh(self, duration_ms: float, timed_out: bool) -> None:  # noqa: FBT001 - the facade's signature, which others call
        """The venue was asked for the balances; `timed_out` where it did not tell them in time."""
        seconds = _seconds(duration_ms)
        with self.figures.lock:
            if seconds is not None:
                self.figures.budget.observe(seconds)
            if timed_out:
                self.figures.single[m.BUDGET_TIMEOUTS.name] += 1
        self._timing("budget.refresh", seconds)
        if timed_out:
            self._count("budget.refresh_timeouts")

    def record_logging_timeout(self) -> None:
        """An event found the log's queue full for too long."""
        self._one_more(m.LOGGING_TIMEOUTS.name, "logging.timeouts")

    def record_silent_failure(self) -> None:
        """A failed order left no ERROR event."""
        self._one_more(m.SILENT_FAILURES.name, "orders.silent_failures")

    def record_thread_stuck(self) -> None:
        """The watchdog found a thread without a sign of life."""
        self._one_more(m.THREADS_STUCK.name, "threads.stuck")

    def record_positions(self, count: int) -> None:
        """So many positions are held."""
        self._set(m.POSITIONS_OPEN.name, "positions.open", count)

    def record_budget_available(self, usd: float) -> None:
        """So much may be spent."""
        self._set(m.BUDGET_AVAILABLE.name, "budget.available_usd", usd)

    def get_summary(self) -> dict[str, Any]:
        """What `summary.json` holds, as it is now."""
        with self.figures.lock:
            figures = self.figures.summary()
        stamp = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds")
        return {"timestamp": stamp, "version": SUMMARY_VERSION, **figures}

    def export_json(self) -> Path:
        """Write `metrics/summary.json` in the session's folder; a reader never sees half of it.

        Raises OSError where it cannot be written; the one before then stays.
        """
        with self._exporting:
            text = json.dumps(self.get_summary(), indent=2) + "\n"
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._path.parent, prefix=".summary-")
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    file.write(text)
                Path(name).replace(self._path)
            except BaseException:
                with suppress(OSError):
                    Path(name).unlink()
                raise
        return self._path

    def log_summary(self) -> None:
        """Say the figures in the log, in one line each."""
        summary = self.get_summary()
        for group in ("counters", "gauges", "histograms", "observability"):
            for name, value in summary[group].items():
                _LOG.info("%s %s: %s", group, name, value)
        if self._statsd is not None and self._statsd.lost:
            _LOG.warning("StatsD: %d datagrams could not be sent", self._statsd.lost)

    def close(self) -> None:
        """End the exports that listen or send."""
        if self.server is not None:
            self.server.close()
        if self._statsd is not None:
            self._statsd.close()

    def _send_fill_rate(self) -> None:
        if self._statsd is not None:
            self._statsd.gauge("orders.fill_rate", self.figures.fill_rate)

    def _one_more(self, metric: str, name: str) -> None:
        with self.figures.lock:
            self.figures.single[metric] += 1
        self._count(name)

    def _set(self, metric: str, name: str, value: float) -> None:
        if not math.isfinite(value):
            return
        with self.figures.lock:
            self.figures.single[metric] = value
            if self._statsd is not None:
                self._statsd.gauge(name, max(0.0, value))

    def _count(self, name: str) -> None:
        if self._statsd is not None:
            self._statsd.count(name)

    def _timing(self, name: str, seconds: float | None) -> None:
        if self._statsd is not None and seconds is not None:
            self._statsd.timing(name, seconds * _MILLISECONDS)


def _seconds(milliseconds: float) -> float | None:
    """A time that was measured; None for one that was not. A clock set back measures 0."""
    if not math.isfinite(milliseconds):
        return None
    return max(0.0, milliseconds) / _MILLISECONDS


class _Current:
    """The metrics of this process: code all over a bot asks for them by `get_metrics`."""

    metrics: SessionMetrics | None = None
    lock = threading.Lock()


def init_metrics(
    session_dir: str | Path,
    enable_prometheus: bool = False,  # noqa: FBT001, FBT002 - the facade's signature
    enable_statsd: bool = False,  # noqa: FBT001, FBT002
    statsd_host: str = "localhost",
    statsd_port: int = 8125,
    *,
    prometheus_port: int = PORT,
    prometheus_host: str = "127.0.0.1",
    symbols: Iterable[str] = (),
    why_not_ready: Callable[[], str] = lambda: "",
) -> SessionMetrics:
    """Make the metrics of this process; those made before are closed.

    `session_dir` is the folder below which `export_json` writes. With `enable_prometheus`
    `http://HOST:PORT/metrics` answers; port 0 takes a free one, which `metrics.server.port`
    says; its `/ready` answers 503 with the words of `why_not_ready`. The series of `symbols` start
    at 0. Raises ConfigurationError for an address that cannot be had and a host without an
    address.
    """
    sender = None
    if enable_statsd:
        from target_app.session.statsd_sender import StatsdSender

        sender = StatsdSender(statsd_host, statsd_port)
    metrics = SessionMetrics(Path(session_dir), statsd=sender, symbols=symbols)
    with _Current.lock:
        before, _Current.metrics = _Current.metrics, metrics
    if before is not None:
        before.close()
    if enable_prometheus:
        from target_app.session.http_server import SessionHttpServer

        metrics.server = SessionHttpServer(
            prometheus_host, prometheus_port, metrics.registry, why_not_ready
        )
    return metrics


def get_metrics() -> SessionMetrics:
    """The metrics of this process. Raises RuntimeError before `init_metrics`."""
    metrics = _Current.metrics
    if metrics is None:
        raise RuntimeError("there are no metrics yet: call init_metrics(session_dir=…) first")
    return metrics
