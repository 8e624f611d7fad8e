"""Every metric the reference system exports. Nothing else may name one.

Values only: alerts, dashboards and the service's instruments are built from these.
"""

from target_app.metric_labels import AUDIT_EVENT, ENDPOINT, FIELD, OTHER, PROBLEM, STATUS
from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit

SOURCE = Label("source", values=("tradingview", "custom_bot", "ml_model", "backtester", OTHER))
# Configured markets and "other", never a client's text.
SYMBOL = Label("symbol", at_most=32)
EXCHANGE = Label("exchange", at_most=8)  # the configured exchanges
# The 50 busiest clients and "other".
CLIENT = Label("client", at_most=51)
BREAKER = Label("name", at_most=8)  # one circuit breaker per configured exchange

# A tenth of a millisecond to 2.5 s: the objective (0.1) and the drill's delays lie on edges.
FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
# Exchanges answer over the internet: the same edges and two slower ones.
EXCHANGE_SECONDS = (*FAST, 5.0, 10.0)

# --- webhook -------------------------------------------------------------------------

WEBHOOK_REQUESTS = Metric(
    "execution_webhook_requests_total",
    Kind.COUNTER,
    "Webhooks answered, by what became of them.",
    unit=Unit.COUNT,
    labels=(SOURCE, SYMBOL, STATUS),
)
WEBHOOK_DURATION = Metric(
    "execution_webhook_processing_duration",
    Kind.HISTOGRAM,
    "Time from the last byte received to the answer, in seconds.",
    unit=Unit.SECONDS,
    labels=(SOURCE,),
    buckets=FAST,
    exemplars=True,
)
VALIDATION_FAILURES = Metric(
    "execution_webhook_validation_failures_total",
    Kind.COUNTER,
    "Webhooks refused by validation, once each, by the first reason.",
    unit=Unit.COUNT,
    labels=(SOURCE, Label("reason", values=(*PROBLEM.values, "not_json", "too_large"))),
)
SIGNATURE_FAILURES = Metric(
    "execution_webhook_signature_failures_total",
    Kind.COUNTER,
    "Webhooks whose signature was missing or wrong.",
    unit=Unit.COUNT,
    labels=(SOURCE,),
)
CONFIDENCE_FILTERED = Metric(
    "execution_webhook_confidence_filtered_total",
    Kind.COUNTER,
    "Webhooks refused because the signal's confidence was under the threshold.",
    unit=Unit.COUNT,
    labels=(SOURCE, SYMBOL),
)
STALE_REJECTED = Metric(
    "execution_webhook_stale_rejected_total",
    Kind.COUNTER,
    "Webhooks refused because their timestamp was too old or in the future.",
    unit=Unit.COUNT,
    labels=(SOURCE,),
)
ACTIVE_REQUESTS = Metric(
    "execution_active_requests",
    Kind.GAUGE,
    "Webhooks being processed now.",
    unit=Unit.COUNT,
)

# --- orders --------------------------------------------------------------------------

ORDER_TYPE = Label("type", values=("market", "limit", "stop_loss", "take_profit"))
ORDERS = Metric(
    "execution_orders_total",
    Kind.COUNTER,
    "Orders sent to an exchange, by how it answered.",
    unit=Unit.COUNT,
    labels=(EXCHANGE, ORDER_TYPE, Label("status", values=("success", "failed"))),
)
ORDER_DURATION = Metric(
    "execution_order_execution_duration",
    Kind.HISTOGRAM,
    "Time from the order's hand-over to the exchange until its answer, in seconds.",
    unit=Unit.SECONDS,
    labels=(EXCHANGE, ORDER_TYPE),
    buckets=EXCHANGE_SECONDS,
    exemplars=True,
)
# The reasons are the translation of ccxt's error tree; see target_app/exchanges.
ERROR_TYPE = (
    "insufficient_funds",
    "invalid_order",
    "bad_symbol",
    "rate_limited",
    "authentication",
    "permission_denied",
    "network",
    "timeout",
    "unavailable",
    "rejected",
    "unknown",
)
ORDER_FAILURES = Metric(
    "execution_order_failures_total",
    Kind.COUNTER,
    "Orders that an exchange refused or that did not reach it, by reason.",
    unit=Unit.COUNT,
    labels=(EXCHANGE, Label("reason", values=ERROR_TYPE)),
)
ORDER_SIZE = Metric(
    "execution_order_size_usd",
    Kind.HISTOGRAM,
    "Value of each accepted order, in US dollars.",
    unit=Unit.USD,
    labels=(EXCHANGE,),
    buckets=(10.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10000.0, 50000.0),
)
POSITION_SIZE = Metric(
    "execution_position_size_pct",
    Kind.HISTOGRAM,
    "Size of each position, in percent of capital, by the method that sized it.",
    unit=Unit.PERCENT,
    labels=(
        Label("method", values=("given", "fixed_percent", "risk_based", "volatility_adjusted")),
    ),
    buckets=(0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 7.5, 10.0, 25.0),
)

