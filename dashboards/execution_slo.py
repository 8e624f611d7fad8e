"""Execution objectives: what is promised, what is kept of it, and how fast the budget burns.

Everything but the last row reads the recordings that the burn-rate alerts read, so that the
page shows what they judge. A further objective needs its line in `PROMISED`.
"""

from target_app import catalogue as m
from target_app.objectives import ORDER_LATENCY, WEBHOOK_AVAILABILITY, WEBHOOK_LATENCY
from target_app.services.objectives import SIGNAL_LATENCY, SIGNAL_SUCCESS
from toolkit import burn_rate
from toolkit.burn_rate import Window
from toolkit.dashboards import Dashboard, Note, Panel, PanelUnit, Query, Row, View
from toolkit.objectives import LatencyObjective
from toolkit.promql import RATE, ratio

PERIOD = "30d"
FASTEST = burn_rate.WINDOWS[0]
QUIET = "No traffic in this time"
RECORDED = "the recordings of the objectives have been evaluated with traffic, once a minute"


def _burn_rate(window: str) -> str:
    """How many times faster than allowed each budget burns within `window`."""
    return f"{burn_rate.errors(window)} / on (objective) {burn_rate.BUDGET}"


# By objective, the share of its events that must be good.
PROMISED = {
    "webhook-availability": WEBHOOK_AVAILABILITY.share,
    "webhook-latency": WEBHOOK_LATENCY.quantile,
    "signal-success": SIGNAL_SUCCESS.share,
    "signal-latency": SIGNAL_LATENCY.quantile,
}


def _good(objective: str) -> str:
    """The share of the events that kept the promise."""
    remaining = f'{burn_rate.REMAINING}{{objective="{objective}"}}'
    return f"1 - (1 - {remaining}) * on (objective) {burn_rate.BUDGET}"


about = Note(
    "What is promised",
    f"- **webhook-availability**: {WEBHOOK_AVAILABILITY.share:.1%} of the webhooks are answered "
    "without a fault of ours.\n"
    f"- **webhook-latency**: {WEBHOOK_LATENCY.quantile:.0%} of the webhooks are answered within "
    f"{WEBHOOK_LATENCY.seconds:g} s.\n"
    f"- **signal-success**: {SIGNAL_SUCCESS.share:.1%} of the signals of the trading services do "
    "not fail.\n"
    f"- **signal-latency**: {SIGNAL_LATENCY.quantile:.0%} of them are done within "
    f"{SIGNAL_LATENCY.seconds:g} s.\n\n"
    f"A budget is what may go wrong within {PERIOD}. A burn rate of 1 spends it exactly by the "
    f"end; at {FASTEST.factor(PERIOD):g} it is gone within two days.",
    width=8,
    height=9,
)
kept = Panel(
    title="Good events",
    help=f"Share of the events that kept each promise within {PERIOD}; red where it is less than "
    "was promised.",
    unit=PanelUnit.SHARE,
    view=View.STAT,
    bad_below=True,
    maximum=1,
    decimals=3,
    width=8,
    empty=QUIET,
    empty_until=RECORDED,
    queries=tuple(Query(name, _good(name), line_at=share) for name, share in PROMISED.items()),
)
left = Panel(
    title="Error budget left",
    help=f"What is left of the budget of {PERIOD}. Under zero the promise is broken.",
    unit=PanelUnit.SHARE,
    view=View.GAUGE,
    line_at=0,
    bad_below=True,
    minimum=-1,
    maximum=1,
    decimals=1,
    width=8,
    empty=QUIET,
    empty_until=RECORDED,
    queries=(Query("{{objective}}", burn_rate.REMAINING),),
)
burning = Panel(
    title="Burn rate",
    help=f"How many times faster than allowed each budget burns, over {FASTEST.long}. Over the "
    "line it is gone within two days.",
    unit=PanelUnit.FACTOR,
    line_at=FASTEST.factor(PERIOD),
    empty=QUIET,
    empty_until=RECORDED,
    queries=(Query("{{objective}}", _burn_rate(FASTEST.long)),),
)


def _pair(window: Window) -> Panel:
    return Panel(
        title=f"{window.pace} burn: {window.long} and {window.short}",
        help=f"An alert fires when both windows are over the line for {window.hold}: the long one "
        "says that much is gone, the short one that it still burns.",
        unit=PanelUnit.FACTOR,
        line_at=window.factor(PERIOD),
        width=12,
        empty=QUIET,
        empty_until=RECORDED,
        queries=tuple(
            Query(f"{{{{objective}}}} {each}", _burn_rate(each))
            for each in (window.long, window.short)
        ),
    )


_BAD = m.WEBHOOK_REQUESTS.where(**WEBHOOK_AVAILABILITY.bad)
bad_webhooks = Panel(
    title="Webhooks that broke the promise",
    help="Webhooks that went wrong through our fault, by answer.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="None broke it",
    queries=(Query("{{status}}", f"sum by (status) (rate({_BAD}[{RATE}]))"),),
)


def _in_time(objective: LatencyObjective) -> str:
    metric = objective.metric
    edge = metric.bounds[metric.buckets.index(objective.seconds)]
    good = f"sum(rate({metric.bucket.where(le=edge)}[{RATE}]))"
    return ratio(good, f"sum(rate({metric.count}[{RATE}]))")


in_time = Panel(
    title="Answers in time",
    help="Share of the webhooks and of the orders that took no longer than promised, now.",
    unit=PanelUnit.SHARE,
    maximum=1,
    empty=QUIET,
    queries=(
        Query(f"webhooks within {WEBHOOK_LATENCY.seconds:g} s", _in_time(WEBHOOK_LATENCY)),
        Query(f"orders within {ORDER_LATENCY.seconds:g} s", _in_time(ORDER_LATENCY)),
    ),
)

DASHBOARD = Dashboard(
    uid="execution-slo",
    title="Execution objectives",
    help="What is promised, how much of the budget is left, and how fast it burns.",
    tags=("execution", "slo"),
    see=("execution-pipeline", "stack-health"),
    refresh="1m",
    since="now-6h",
    rows=(
        Row("Promises", (about, kept, left)),
        Row("Burning", (burning,)),
        Row("What the alerts compare", tuple(map(_pair, burn_rate.WINDOWS))),
        Row("What went wrong", (bad_webhooks, in_time)),
    ),
)
