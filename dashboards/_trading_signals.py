"""The way of a signal through the trading services, and the events that carry it."""

from dashboards._trading_panels import NO_SIGNALS, NOT_RUNNING, RUNS, counted, per_second
from target_app.services import bus_catalogue as bus
from target_app.services.ai import catalogue as ai
from target_app.services.exec_risk import catalogue as risk
from target_app.services.objectives import MOST_LAG, SIGNAL_LATENCY
from toolkit.dashboards import Panel, PanelUnit, Query, Row
from toolkit.promql import RATE, SHOWN, quantile

way = Panel(
    title="Signals from step to step",
    help="Signals that ai says, and those that exec-risk executes, refuses and cannot execute. "
    "The first line is the sum of the others, or signals are on their way.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    width=8,
    empty=NO_SIGNALS,
    empty_until=RUNS,
    queries=(
        Query("generated", f"sum({per_second(ai.SIGNALS)})"),
        Query("{{outcome}}", f"sum by (outcome) ({per_second(risk.SIGNALS)})"),
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
    queries=(Query("{{outcome}}", f"sum by (outcome) ({per_second(bus.DELIVERIES)})"),),
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
    queries=(Query("{{stream}}", f"sum by (stream) ({per_second(bus.PUBLISHED)})"),),
)
dead = counted(
    "Dead letters",
    "Events that a service could not use within the time shown, by reason.",
    Query("{{reason}}", f"sum by (reason) (increase({bus.DEAD_LETTERS}[{SHOWN}]))"),
    empty="None",
)
lost = counted(
    "Events lost",
    "Events that were trimmed from a full stream within the time shown, before a service had read "
    "them.",
    Query("{{group}}", f"sum by (group) (increase({bus.LOST}[{SHOWN}]))"),
)

SIGNALS = Row("The way of a signal", (way, lag, latency, deliveries, age, waiting))
EVENTS = Row("Events", (published, dead, lost))
