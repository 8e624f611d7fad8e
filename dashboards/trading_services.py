"""Trading services: the way of a signal through three services, their health, and the money."""

from target_app.services import bus_catalogue as bus
from target_app.services.ai import catalogue as ai
from target_app.services.analytics_os import catalogue as analytics
from target_app.services.analytics_os.drift import SIGNIFICANT
from target_app.services.exec_risk import catalogue as risk
from target_app.services.objectives import MOST_LAG, SIGNAL_LATENCY
from toolkit.catalogue import Metric
from toolkit.dashboards import Dashboard, Panel, PanelState, PanelUnit, Query, Row, View
from toolkit.promql import RATE, SHOWN, quantile, ratio

RUNS = "the trading services run: toolkit up --with trading"
NOT_RUNNING = "The services do not run"
NO_SIGNALS = "No signals in this time"
UP = (PanelState(0, "down", "red"), PanelState(1, "up", "green"))
STATES = (
    PanelState(0, "down", "red"),
    PanelState(1, "degraded", "yellow"),
    PanelState(2, "well", "green"),
)
STOPPED = (PanelState(0, "trading", "green"), PanelState(1, "stopped", "red"))


def _rate(metric: Metric) -> str:
    return f"rate({metric}[{RATE}])"


def _counted(title: str, help_text: str, *queries: Query) -> Panel:
    """What happened within the time shown, as bars."""
    return Panel(
        title=title, help=help_text, unit=PanelUnit.COUNT, view=View.BAR_GAUGE, decimals=0,
        empty=NOT_RUNNING, empty_until=RUNS, queries=queries,
    )  # fmt: skip


def _stat(title: str, help_text: str, unit: PanelUnit, expr: str) -> Panel:
    return Panel(
        title=title, help=help_text, unit=unit, view=View.STAT, empty=NOT_RUNNING,
        empty_until=RUNS, queries=(Query("now", expr),),
    )  # fmt: skip


# --- health ---------------------------------------------------------------------------

services = Panel(
    title="Services",
    help="Whether each service answers its scrapes.",
    unit=PanelUnit.FACTOR,
    view=View.STATE_TIMELINE,
    states=UP,
    queries=(Query("{{job}}", 'max by (job) (up{job=~"ai|exec-risk|analytics-os"})'),),
)
states = Panel(
    title="State of the services",
    help="How analytics-os sees the others: down, degraded or well. It asks for their health.",
    unit=PanelUnit.FACTOR,
    view=View.STATE_TIMELINE,
    states=STATES,
    empty_until=RUNS,
    queries=(Query("{{service}}", f"min by (service) ({analytics.SERVICE_STATE})"),),
)
stop = Panel(
    title="Emergency stop",
    help="Whether trading is stopped. A person lifts it.",
    unit=PanelUnit.FACTOR,
    view=View.STAT,
    states=STOPPED,
    width=4,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(Query("trading", f"max({risk.STOPPED})"),),
)
exchanges = Panel(
    title="Exchange and bus",
    help="Whether the last call reached each exchange, and whether each service reaches the bus.",
    unit=PanelUnit.FACTOR,
    view=View.STAT,
    states=(PanelState(0, "away", "red"), PanelState(1, "connected", "green")),
    width=6,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(
        Query("{{exchange}}", f"min by (exchange) ({risk.CONNECTED})"),
        Query("bus of {{job}}", f"min by (job) ({bus.CONNECTED})"),
    ),
)

# --- the way of a signal --------------------------------------------------------------

