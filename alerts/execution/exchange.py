"""Whether the exchanges are there, answer in time and without errors."""

from alerts import _causes as cause
from target_app import catalogue as m
from toolkit.alerts import Alert, Proof, Recording, Severity
from toolkit.promql import quantile, ratio

CALLS = Recording(
    name="exchange:execution_exchange_api_calls:rate5m",
    expr=f"sum by (exchange) (rate({m.EXCHANGE_CALLS}[5m]))",
    because="The error share divides by it, and dashboards draw it next to the latency.",
)
P95_BY_EXCHANGE = Recording(
    name="exchange:execution_exchange_api_duration:p95_rate5m",
    expr=quantile(0.95, m.EXCHANGE_DURATION, "5m", m.EXCHANGE),
    because="Fifteen buckets of eight endpoints are summed once, not in every query.",
)
# Under six calls a minute a single time-out would be a sixth of them.
ENOUGH_CALLS = 0.1
# Exchanges answer within 100 to 300 ms over the internet; half a second is a queue.
SLOW_CALL_SECONDS = 0.5
BREAKER_OPEN = 2

CIRCUIT_BREAKER_OPENED = Alert(
    name="CircuitBreakerOpened",
    expr=f"max by (name) ({m.BREAKER_STATE}) == {BREAKER_OPEN}",
    keep_firing_for="2m",
    severity=Severity.CRITICAL,
    component="exchange",
    summary="A circuit breaker is open: no order goes to its exchange.",
    description="The breaker of {{ $labels.name }} is open (state {{ $value }}).",
    impact="Every signal for this exchange is answered with 503 and not traded.",
    response="1. Read exchange errors by type to see what tripped it. 2. Check the exchange's "
    "status page and our credentials. 3. The breaker probes by itself after its cool-down; "
    "do not restart the service to reset it.",
    because="The breaker opens after five failures in a row, which is wait enough: no hold. "
    "It half-opens to probe, and two minutes keep one page open instead of one per probe.",
    panel="Circuit breaker state",
    fired_by=cause.EXCHANGE_FAILS,
    proof=(
        Proof(
            "the breaker opens",
            {m.BREAKER_STATE.where(name="binance"): "0x10 2x10"},
            at="11m",
            fires=True,
            labels={"name": "binance"},
        ),
        Proof(
            "one of two replicas sees it open",
            {
                m.BREAKER_STATE.where(name="binance", instance="a"): "0x20",
                m.BREAKER_STATE.where(name="binance", instance="b"): "0x10 2x10",
            },
            at="11m",
            fires=True,
            labels={"name": "binance"},
        ),
        Proof(
            "it is half-open for a minute, probing, and the page stays open",
            {m.BREAKER_STATE.where(name="binance"): "0x5 2x5 1x1 2x5 0x10"},
            at="12m",
            fires=True,
        ),
        Proof(
            "it closed three minutes ago",
            {m.BREAKER_STATE.where(name="binance"): "0x5 2x5 0x20"},
            at="14m",
            fires=False,
        ),
        Proof(
            "half-open without having been open",
            {m.BREAKER_STATE.where(name="binance"): "1x20"},
            at="10m",
            fires=False,
        ),
    ),
)

EXCHANGE_DISCONNECTED = Alert(
    name="ExchangeDisconnected",
    expr=f"min by (exchange) ({m.EXCHANGE_CONNECTIONS}) == 0",
    hold="1m",
    keep_firing_for="2m",
    severity=Severity.CRITICAL,
    component="exchange",
    summary="An exchange cannot be reached.",
    description="{{ $labels.exchange }} has been out of reach for a minute "
    "(connections: {{ $value }}).",
    impact="Orders to it fail, and we cannot close open positions there.",
    response="1. Reach the exchange's API from the service's own host. 2. Check DNS, proxy and "
    "egress rules. 3. Close positions by hand in the exchange's own interface if it lasts.",
    because="A reconnect takes seconds; a minute is four scrapes that all say no. Two minutes "
    "more make a flapping link one page.",
    panel="Exchange connections",
    fired_by=cause.DISCONNECTED,
    proof=(
        Proof(
            "the connection is lost",
            {m.EXCHANGE_CONNECTIONS.where(exchange="kraken"): "1x10 0x10"},
            at="12m",
            fires=True,
            labels={"exchange": "kraken"},
        ),
        Proof(
            "one scrape misses the connection",
            {m.EXCHANGE_CONNECTIONS.where(exchange="kraken"): "1x20 0 1x60"},
            at="6m30s",
            fires=False,
            interval="15s",
        ),
        Proof(
            "the link flaps: back for one minute",
            {m.EXCHANGE_CONNECTIONS.where(exchange="kraken"): "1x5 0x5 1 0x5"},
            at="12m",
            fires=True,
        ),
        Proof(
            "it came back five minutes ago",
            {m.EXCHANGE_CONNECTIONS.where(exchange="kraken"): "1x5 0x5 1x20"},
            at="16m",
            fires=False,
        ),
    ),
)

