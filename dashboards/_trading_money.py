"""Whether trading pays, and what the risk rules keep it from."""

from dashboards._trading_panels import NO_SIGNALS, NOT_RUNNING, RUNS, counted, current, per_second
from target_app.services.analytics_os import catalogue as analytics
from target_app.services.exec_risk import catalogue as risk
from toolkit.dashboards import Panel, PanelUnit, Query, Row
from toolkit.promql import SHOWN, ratio

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
        Query("opened", f"sum({per_second(risk.OPENED)})"),
        Query("closed", f"sum({per_second(risk.CLOSED)})"),
        Query("orders", f"sum({per_second(risk.ORDERS)})"),
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
        Query("{{rule}}", f"sum by (rule) ({per_second(risk.REFUSALS)}) > 0"),
        Query("all alerts", f"sum({per_second(risk.RISK_ALERTS)})"),
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
                f"sum({per_second(risk.EXECUTION_ERRORS)})",
                f"sum({per_second(risk.EXECUTION_ERRORS)}) + sum({per_second(risk.ORDERS)})",
            ),
        ),
        Query(
            "{{reason}}",
            f"sum by (reason) ({per_second(risk.FAILURES)}) > 0",
            unit=PanelUnit.EVENTS_PER_SECOND,
        ),
    ),
)
trades = current("Trades today", "Orders filled since midnight UTC.", f"max({risk.DAILY_TRADES})")
stops = counted(
    "Emergency stops",
    "Times that trading was stopped within the time shown.",
    Query("stops", f"sum(increase({risk.EMERGENCY_STOPS}[{SHOWN}]))"),
)

MONEY = Row("Money", (result, value, positions, turnover))
RISK = Row("Risk", (refusals, failures, trades, stops))