# --- protection ----------------------------------------------------------------------

WATCHED_POSITIONS = Metric(
    "execution_watched_positions",
    Kind.GAUGE,
    "Positions whose stop-loss or target is watched, and orders that wait to become one.",
    unit=Unit.COUNT,
    labels=(EXCHANGE,),
)
UNPROTECTED_POSITIONS = Metric(
    "execution_unprotected_positions",
    Kind.GAUGE,
    "Positions whose stop-loss or exit could not be placed, and is being tried again.",
    unit=Unit.COUNT,
    labels=(EXCHANGE,),
)
PROTECTION_FAILURES = Metric(
    "execution_protection_failures_total",
    Kind.COUNTER,
    "Attempts to place a stop-loss, or to sell at a target, that failed, by reason.",
    unit=Unit.COUNT,
    labels=(
        EXCHANGE,
        Label("type", values=("stop_loss", "take_profit")),
        Label("reason", values=ERROR_TYPE),
    ),
)
PROTECTION_ROUNDS = Metric(
    "execution_protection_rounds_total",
    Kind.COUNTER,
    "Times that all watched positions at an exchange, none or many, were looked at.",
    unit=Unit.COUNT,
    labels=(EXCHANGE,),
)

HALTED = Metric(
    "execution_halted",
    Kind.GAUGE,
    "1 while a person has stopped all new orders.",
    unit=Unit.STATE,
)

# --- exchange ------------------------------------------------------------------------

EXCHANGE_CONNECTIONS = Metric(
    "execution_exchange_connections",
    Kind.GAUGE,
    "Exchanges connected: 1 when the last call reached the exchange, 0 when it did not.",
    unit=Unit.COUNT,
    labels=(EXCHANGE,),
)
EXCHANGE_CALLS = Metric(
    "execution_exchange_api_calls_total",
    Kind.COUNTER,
    "Calls to an exchange's API, retries included.",
    unit=Unit.COUNT,
    labels=(EXCHANGE, ENDPOINT),
)
EXCHANGE_ERRORS = Metric(
    "execution_exchange_errors_total",
    Kind.COUNTER,
    "Calls to an exchange's API that failed, by kind of error.",
    unit=Unit.COUNT,
    labels=(EXCHANGE, Label("type", values=ERROR_TYPE)),
)
EXCHANGE_DURATION = Metric(
    "execution_exchange_api_duration",
    Kind.HISTOGRAM,
    "Time of each call to an exchange's API, failures included, in seconds.",
    unit=Unit.SECONDS,
    labels=(EXCHANGE, ENDPOINT),
    buckets=EXCHANGE_SECONDS,
    exemplars=True,
)

# --- security ------------------------------------------------------------------------

RATE_LIMIT_REQUESTS = Metric(
    "execution_rate_limit_requests_total",
    Kind.COUNTER,
    "Requests that the rate limiter judged.",
    unit=Unit.COUNT,
    labels=(CLIENT,),
)
RATE_LIMIT_REJECTIONS = Metric(
    "execution_rate_limit_rejections_total",
    Kind.COUNTER,
    "Requests that the rate limiter refused.",
    unit=Unit.COUNT,
    labels=(CLIENT,),
)
RATE_LIMIT_FALLBACK = Metric(
    "execution_rate_limit_fallback",
    Kind.GAUGE,
    "1 while Redis does not answer and each process enforces the rate limit by itself.",
    unit=Unit.STATE,
)
BREAKER_STATE = Metric(
    "execution_circuit_breaker_state",
    Kind.GAUGE,
    "State of each circuit breaker: 0 closed, 1 half-open, 2 open.",
    unit=Unit.STATE,
    labels=(BREAKER,),
)
_STATES = ("closed", "half_open", "open")
BREAKER_TRANSITIONS = Metric(
    "execution_circuit_breaker_transitions_total",
    Kind.COUNTER,
    "Changes of a circuit breaker's state.",
    unit=Unit.COUNT,
    labels=(BREAKER, Label("from_state", values=_STATES), Label("to_state", values=_STATES)),
)
BREAKER_REJECTIONS = Metric(
    "execution_circuit_breaker_rejections_total",
    Kind.COUNTER,
    "Orders refused because the circuit breaker was open.",
    unit=Unit.COUNT,
    labels=(BREAKER,),
)
IP_CHECKS = Metric(
    "execution_ip_whitelist_checks_total",
    Kind.COUNTER,
    "Client addresses checked against the allow-list.",
    unit=Unit.COUNT,
    labels=(Label("result", values=("allowed", "rejected")),),
)
IP_REJECTIONS = Metric(
    "execution_ip_whitelist_rejections_total",
    Kind.COUNTER,
    "Requests refused because the client's address is not on the allow-list.",
    unit=Unit.COUNT,
)
AUDIT_EVENTS = Metric(
    "execution_audit_events_total",
    Kind.COUNTER,
    "Lines written to the audit log.",
    unit=Unit.COUNT,
    labels=(
        AUDIT_EVENT,
        Label("severity", values=("info", "warning", "critical")),
    ),
)

