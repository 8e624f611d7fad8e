"""What analytics-os measures."""

from target_app.services.bus_catalogue import BUS_METRICS, SERVICES
from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit

WATCHED = Label("service", values=tuple(name for name in SERVICES if name != "analytics-os"))

UPTIME = Metric(
    "analytics_os_service_uptime_seconds",
    Kind.GAUGE,
    "Time since analytics-os was started, in seconds.",
    unit=Unit.SECONDS,
)
EVENTS = Metric(
    "analytics_os_service_events_received_total",
    Kind.COUNTER,
    "Events that analytics-os has taken in, each once.",
    unit=Unit.COUNT,
)
HEALTH_CHECKS = Metric(
    "analytics_os_service_health_checks_total",
    Kind.COUNTER,
    "Times that the health of another service was asked for.",
    unit=Unit.COUNT,
)
RESTARTS = Metric(
    "analytics_os_service_auto_restarts_total",
    Kind.COUNTER,
    "Services that were started again because they were down.",
    unit=Unit.COUNT,
)
REBALANCES = Metric(
    "analytics_os_service_rebalances_executed_total",
    Kind.COUNTER,
    "Times that a position was to be closed because its symbol had too large a share.",
    unit=Unit.COUNT,
)
AMPLIFICATIONS = Metric(
    "analytics_os_service_profit_amplifications_total",
    Kind.COUNTER,
    "Times that positions were to become larger after a run of profits.",
    unit=Unit.COUNT,
)
RETRAININGS = Metric(
    "analytics_os_service_retrainings_triggered_total",
    Kind.COUNTER,
    "Times that the model was to be trained anew.",
    unit=Unit.COUNT,
)
PORTFOLIO_VALUE = Metric(
    "analytics_os_service_portfolio_value_usd",
    Kind.GAUGE,
    "Capital and realised profit, in US dollars; open positions count at their cost.",
    unit=Unit.USD,
)
# The system's users know it by this name, which no gauge of ours would have.
POSITIONS = Metric(
    "analytics_os_service_positions_count",
    Kind.GAUGE,
    "Positions that are open, from the events alone.",
    unit=Unit.COUNT,
    foreign=True,
)
DRIFT = Metric(
    "analytics_os_service_drift_detected",
    Kind.GAUGE,
    "1 while the model's confidences are spread otherwise than when it was new, else 0.",
    unit=Unit.STATE,
)
STABILITY = Metric(
    "analytics_os_service_population_stability_index",
    Kind.GAUGE,
    "Population stability index of the confidences: how far they have moved.",
    unit=Unit.RATIO,
)
SERVICE_STATE = Metric(
    "analytics_os_service_watched_state",
    Kind.GAUGE,
    "State of each watched service: 0 down, 1 degraded, 2 well.",
    unit=Unit.STATE,
    labels=(WATCHED,),
)

CATALOGUE = Catalogue(
    (
        UPTIME, EVENTS, HEALTH_CHECKS, RESTARTS, REBALANCES, AMPLIFICATIONS, RETRAININGS,
        PORTFOLIO_VALUE, POSITIONS, DRIFT, STABILITY, SERVICE_STATE, *BUS_METRICS,
    )
)  # fmt: skip
