"""What each service measures of the bus, alike in all three."""

from target_app.services.messages.calls import METHODS
from target_app.services.messages.event_envelope import REASONS
from target_app.services.messages.events import STREAMS
from toolkit.catalogue import Kind, Label, Metric, Unit

SERVICES = ("ai", "exec-risk", "analytics-os")

STREAM = Label("stream", values=STREAMS)
GROUP = Label("group", at_most=len(SERVICES))  # each service reads as one group
METHOD = Label("method", values=tuple(method.name for method in METHODS))
# Two milliseconds to ten seconds: what a bus on one site takes, and what a stalled one takes.
SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

CONNECTED = Metric(
    "trading_bus_connected",
    Kind.GAUGE,
    "1 while the bus answers, 0 while it does not.",
    unit=Unit.STATE,
)
PUBLISHED = Metric(
    "trading_bus_published_total",
    Kind.COUNTER,
    "Events put on the bus, those that are published again included.",
    unit=Unit.COUNT,
    labels=(STREAM,),
)
OUTBOX = Metric(
    "trading_bus_outbox_entries",
    Kind.GAUGE,
    "Events that are decided and not yet on the bus.",
    unit=Unit.COUNT,
)
DELIVERIES = Metric(
    "trading_bus_deliveries_total",
    Kind.COUNTER,
    "Events that a group was given, by what became of each delivery.",
    unit=Unit.COUNT,
    labels=(STREAM, GROUP, Label("outcome", values=("handled", "duplicate", "retried", "dead"))),
)
DEAD_LETTERS = Metric(
    "trading_bus_dead_letters_total",
    Kind.COUNTER,
    "Events that a group could not use, by reason; each is kept in the stream of dead letters.",
    unit=Unit.COUNT,
    labels=(STREAM, GROUP, Label("reason", values=REASONS)),
)
LOST = Metric(
    "trading_bus_lost_entries_total",
    Kind.COUNTER,
    "Events that were trimmed from a full stream before the group had read them.",
    unit=Unit.COUNT,
    labels=(STREAM, GROUP),
)
LAG = Metric(
    "trading_bus_lag_entries",
    Kind.GAUGE,
    "Events of a stream that the group has not read.",
    unit=Unit.COUNT,
    labels=(STREAM, GROUP),
)
PENDING = Metric(
    "trading_bus_pending_entries",
    Kind.GAUGE,
    "Events that the group has read and not acknowledged.",
    unit=Unit.COUNT,
    labels=(STREAM, GROUP),
)
EVENT_AGE = Metric(
    "trading_bus_event_age_seconds",
    Kind.HISTOGRAM,
    "Time from an event until a group has handled it, in seconds.",
    unit=Unit.SECONDS,
    labels=(STREAM, GROUP),
    buckets=SECONDS,
    exemplars=True,
)
CALLS = Metric(
    "trading_rpc_calls_total",
    Kind.COUNTER,
    "Calls of another service, by outcome; a repeated one counts once.",
    unit=Unit.COUNT,
    labels=(METHOD, Label("outcome", values=("answered", "refused", "timeout", "bus_away"))),
)
CALL_DURATION = Metric(
    "trading_rpc_call_duration_seconds",
    Kind.HISTOGRAM,
    "Time until a call of another service was answered or given up, in seconds.",
    unit=Unit.SECONDS,
    labels=(METHOD,),
    buckets=SECONDS,
    exemplars=True,
)
REPEATS = Metric(
    "trading_rpc_repeats_total",
    Kind.COUNTER,
    "Calls that were sent again, because no answer had come.",
    unit=Unit.COUNT,
    labels=(METHOD,),
)
LATE_REPLIES = Metric(
    "trading_rpc_late_replies_total",
    Kind.COUNTER,
    "Replies that nobody waited for any more.",
    unit=Unit.COUNT,
)
SERVED = Metric(
    "trading_rpc_served_total",
    Kind.COUNTER,
    "Calls from other services, by what became of them; an expired one is not worked on.",
    unit=Unit.COUNT,
    labels=(METHOD, Label("outcome", values=("answered", "refused", "expired"))),
)

BUS_METRICS = (
    CONNECTED, PUBLISHED, OUTBOX, DELIVERIES, DEAD_LETTERS, LOST, LAG, PENDING, EVENT_AGE,
    CALLS, CALL_DURATION, REPEATS, LATE_REPLIES, SERVED,
)  # fmt: skip
