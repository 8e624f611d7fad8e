"""Trading services: the way of a signal through three services, their health, and the money.

Their health stands here; each pair of the other rows has a module of its own.
"""

from dashboards._trading_money import MONEY, RISK
from dashboards._trading_operations import MODEL, OPERATIONS
from dashboards._trading_panels import NOT_RUNNING, RUNS
from dashboards._trading_signals import EVENTS, SIGNALS
from target_app.services import bus_catalogue as bus
from target_app.services.ai import catalogue as ai
from target_app.services.analytics_os import catalogue as analytics
from target_app.services.exec_risk import catalogue as risk
from toolkit.dashboards import Dashboard, Panel, PanelState, PanelUnit, Query, Row, View

UP = (PanelState(0, "down", "red"), PanelState(1, "up", "green"))
STATES = (
    PanelState(0, "down", "red"),
    PanelState(1, "degraded", "yellow"),
    PanelState(2, "well", "green"),
)
STOPPED = (PanelState(0, "trading", "green"), PanelState(1, "stopped", "red"))

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
        SIGNALS,
        EVENTS,
        MONEY,
        RISK,
        MODEL,
        OPERATIONS,
    ),
)