way = Panel(
    title="Signals from step to step",
    help="Signals that ai says, and those that exec-risk executes, refuses and cannot execute. "
    "The first line is the sum of the others, or signals are on their way.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    width=8,
    empty=NO_SIGNALS,
    empty_until=RUNS,
    queries=(
        Query("generated", f"sum({_rate(ai.SIGNALS)})"),
        Query("{{outcome}}", f"sum by (outcome) ({_rate(risk.SIGNALS)})"),
    ),
)
lag = Panel(
    title="Events not read",
    help="Events of each stream that a service has not read. A line that climbs is a service "
    "that does not keep up.",
    unit=PanelUnit.COUNT,
    line_at=MOST_LAG,
    width=8,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(Query("{{group}} of {{stream}}", f"max by (stream, group) ({bus.LAG})"),),
)
latency = Panel(
    title="From signal to order",
    help="Time from a signal until its order was filled or failed. The line is the objective "
    "for the P95.",
    unit=PanelUnit.SECONDS,
    line_at=SIGNAL_LATENCY.seconds,
    width=8,
    empty=NO_SIGNALS,
    empty_until=RUNS,
    queries=tuple(
        Query(f"P{q * 100:g}", quantile(q, risk.SIGNAL_TO_ORDER, RATE)) for q in (0.5, 0.95)
    ),
)
age = Panel(
    title="Age of events when handled",
    help="P95 of the time from an event until a service has handled it: each step of a signal's "
    "way, and who is slow.",
    unit=PanelUnit.SECONDS,
    width=8,
    empty="No events in this time",
    empty_until=RUNS,
    queries=(
        Query(
            "{{group}} of {{stream}}", quantile(0.95, bus.EVENT_AGE, RATE, bus.STREAM, bus.GROUP)
        ),
    ),
)
deliveries = Panel(
    title="Deliveries by outcome",
    help="Events that were delivered: handled, known already, to be tried again, or dead.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    stacked=True,
    width=8,
    empty="No events in this time",
    empty_until=RUNS,
    queries=(Query("{{outcome}}", f"sum by (outcome) ({_rate(bus.DELIVERIES)})"),),
)
waiting = Panel(
    title="Events on their way",
    help="Events that a service has read and not acknowledged, and those that it has decided to "
    "say and that are not on the bus yet.",
    unit=PanelUnit.COUNT,
    width=8,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(
        Query("not acknowledged by {{group}}", f"sum by (group) ({bus.PENDING})"),
        Query("not published by {{job}}", f"sum by (job) ({bus.OUTBOX})"),
    ),
)
published = Panel(
    title="Events published",
    help="Events that are put on the bus, by stream. After a bus that came back empty, a peak.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(Query("{{stream}}", f"sum by (stream) ({_rate(bus.PUBLISHED)})"),),
)
dead = Panel(
    title="Dead letters",
    help="Events that a service could not use within the time shown, by reason.",
    unit=PanelUnit.COUNT,
    view=View.BAR_GAUGE,
    decimals=0,
    empty="None",
    empty_until=RUNS,
    queries=(Query("{{reason}}", f"sum by (reason) (increase({bus.DEAD_LETTERS}[{SHOWN}]))"),),
)
lost = _counted(
    "Events lost",
    "Events that were trimmed from a full stream within the time shown, before a service had read "
    "them.",
    Query("{{group}}", f"sum by (group) (increase({bus.LOST}[{SHOWN}]))"),
)

# --- money ----------------------------------------------------------------------------

result = Panel(
    title="Result of the day",
    help="Profit of the positions closed since midnight UTC, and the loss at which no more are "
    "opened.",
    unit=PanelUnit.USD,
    minimum=None,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(
        Query("result", f"max({risk.DAILY_PNL})"),
        Query("limit", f"-1 * max({risk.LOSS_LIMIT})"),
    ),
)
value = Panel(
    title="Value of the portfolio",
    help="Capital and realised profit as analytics-os counts them from events alone; and what "
    "the open positions cost.",
    unit=PanelUnit.USD,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(
        Query("portfolio", f"max({analytics.PORTFOLIO_VALUE})"),
        Query("open positions", f"max({risk.OPEN_VALUE})"),
    ),
)
positions = Panel(
    title="Open positions",
    help="Positions held, as exec-risk holds them and as analytics-os counts them from events. "
    "The two lines are one, or events are missing.",
    unit=PanelUnit.COUNT,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(
        Query("exec-risk", f"max({risk.OPEN_POSITIONS})"),
        Query("analytics-os", f"max({analytics.POSITIONS})"),
    ),
)
turnover = Panel(
    title="Positions opened and closed",
    help="Positions opened and closed a second, and orders filled.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty=NO_SIGNALS,
    empty_until=RUNS,
    queries=(
        Query("opened", f"sum({_rate(risk.OPENED)})"),
        Query("closed", f"sum({_rate(risk.CLOSED)})"),
        Query("orders", f"sum({_rate(risk.ORDERS)})"),
    ),
)
refusals = Panel(
    title="Refusals by rule",
    help="Signals that a risk rule refused, or cut down.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    stacked=True,
    empty=NO_SIGNALS,
    empty_until=RUNS,
    queries=(
        Query("{{rule}}", f"sum by (rule) ({_rate(risk.REFUSALS)}) > 0"),
        Query("all alerts", f"sum({_rate(risk.RISK_ALERTS)})"),
    ),
)
failures = Panel(
    title="Orders that failed",
    help="Share of the orders that an exchange refused or that failed; and how many, by reason.",
    unit=PanelUnit.SHARE,
    maximum=1,
    empty=NO_SIGNALS,
    empty_until=RUNS,
    queries=(
        Query(
            "failed",
            ratio(
                f"sum({_rate(risk.EXECUTION_ERRORS)})",
                f"sum({_rate(risk.EXECUTION_ERRORS)}) + sum({_rate(risk.ORDERS)})",
            ),
        ),
        Query(
            "{{reason}}",
            f"sum by (reason) ({_rate(risk.FAILURES)}) > 0",
            unit=PanelUnit.EVENTS_PER_SECOND,
        ),
    ),
)
trades = _stat(
    "Trades today", "Orders filled since midnight UTC.", PanelUnit.COUNT,
    f"max({risk.DAILY_TRADES})",
)  # fmt: skip
stops = _counted(
    "Emergency stops",
    "Times that trading was stopped within the time shown.",
    Query("stops", f"sum(increase({risk.EMERGENCY_STOPS}[{SHOWN}]))"),
)

