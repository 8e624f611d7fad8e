"""Execution objectives: what is promised, what is kept of it, and how fast the budget burns."""

from dataclasses import dataclass

from target_app import catalogue as m
from target_app.objectives import ORDER_LATENCY, WEBHOOK_AVAILABILITY, WEBHOOK_LATENCY
from toolkit.dashboards import Dashboard, Note, Panel, PanelUnit, Query, Row, View
from toolkit.objectives import AvailabilityObjective, LatencyObjective
from toolkit.promql import RATE, ratio

# The time over which a budget is spent, and the windows in which its burning is watched:
# short ones notice, long ones confirm. Source: The Site Reliability Workbook, chapter 5.
PERIOD = "30d"
WINDOWS = ("5m", "1h", "6h", "1d", "3d")
# At this rate a budget of thirty days is gone within two, which is worth a page.
PAGED_AT = 14.4


@dataclass(frozen=True, slots=True)
class Promise:
    """One objective as a share of good events, and the PromQL of the share that was bad."""

    name: str
    objective: AvailabilityObjective | LatencyObjective

    @property
    def share(self) -> float:
        """The share of events (0..1) that must be good."""
        if isinstance(self.objective, AvailabilityObjective):
            return self.objective.share
        return self.objective.quantile

    @property
    def sentence(self) -> str:
        """The promise in words."""
        if isinstance(self.objective, AvailabilityObjective):
            return f"{self.share:.1%} of the events are good"
        return f"{self.share:.0%} of the events take at most {self.objective.seconds:g} s"

    def bad_share(self, window: str) -> str:
        """The share of the events within `window` that broke the promise."""
        metric = self.objective.metric
        if isinstance(self.objective, AvailabilityObjective):
            bad = f"sum(rate({metric.where(**self.objective.bad)}[{window}]))"
            return ratio(bad, f"sum(rate({metric}[{window}]))")
        edge = metric.bounds[metric.buckets.index(self.objective.seconds)]
        good = f"sum(rate({metric.bucket.where(le=edge)}[{window}]))"
        return f"1 - {ratio(good, f'sum(rate({metric.count}[{window}]))')}"

    def burn_rate(self, window: str) -> str:
        """How many times faster than allowed the budget burns within `window`."""
        return f"({self.bad_share(window)}) / {1 - self.share:g}"


AVAILABILITY = Promise("webhook availability", WEBHOOK_AVAILABILITY)
LATENCY = Promise("webhook latency", WEBHOOK_LATENCY)
ORDERS = Promise("order latency", ORDER_LATENCY)
PROMISES = (AVAILABILITY, LATENCY, ORDERS)
QUIET = "No traffic in this time"

about = Note(
    "What is promised",
    "\n".join(f"- **{promise.name}**: {promise.sentence}" for promise in PROMISES)
    + f"\n\nA budget is what may go wrong within {PERIOD}. A burn rate of 1 spends it exactly by "
    f"the end; at {PAGED_AT:g} it is gone within two days.",
    width=8,
    height=8,
)
kept = Panel(
    title="Good events",
    help=f"Share of the events that kept each promise within {PERIOD}.",
    unit=PanelUnit.SHARE,
    view=View.STAT,
    maximum=1,
    decimals=3,
    width=8,
    empty=QUIET,
    queries=tuple(Query(x.name, f"1 - ({x.bad_share(PERIOD)})") for x in PROMISES),
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
    queries=tuple(Query(x.name, f"1 - {x.burn_rate(PERIOD)}") for x in PROMISES),
)
burning = Panel(
    title="Burn rate",
    help="How many times faster than allowed each budget burns, over one hour. Over the line it "
    "is gone within two days.",
    unit=PanelUnit.FACTOR,
    line_at=PAGED_AT,
    decimals=2,
    empty=QUIET,
    queries=tuple(Query(x.name, x.burn_rate("1h")) for x in PROMISES),
)


def _by_window(promise: Promise) -> Panel:
    return Panel(
        title=f"Burn rate of {promise.name}",
        help=f"Promise: {promise.sentence}. Short windows notice, long ones confirm: what burns "
        "in both is still burning.",
        unit=PanelUnit.FACTOR,
        line_at=PAGED_AT,
        decimals=2,
        empty=QUIET,
        queries=tuple(Query(window, promise.burn_rate(window)) for window in WINDOWS),
    )


_BAD = m.WEBHOOK_REQUESTS.where(**WEBHOOK_AVAILABILITY.bad)
bad_webhooks = Panel(
    title="Webhooks that broke the promise",
    help="Webhooks that went wrong through our fault, by answer.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="None broke it",
    queries=(Query("{{status}}", f"sum by (status) (rate({_BAD}[{RATE}]))"),),
)
in_time = Panel(
    title="Answers in time",
    help="Share of the webhooks and of the orders that took no longer than promised, now.",
    unit=PanelUnit.SHARE,
    maximum=1,
    empty=QUIET,
    queries=tuple(Query(x.name, f"1 - ({x.bad_share(RATE)})") for x in (LATENCY, ORDERS)),
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
        Row("By window", tuple(map(_by_window, PROMISES))),
        Row("What went wrong", (bad_webhooks, in_time)),
    ),
)
