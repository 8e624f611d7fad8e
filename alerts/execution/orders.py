"""Whether orders reach their exchange, are accepted there, and in time."""

from alerts import _causes as cause
from target_app import catalogue as m
from toolkit.alerts import Alert, Proof, Recording, Severity
from toolkit.promql import quantile, ratio

ORDERS = Recording(
    name="exchange_status:execution_orders:rate5m",
    expr=f"sum by (exchange, status) (rate({m.ORDERS}[5m]))",
    because="Both sides of the failure share read it; order types do not matter to either.",
)
P95_BY_EXCHANGE = Recording(
    name="exchange:execution_order_execution_duration:p95_rate5m",
    expr=quantile(0.95, m.ORDER_DURATION, "5m", m.EXCHANGE),
    because="Fifteen buckets of four order types are summed once, not in every query.",
)
# Three orders a minute: under that, one refused order would be a third of the desk's day.
ENOUGH_ORDERS = 0.05
# The paper venue answers in single milliseconds and a near one in twenty: past 50 ms an order
# waits in a queue, here or there.
SLOW_ORDER_SECONDS = 0.05

_FAILURE_SHARE = ratio(
    f'sum by (exchange) ({ORDERS}{{status="failed"}})',
    f"sum by (exchange) ({ORDERS})",
    above=ENOUGH_ORDERS,
)
_SUCCESS = m.ORDERS.where(exchange="binance", type="market", status="success")
_FAILED = m.ORDERS.where(exchange="binance", type="market", status="failed")
_KRAKEN = m.ORDERS.where(exchange="kraken", type="limit", status="success")


def _buckets(counts: dict[str, int], end: int = 40) -> dict[str, str]:
    """Cumulative counts a minute by bucket edge, as series of one exchange."""
    bucket = m.ORDER_DURATION.bucket
    return {
        bucket.where(exchange="binance", type="market", le=edge): f"0+{count}x{end}"
        for edge, count in counts.items()
    }


HIGH_ORDER_FAILURE_RATE = Alert(
    name="HighOrderFailureRate",
    expr=f"{_FAILURE_SHARE} > 0.1",
    hold="2m",
    keep_firing_for="5m",
    severity=Severity.CRITICAL,
    component="orders",
    summary="An exchange refuses or loses many of our orders.",
    description="{{ $value | humanizePercentage }} of the orders to {{ $labels.exchange }} failed "
    "over the last five minutes.",
    impact="Signals are accepted and not traded: positions are not opened, and worse, not closed.",
    response="1. Read `execution_order_failures_total` by reason. 2. `insufficient_funds` or "
    "`permission_denied`: the account. 3. `network`, `timeout` or `unavailable`: the exchange's "
    "status page. 4. `invalid_order`: the last change of sizing or rounding; undo it.",
    because="Single refusals happen: a price moves, a balance is short. One in ten is a fault. "
    "Two minutes outlast one burst, and five more keep the page open while orders come in waves.",
    panel="Order failure rate by exchange",
    fired_by=cause.REFUSED_ORDERS,
    proof=(
        Proof(
            "one order in five fails",
            {_FAILED: "0+12x30", _SUCCESS: "0+48x30"},
            at="20m",
            fires=True,
            labels={"exchange": "binance"},
        ),
        Proof(
            "one failed order in a quiet hour",
            {_FAILED: "0x10 1x30", _SUCCESS: "0x40"},
            at="14m",
            fires=False,
        ),
        Proof(
            "the failures of one exchange do not hide behind the traffic of another",
            {_FAILED: "0+12x30", _SUCCESS: "0+48x30", _KRAKEN: "0+6000x30"},
            at="20m",
            fires=True,
            labels={"exchange": "binance"},
        ),
        Proof(
            "failures ended, and the page stays open for five minutes more",
            {_FAILED: "0+30x10 300x40", _SUCCESS: "0+30x50"},
            at="17m",
            fires=True,
        ),
        Proof(
            "failures ended long ago",
            {_FAILED: "0+30x10 300x40", _SUCCESS: "0+30x50"},
            at="25m",
            fires=False,
        ),
    ),
)

HIGH_ORDER_EXECUTION_LATENCY = Alert(
    name="HighOrderExecutionLatency",
    expr=f"{P95_BY_EXCHANGE} > {SLOW_ORDER_SECONDS}",
    hold="5m",
    severity=Severity.WARNING,
    component="orders",
    summary="Orders are executed slowly.",
    description="P95 of orders to {{ $labels.exchange }} is {{ $value | humanizeDuration }}; "
    "50 ms are expected.",
    impact="Fills drift away from the price that the strategy saw.",
    response="1. Compare with exchange API latency: if only orders are slow, look at the journal's "
    "write duration. 2. Both: the exchange or the network. 3. Move traffic to another exchange.",
    because="Fifty milliseconds are what the desk was promised for execution, and a bucket edge. "
    "Five minutes outlast a reconnect.",
    panel="Order execution duration",
    fired_by=cause.SLOW_EXCHANGE,
    proof=(
        Proof(
            "every order takes between 50 and 100 ms",
            _buckets({"0.05": 0, "0.1": 60, "+Inf": 60}),
            at="20m",
            fires=True,
            labels={"exchange": "binance"},
        ),
        Proof(
            "one order in fifty takes a second",
            _buckets({"0.025": 98, "0.05": 98, "1.0": 100, "+Inf": 100}),
            at="20m",
            fires=False,
        ),
        Proof(
            "slow for four minutes after a reconnect",
            _buckets({"0.05": 0, "0.1": 60, "+Inf": 60}, end=4),
            at="5m",
            fires=False,
        ),
    ),
)
