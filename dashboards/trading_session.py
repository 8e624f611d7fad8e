"""Trading session: what the bot sends and gets, and what its regression would say now."""

from target_app.session import catalogue as m
from target_app.session.objectives import (
    LEAST_FILL_RATE,
    MOST_BUDGET_TIMEOUTS,
    MOST_PENDING,
    MOST_STALE,
)
from toolkit.catalogue import Metric
from toolkit.dashboards import Dashboard, Panel, PanelState, PanelUnit, Query, Row, Variable, View
from toolkit.promql import RATE, SHOWN, quantile, ratio

SYMBOL = Variable(m.SYMBOL, m.ORDERS_SENT, "Symbol")
# Between sessions nothing is scraped, and a gauge of the last one is shown for a minute more.
RUNS = "a session runs: toolkit session 60"
NO_ORDERS = "No orders in this time"
JUDGED = (PanelState(0, "fails", "red"), PanelState(1, "passes", "green"))


def _rate(metric: Metric, **labels: str) -> str:
    return f"rate({metric.where(symbol=SYMBOL, **labels)}[{RATE}])"


def _last(metric: Metric) -> str:
    """The gauge's last value, also shortly after the session's end."""
    return f"max(last_over_time({metric}[{RATE}]))"


def _increase(metric: Metric) -> str:
    return f"sum(increase({metric}[{RATE}]))"


def _judged(number: int, title: str, help_text: str, expr: str) -> Panel:
    return Panel(
        title=f"Test {number}: {title}",
        help=help_text,
        unit=PanelUnit.FACTOR,
        view=View.STAT,
        states=JUDGED,
        empty="No session runs",
        empty_until=RUNS,
        height=5,
        queries=(Query("verdict", expr),),
    )


# --- the regression ------------------------------------------------------------------

TESTS = (
    _judged(
        1, "orders are filled", "Whether any order was filled of those sent just now.",
        f"(sum(increase({m.ORDERS_FILLED.where(symbol=SYMBOL)}[{RATE}])) > bool 0)"
        f" and sum(increase({m.ORDERS_SENT.where(symbol=SYMBOL)}[{RATE}])) > 0",
    ),
    _judged(
        2, "intents end", f"Whether at most {MOST_PENDING} intents are pending.",
        f"{_last(m.INTENTS_PENDING)} <= bool {MOST_PENDING}",
    ),
    _judged(
        3, "failures are seen", "Whether every failed order left an ERROR event.",
        f"{_increase(m.SILENT_FAILURES)} == bool 0",
    ),
    _judged(
        4, "nothing is stuck", "Whether every thread of the bot gives signs of life.",
        f"{_increase(m.THREADS_STUCK)} == bool 0",
    ),
)  # fmt: skip

# --- orders --------------------------------------------------------------------------

fill_rate = Panel(
    title="Fill rate",
    help="Share of the orders that were filled, just now and over the whole session.",
    unit=PanelUnit.SHARE,
    maximum=1,
    line_at=LEAST_FILL_RATE,
    bad_below=True,
    empty=NO_ORDERS,
    empty_until=RUNS,
    queries=(
        Query("now", ratio(f"sum({_rate(m.ORDERS_FILLED)})", f"sum({_rate(m.ORDERS_SENT)})")),
        Query("session", _last(m.FILL_RATE)),
    ),
)
orders = Panel(
    title="Orders",
    help="Orders a second: sent, filled and failed.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty=NO_ORDERS,
    empty_until=RUNS,
    queries=(
        Query("sent", f"sum({_rate(m.ORDERS_SENT)})"),
        Query("filled", f"sum({_rate(m.ORDERS_FILLED)})"),
        Query("failed", f"sum({_rate(m.ORDERS_FAILED)})"),
    ),
)
failures = Panel(
    title="Failed orders by reason",
    help="Failed orders within the time shown, by the reason; each has an ERROR event.",
    unit=PanelUnit.COUNT,
    view=View.PIE,
    decimals=0,
    empty="None failed",
    empty_until=RUNS,
    queries=(
        Query(
            "{{error_code}}",
            f"sum by (error_code) (increase({m.ORDERS_FAILED.where(symbol=SYMBOL)}[{SHOWN}])) > 0",
        ),
    ),
)
latency = Panel(
    title="Time to fill",
    help="Time from sending an order until it was known to be filled.",
    unit=PanelUnit.SECONDS,
    empty=NO_ORDERS,
    empty_until=RUNS,
    queries=(
        *(Query(f"P{q * 100:g}", quantile(q, m.ORDER_LATENCY, RATE)) for q in (0.5, 0.95, 0.99)),
        Query(
            "average",
            ratio(
                f"sum(rate({m.ORDER_LATENCY.sum}[{RATE}]))",
                f"sum(rate({m.ORDER_LATENCY.count}[{RATE}]))",
            ),
        ),
    ),
)

