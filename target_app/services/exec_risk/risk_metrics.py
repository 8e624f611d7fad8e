"""What exec-risk records, behind one method for each thing that happens."""

from target_app.execution.startup_and_drain import Lifecycle
from target_app.services.exec_risk import catalogue as m
from target_app.services.exec_risk.positions import Figures
from target_app.tracing.spans import exemplar
from toolkit.instruments import Instruments


class RiskMetrics:
    """The service's own instruments."""

    def __init__(self, made: Instruments, lifecycle: Lifecycle) -> None:
        made.gauge(m.UPTIME).set_function(lambda: lifecycle.uptime_seconds)
        self._orders, self._errors = made.counter(m.ORDERS), made.counter(m.EXECUTION_ERRORS)
        self._failures = made.counter(m.FAILURES)
        self.opened, self.closed = made.counter(m.OPENED).inc, made.counter(m.CLOSED).inc
        self._alerts, self._refusals = made.counter(m.RISK_ALERTS), made.counter(m.REFUSALS)
        self.stopped = made.counter(m.EMERGENCY_STOPS).inc
        self._signals = made.counter(m.SIGNALS)
        self._latency = made.histogram(m.SIGNAL_TO_ORDER)
        self._open, self._value = made.gauge(m.OPEN_POSITIONS), made.gauge(m.OPEN_VALUE)
        self._pnl, self._trades = made.gauge(m.DAILY_PNL), made.gauge(m.DAILY_TRADES)
        self._is_stopped = made.gauge(m.STOPPED)
        self.loss_limit = made.gauge(m.LOSS_LIMIT).set
        self._connected = made.gauge(m.CONNECTED)

    def signal(self, outcome: str) -> None:
        """A signal was executed, refused, or failed."""
        self._signals.labels(outcome).inc()

    def rule(self, name: str) -> None:
        """A rule refused a signal, or cut it down."""
        self._alerts.inc()
        self._refusals.labels(name).inc()

    def ordered(self, failure: str, signalled_seconds: float | None) -> None:
        """An order was filled, or failed; so long after the signal that asked for it."""
        if failure:
            self._errors.inc()
            reasons = m.FAILURES.labels[0]
            self._failures.labels(reasons.fold(failure)).inc()
        else:
            self._orders.inc()
        if signalled_seconds is not None:
            self._latency.observe(max(0.0, signalled_seconds), exemplar())

    def connected(self, exchange: str, yes: int) -> None:
        """Whether the last call reached the exchange, as 1 or 0."""
        self._connected.labels(exchange).set(yes)

    def show(self, figures: Figures) -> None:
        """What is held, and what today has brought."""
        self._open.set(figures.open_positions)
        self._value.set(float(figures.value_usd))
        self._pnl.set(float(figures.daily_pnl_usd))
        self._trades.set(figures.daily_trades)
        self._is_stopped.set(int(figures.stop is not None))
