"""Every metric that the trading bot exports. Values only.

Their names have no prefix of their own: operators know them so from other bots of this kind.
"""

from target_app.catalogue import ERROR_TYPE
from target_app.metric_labels import OTHER
from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit
from toolkit.findings import Allow

# The markets that the bot was seen to trade, and "other".
SYMBOL = Label("symbol", at_most=32)
SIDE = Label("side", values=("buy", "sell", OTHER))
# What the venue's errors are translated into, and an order that nobody took in time.
ERROR_CODE = Label("error_code", values=(*ERROR_TYPE, "unfilled", OTHER))
REASON = Label("reason", values=("filled", "failed", "stale", "no_budget", OTHER))

# A venue in the same building to one that hangs; the timeouts of orders lie in between.
LATENCY = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
AGES = (1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)

# --- orders --------------------------------------------------------------------------

ORDERS_SENT = Metric(
    "orders_sent_total",
    Kind.COUNTER,
    "Orders that left for the venue.",
    unit=Unit.COUNT,
    labels=(SYMBOL, SIDE),
)
ORDERS_FILLED = Metric(
    "orders_filled_total",
    Kind.COUNTER,
    "Orders that the venue filled, wholly or in part.",
    unit=Unit.COUNT,
    labels=(SYMBOL, SIDE),
)
ORDERS_FAILED = Metric(
    "orders_failed_total",
    Kind.COUNTER,
    "Orders of which nothing was filled, by the reason.",
    unit=Unit.COUNT,
    labels=(SYMBOL, SIDE, ERROR_CODE),
)
FILL_RATE = Metric(
    "order_fill_rate",
    Kind.GAUGE,
    "Share of the session's orders that were filled; 0 before the first was sent.",
    unit=Unit.RATIO,
)
ORDER_LATENCY = Metric(
    "order_execution_latency_seconds",
    Kind.HISTOGRAM,
    "Time from sending an order until it was known to be filled, in seconds.",
    unit=Unit.SECONDS,
    labels=(SIDE,),
    buckets=LATENCY,
)

# --- intents and positions -----------------------------------------------------------

INTENTS_PENDING = Metric(
    "intents_pending",
    Kind.GAUGE,
    "Intents to buy that have not ended.",
    unit=Unit.COUNT,
)
INTENTS_CLEARED = Metric(
    "intents_cleared_total",
    Kind.COUNTER,
    "Intents that ended, by how.",
    unit=Unit.COUNT,
    labels=(REASON,),
)
INTENTS_STALE = Metric(
    "intents_stale_total",
    Kind.COUNTER,
    "Intents that the clean-up found too old.",
    unit=Unit.COUNT,
)
STALE_AGE = Metric(
    "stale_intent_age_s",
    Kind.HISTOGRAM,
    "How old an intent was that the clean-up found too old, in seconds.",
    unit=Unit.SECONDS,
    buckets=AGES,
    allow=(Allow("metric-name", reason="Dashboards of the desk know it by this name."),),
)
POSITIONS_OPEN = Metric(
    "positions_open",
    Kind.GAUGE,
    "Positions that are held.",
    unit=Unit.COUNT,
)

# --- budget --------------------------------------------------------------------------

BUDGET_DURATION = Metric(
    "budget_refresh_duration_seconds",
    Kind.HISTOGRAM,
    "Time that the venue took to tell the balances, timeouts included, in seconds.",
    unit=Unit.SECONDS,
    buckets=LATENCY,
)
BUDGET_TIMEOUTS = Metric(
    "budget_refresh_timeouts_total",
    Kind.COUNTER,
    "Refreshes of the budget that were given up.",
    unit=Unit.COUNT,
)
BUDGET_AVAILABLE = Metric(
    "budget_available_usd",
    Kind.GAUGE,
    "What may be spent: the balance at the last refresh, less what orders have reserved since.",
    unit=Unit.USD,
)

# --- what can be seen of it ----------------------------------------------------------

LOGGING_TIMEOUTS = Metric(
    "logging_timeouts_total",
    Kind.COUNTER,
    "Events that found the log's queue full for too long.",
    unit=Unit.COUNT,
)
SILENT_FAILURES = Metric(
    "silent_failures_total",
    Kind.COUNTER,
    "Failed orders without an ERROR event.",
    unit=Unit.COUNT,
)
THREADS_STUCK = Metric(
    "threads_stuck_total",
    Kind.COUNTER,
    "Threads that the watchdog found without a sign of life.",
    unit=Unit.COUNT,
)

CATALOGUE = Catalogue.of(globals())
