"""What exec-risk measures."""

from target_app.catalogue import ERROR_TYPE
from target_app.services.bus_catalogue import BUS_METRICS, SECONDS
from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit

OUTCOMES = ("executed", "refused", "failed")
RULES = (
    "emergency_stop", "daily_loss", "low_confidence", "oversized_position", "leverage",
    "too_many_positions", "unknown_symbol", "no_open_position", "unknown_side", "stale",
)  # fmt: skip
EXCHANGE = Label("exchange", at_most=8)  # the configured exchanges

UPTIME = Metric(
    "exec_risk_service_uptime_seconds",
    Kind.GAUGE,
    "Time since exec-risk was started, in seconds.",
    unit=Unit.SECONDS,
)
ORDERS = Metric(
    "exec_risk_service_orders_executed_total",
    Kind.COUNTER,
    "Orders that an exchange filled, to open and to close positions.",
    unit=Unit.COUNT,
)
OPENED = Metric(
    "exec_risk_service_positions_opened_total",
    Kind.COUNTER,
    "Positions that were opened.",
    unit=Unit.COUNT,
)
CLOSED = Metric(
    "exec_risk_service_positions_closed_total",
    Kind.COUNTER,
    "Positions that were closed.",
    unit=Unit.COUNT,
)
RISK_ALERTS = Metric(
    "exec_risk_service_risk_alerts_total",
    Kind.COUNTER,
    "Signals that a risk rule refused or cut down.",
    unit=Unit.COUNT,
)
EMERGENCY_STOPS = Metric(
    "exec_risk_service_emergency_stops_total",
    Kind.COUNTER,
    "Times that trading was stopped.",
    unit=Unit.COUNT,
)
EXECUTION_ERRORS = Metric(
    "exec_risk_service_execution_errors_total",
    Kind.COUNTER,
    "Orders that an exchange refused or that failed.",
    unit=Unit.COUNT,
)
OPEN_POSITIONS = Metric(
    "exec_risk_service_open_positions",
    Kind.GAUGE,
    "Positions that are held now.",
    unit=Unit.COUNT,
)
DAILY_PNL = Metric(
    "exec_risk_service_daily_pnl_usd",
    Kind.GAUGE,
    "Profit of the positions closed since midnight UTC, in US dollars; a loss is negative.",
    unit=Unit.USD,
)
DAILY_TRADES = Metric(
    "exec_risk_service_daily_trades",
    Kind.GAUGE,
    "Orders filled since midnight UTC.",
    unit=Unit.COUNT,
)
SIGNALS = Metric(
    "exec_risk_service_signals_total",
    Kind.COUNTER,
    "Signals by what became of them: each that was not lost or dead counts once.",
    unit=Unit.COUNT,
    labels=(Label("outcome", values=OUTCOMES),),
)
REFUSALS = Metric(
    "exec_risk_service_refusals_total",
    Kind.COUNTER,
    "Signals that a rule refused or cut down, by rule.",
    unit=Unit.COUNT,
    labels=(Label("rule", values=RULES),),
)
FAILURES = Metric(
    "exec_risk_service_failures_total",
    Kind.COUNTER,
    "Orders that were not filled, by the reason that the execution core gives.",
    unit=Unit.COUNT,
    labels=(Label("reason", values=(*ERROR_TYPE, "circuit_open", "not_placed", "other")),),
)
SIGNAL_TO_ORDER = Metric(
    "exec_risk_service_signal_to_order_seconds",
    Kind.HISTOGRAM,
    "Time from a signal until its order was filled or failed, in seconds.",
    unit=Unit.SECONDS,
    buckets=SECONDS,
    exemplars=True,
)
STOPPED = Metric(
    "exec_risk_service_emergency_stop_active",
    Kind.GAUGE,
    "1 while trading is stopped, until a person lifts it.",
    unit=Unit.STATE,
)
LOSS_LIMIT = Metric(
    "exec_risk_service_daily_loss_limit_usd",
    Kind.GAUGE,
    "Daily loss at which no more positions are opened, in US dollars.",
    unit=Unit.USD,
)
OPEN_VALUE = Metric(
    "exec_risk_service_open_value_usd",
    Kind.GAUGE,
    "What the positions that are held cost, in US dollars.",
    unit=Unit.USD,
)
CONNECTED = Metric(
    "exec_risk_service_exchange_connected",
    Kind.GAUGE,
    "1 while the last call reached the exchange, else 0.",
    unit=Unit.STATE,
    labels=(EXCHANGE,),
)

CATALOGUE = Catalogue(
    (
        UPTIME, ORDERS, OPENED, CLOSED, RISK_ALERTS, EMERGENCY_STOPS, EXECUTION_ERRORS,
        OPEN_POSITIONS, DAILY_PNL, DAILY_TRADES, SIGNALS, REFUSALS, FAILURES, SIGNAL_TO_ORDER,
        STOPPED, LOSS_LIMIT, OPEN_VALUE, CONNECTED, *BUS_METRICS,
    )
)  # fmt: skip