# --- the model and operations ---------------------------------------------------------

drift = Panel(
    title="Drift of the model",
    help="Population stability index of the model's confidences against those when it was new. "
    "Over the line the spread is another one.",
    unit=PanelUnit.FACTOR,
    line_at=SIGNIFICANT,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(
        Query("index", f"max({analytics.STABILITY})"),
        Query("detected", f"max({analytics.DRIFT})"),
    ),
)
accuracy = Panel(
    title="Accuracy of the model",
    help="Share of the last hundred positions that made a profit.",
    unit=PanelUnit.SHARE,
    maximum=1,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(Query("accuracy", f"max({ai.ACCURACY})"),),
)
work = Panel(
    title="Work of ai",
    help="Predictions, signals and events a second, and turns that failed.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(
        Query("predictions", f"sum({_rate(ai.PREDICTIONS)})"),
        Query("events", f"sum({_rate(ai.PUBLISHED)})"),
        Query("errors", f"sum({_rate(ai.ERRORS)})"),
    ),
)
learned = _stat(
    "Results learned from", "Closed positions since the model was trained anew.",
    PanelUnit.COUNT, f"max({ai.SAMPLES})",
)  # fmt: skip
calls = Panel(
    title="Calls between services",
    help="Calls over the bus by outcome, those that were sent again, and replies that came late.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="No calls in this time",
    empty_until=RUNS,
    queries=(
        Query("{{outcome}}", f"sum by (outcome) ({_rate(bus.CALLS)})"),
        Query("sent again", f"sum({_rate(bus.REPEATS)})"),
        Query("late replies", f"sum({_rate(bus.LATE_REPLIES)})"),
        Query("served, {{outcome}}", f"sum by (outcome) ({_rate(bus.SERVED)})"),
    ),
)
call_time = Panel(
    title="Duration of calls",
    help="P95 of the time until a call was answered, or given up.",
    unit=PanelUnit.SECONDS,
    empty="No calls in this time",
    empty_until=RUNS,
    queries=(Query("{{method}}", quantile(0.95, bus.CALL_DURATION, RATE, bus.METHOD)),),
)
actions = _counted(
    "What analytics-os did",
    "Restarts, rebalances, amplifications and trainings within the time shown.",
    Query("restarts", f"sum(increase({analytics.RESTARTS}[{SHOWN}]))"),
    Query("rebalances", f"sum(increase({analytics.REBALANCES}[{SHOWN}]))"),
    Query("amplifications", f"sum(increase({analytics.AMPLIFICATIONS}[{SHOWN}]))"),
    Query("trainings", f"sum(increase({analytics.RETRAININGS}[{SHOWN}]))"),
)
watching = Panel(
    title="Watching",
    help="Events that analytics-os takes in, and health that it asks for, a second.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(
        Query("events", f"sum({_rate(analytics.EVENTS)})"),
        Query("health checks", f"sum({_rate(analytics.HEALTH_CHECKS)})"),
    ),
)
uptime = Panel(
    title="Uptime",
    help="Time since each service was started.",
    unit=PanelUnit.SECONDS,
    view=View.STAT,
    width=6,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(
        Query("ai", f"max({ai.UPTIME})"),
        Query("exec-risk", f"max({risk.UPTIME})"),
        Query("analytics-os", f"max({analytics.UPTIME})"),
    ),
)

DASHBOARD = Dashboard(
    uid="trading-services",
    title="Trading services",
    help="The way of a signal through three services: is it fast, is it whole, does it pay?",
    tags=("trading",),
    see=("execution-pipeline", "execution-slo", "stack-health"),
    rows=(
        Row("Health", (services, states, stop, exchanges, uptime)),
        Row("The way of a signal", (way, lag, latency, deliveries, age, waiting)),
        Row("Events", (published, dead, lost)),
        Row("Money", (result, value, positions, turnover)),
        Row("Risk", (refusals, failures, trades, stops)),
        Row("Model", (drift, accuracy, learned, work)),
        Row("Operations", (calls, call_time, actions, watching)),
    ),
)