AUDIT_LINES_LOST = Metric(
    "execution_audit_lines_lost_total",
    Kind.COUNTER,
    "Lines of the audit log that could not be written and were given up.",
    unit=Unit.COUNT,
)

# --- validation ----------------------------------------------------------------------

VALIDATION_ERRORS = Metric(
    "execution_validation_errors_total",
    Kind.COUNTER,
    "Problems found in webhooks: every problem of a refused webhook counts.",
    unit=Unit.COUNT,
    labels=(PROBLEM, FIELD),
)
NORMALIZATIONS = Metric(
    "execution_normalization_operations_total",
    Kind.COUNTER,
    "Values rewritten into the one form that the service uses.",
    unit=Unit.COUNT,
    labels=(
        Label("type", values=("symbol", "case", "alias", "number", "timestamp", "precision")),
        FIELD,
    ),
)
NAN_REPLACEMENTS = Metric(
    "execution_nan_replacements_total",
    Kind.COUNTER,
    "NaN and infinite values replaced by the field's default.",
    unit=Unit.COUNT,
    labels=(FIELD,),
)
PIPELINE_LATENCY = Metric(
    "execution_pipeline_latency",
    Kind.HISTOGRAM,
    "Time from receipt of a webhook to its answer, whatever the answer, in seconds.",
    unit=Unit.SECONDS,
    buckets=FAST,
    exemplars=True,
)

# --- service -------------------------------------------------------------------------

BUILD_INFO = Metric(
    "execution_build_info",
    Kind.GAUGE,
    "Always 1; the labels say which build is running.",
    unit=Unit.STATE,
    labels=(Label("version", at_most=4), Label("python", at_most=4)),
)
JOURNAL_DURATION = Metric(
    "execution_journal_write_duration",
    Kind.HISTOGRAM,
    "Time to make one group of journal entries durable, in seconds.",
    unit=Unit.SECONDS,
    buckets=FAST,
)
OPEN_INTENTS = Metric(
    "execution_journal_open_intents",
    Kind.GAUGE,
    "Intents in the journal whose result is not known yet.",
    unit=Unit.COUNT,
)

JOURNAL_ERRORS = Metric(
    "execution_journal_errors_total",
    Kind.COUNTER,
    "Groups of journal entries that could not be written.",
    unit=Unit.COUNT,
)
RECONCILED = Metric(
    "execution_reconciled_intents_total",
    Kind.COUNTER,
    "Intents of unknown result that were settled by asking the exchange, by what it said.",
    unit=Unit.COUNT,
    labels=(Label("result", values=("placed", "not_placed")),),
)
DRAINING = Metric(
    "execution_draining",
    Kind.GAUGE,
    "Processes that are shutting down and take no more orders.",
    unit=Unit.COUNT,
)
FAULTS_ACTIVE = Metric(
    "execution_faults_active",
    Kind.GAUGE,
    "1 while a drill's fault is set. Never 1 outside drills.",
    unit=Unit.STATE,
    labels=(
        Label(
            "fault",
            values=(
                "exchange_latency",
                "exchange_errors",
                "exchange_disconnect",
                "protection_errors",
                "watch_stall",
                "audit_loss",
                "trading_halt",
                "handler_delay",
                "nan_feed",
            ),
        ),
    ),
)

CATALOGUE = Catalogue.of(globals())