# --- intents and positions -----------------------------------------------------------

pending = Panel(
    title="Pending intents",
    help="Intents to buy that have not ended. Past the line they are never cleared.",
    unit=PanelUnit.COUNT,
    line_at=MOST_PENDING,
    empty="No session runs",
    empty_until=RUNS,
    queries=(
        Query("pending", _last(m.INTENTS_PENDING)),
        Query("positions", _last(m.POSITIONS_OPEN)),
    ),
)
cleared = Panel(
    title="Intents cleared by reason",
    help="Intents a second that ended, by how.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    stacked=True,
    empty="None cleared",
    empty_until=RUNS,
    queries=(Query("{{reason}}", f"sum by (reason) (rate({m.INTENTS_CLEARED}[{RATE}]))"),),
)
stale = Panel(
    title="Stale intents",
    help=f"Intents that the clean-up found too old. More than {MOST_STALE} in five minutes fire "
    "StaleIntents.",
    unit=PanelUnit.COUNT,
    empty="None found",
    empty_until=RUNS,
    queries=(
        Query("stale", _increase(m.INTENTS_STALE)),
        Query(
            "average age",
            ratio(
                f"sum(rate({m.STALE_AGE.sum}[{RATE}]))", f"sum(rate({m.STALE_AGE.count}[{RATE}]))"
            ),
            unit=PanelUnit.SECONDS,
            empty_until="the clean-up finds a stale intent",
        ),
    ),
)

# --- budget --------------------------------------------------------------------------

refresh = Panel(
    title="Budget refresh duration",
    help="Time that the venue took to tell the balances, timeouts included.",
    unit=PanelUnit.SECONDS,
    empty="No refresh in this time",
    empty_until=RUNS,
    queries=tuple(
        Query(f"P{q * 100:g}", quantile(q, m.BUDGET_DURATION, RATE)) for q in (0.5, 0.95)
    ),
)
timeouts = Panel(
    title="Budget refresh timeouts",
    help="Refreshes of the budget that were given up. More than "
    f"{MOST_BUDGET_TIMEOUTS} in five minutes fire BudgetRefreshTimeouts.",
    unit=PanelUnit.COUNT,
    empty="None",
    empty_until=RUNS,
    queries=(Query("timeouts", _increase(m.BUDGET_TIMEOUTS)),),
)
available = Panel(
    title="Budget available",
    help="What may be spent: the balance at the last refresh, less what was reserved since.",
    unit=PanelUnit.USD,
    empty="No session runs",
    empty_until=RUNS,
    queries=(Query("available", _last(m.BUDGET_AVAILABLE)),),
)

# --- errors --------------------------------------------------------------------------

silent = Panel(
    title="Silent failures",
    help="Failed orders without an ERROR event, and threads that were stuck: both are faults of "
    "the bot itself.",
    unit=PanelUnit.COUNT,
    empty="None",
    empty_until=RUNS,
    queries=(
        Query("silent failures", _increase(m.SILENT_FAILURES)),
        Query("stuck threads", _increase(m.THREADS_STUCK)),
    ),
)
logging = Panel(
    title="Logging timeouts",
    help="Events that found the log's queue full for too long: the disk is slower than the bot.",
    unit=PanelUnit.COUNT,
    empty="None",
    empty_until=RUNS,
    queries=(Query("timeouts", _increase(m.LOGGING_TIMEOUTS)),),
)

DASHBOARD = Dashboard(
    uid="trading-session",
    title="Trading session",
    help="What the trading bot sends and gets, and what its regression would say now.",
    tags=("session",),
    see=("execution-pipeline", "stack-health"),
    variables=(SYMBOL,),
    rows=(
        Row("The four tests", TESTS),
        Row("Orders", (orders, fill_rate, failures, latency)),
        Row("Intents", (pending, cleared, stale)),
        Row("Budget", (refresh, timeouts, available)),
        Row("Errors", (silent, logging)),
    ),
)