HIGH_EXCHANGE_API_LATENCY = Alert(
    name="HighExchangeAPILatency",
    expr=f"{P95_BY_EXCHANGE} > {SLOW_CALL_SECONDS}",
    hold="5m",
    severity=Severity.WARNING,
    component="exchange",
    summary="An exchange answers slowly.",
    description="P95 of calls to {{ $labels.exchange }} is {{ $value | humanizeDuration }}.",
    impact="Orders arrive late, and time-outs with unknown outcome follow.",
    response="1. Compare endpoints: one slow endpoint is theirs. 2. All slow: the network between. "
    "3. Lower the call rate, or move traffic to another exchange.",
    because="Calls over the internet take 100 to 300 ms; at half a second the P95 has left that "
    "range. Five minutes outlast a market's busy open.",
    panel="Exchange API latency",
    fired_by=cause.SLOW_EXCHANGE,
    proof=(
        Proof(
            "one call in ten takes between one and two and a half seconds",
            {
                m.EXCHANGE_DURATION.bucket.where(
                    exchange="kraken", endpoint="create_order", le=edge
                ): f"0+{count}x40"
                for edge, count in {"0.25": 54, "0.5": 54, "1.0": 54, "2.5": 60, "+Inf": 60}.items()
            },
            at="20m",
            fires=True,
            labels={"exchange": "kraken"},
        ),
        Proof(
            "every call takes between 100 and 250 ms",
            {
                m.EXCHANGE_DURATION.bucket.where(
                    exchange="kraken", endpoint="create_order", le=edge
                ): f"0+{count}x40"
                for edge, count in {"0.1": 0, "0.25": 60, "0.5": 60, "+Inf": 60}.items()
            },
            at="20m",
            fires=False,
        ),
    ),
)

_ERROR_SHARE = ratio(
    f"sum by (exchange) (rate({m.EXCHANGE_ERRORS}[5m]))", str(CALLS), above=ENOUGH_CALLS
)
_ERRORS = m.EXCHANGE_ERRORS.where(exchange="kraken", type="timeout")
_CALLS = m.EXCHANGE_CALLS.where(exchange="kraken", endpoint="create_order")

HIGH_EXCHANGE_ERROR_RATE = Alert(
    name="HighExchangeErrorRate",
    expr=f"{_ERROR_SHARE} > 0.05",
    hold="5m",
    severity=Severity.WARNING,
    component="exchange",
    summary="Many calls to an exchange fail.",
    description="{{ $value | humanizePercentage }} of the calls to {{ $labels.exchange }} fail.",
    impact="Retries hide it for now; orders fail next, and then the circuit breaker opens.",
    response="1. Read exchange errors by type. 2. `rate_limited`: lower the call rate. "
    "3. `authentication`: renew the key. 4. `network` or `unavailable`: the status page.",
    because="Retries absorb one failed call in twenty, and no sender waits longer. Within five "
    "minutes the breaker stops what is worse.",
    panel="Exchange error rate",
    fired_by=cause.RETRIED_ERRORS,
    proof=(
        Proof(
            "one call in ten fails",
            {_ERRORS: "0+6x40", _CALLS: "0+60x40"},
            at="20m",
            fires=True,
            labels={"exchange": "kraken"},
        ),
        Proof(
            "two calls in a hundred fail",
            {_ERRORS: "0+2x40", _CALLS: "0+100x40"},
            at="20m",
            fires=False,
        ),
        Proof(
            "one failed call of the five in a quiet hour",
            {_ERRORS: "0x10 1x30", _CALLS: "0x8 1 2 3 4 5x30"},
            at="13m",
            fires=False,
        ),
    ),
)
