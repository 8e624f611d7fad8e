"""Whether events reach whom they are for."""

from alerts import _causes as cause
from target_app.services import bus_catalogue as m
from target_app.services.objectives import MOST_LAG
from toolkit.alerts import Alert, Proof, Severity
from toolkit.drill_causes import Undrillable

_LAG = m.LAG.where(stream="signals", group="exec-risk")
_DEAD = m.DEAD_LETTERS.where(stream="signals", group="exec-risk", reason="not_json")
_LOST = m.LOST.where(stream="signals", group="exec-risk")

EVENT_LAG = Alert(
    name="EventLag",
    expr=f"max by (stream, group) ({m.LAG}) > {MOST_LAG}",
    hold="2m",
    severity=Severity.WARNING,
    component="trading",
    summary="A service does not keep up with its events.",
    description="{{ $labels.group }} has not read {{ $value | humanize }} events of "
    "{{ $labels.stream }}.",
    impact="Signals are executed late or, when they are a minute old, refused. A stream that is "
    "full loses its oldest events.",
    response="1. Is the service up, and its exchange quick? Read the age of events by stream. "
    "2. Read its log for an event that is tried again and again. 3. A burst: it ends by itself.",
    because=f"At a signal a second a service that works is behind by a few; {MOST_LAG} are most "
    "of a minute, after which signals are refused.",
    panel="Events not read",
    fired_by=cause.CONSUMERS_PAUSED,
    proof=(
        Proof(
            "fifty-one events wait",
            {_LAG: "51x20"},
            at="10m",
            fires=True,
            labels={"stream": "signals", "group": "exec-risk"},
        ),
        Proof("fifty events wait", {_LAG: "50x20"}, at="10m", fires=False),
        Proof("a burst of a minute", {_LAG: "0 0 900 0x20"}, at="10m", fires=False),
    ),
)
DEAD_LETTERS = Alert(
    name="DeadLetters",
    expr=f"sum by (stream, group, reason) (increase({m.DEAD_LETTERS}[10m])) > 0",
    hold="30s",
    severity=Severity.WARNING,
    component="trading",
    summary="A service could not use events, and keeps them as dead letters.",
    description="{{ $labels.group }} could not use {{ $value | humanize }} events of "
    "{{ $labels.stream }} within ten minutes: {{ $labels.reason }}.",
    impact="What they said has had no effect: a signal is not executed, a position not counted.",
    response="1. `GET /admin/events/dead-letters`: each has its reason and its text. 2. "
    "unknown_version, unknown_type: a newer service speaks; update the reader. 3. not_json, "
    "not_an_event: who else writes to the stream? 4. too_many_deliveries: its log says why it "
    "failed five times.",
    because="A dead letter is never normal: one is enough to look.",
    panel="Dead letters",
    fired_by=cause.UNREADABLE,
    proof=(
        Proof(
            "one dead letter",
            {_DEAD: "0x5 1x30"},
            at="8m",
            fires=True,
            labels={"stream": "signals", "group": "exec-risk", "reason": "not_json"},
        ),
        Proof("the last was twenty minutes ago", {_DEAD: "0x5 1x40"}, at="30m", fires=False),
        Proof("none", {_DEAD: "0x30"}, at="20m", fires=False),
    ),
)
EVENTS_LOST = Alert(
    name="EventsLost",
    expr=f"sum by (stream, group) (increase({m.LOST}[10m])) > 0",
    hold="30s",
    severity=Severity.CRITICAL,
    component="trading",
    summary="Events were trimmed from a full stream before a service had read them.",
    description="{{ $labels.group }} has lost {{ $value | humanize }} events of "
    "{{ $labels.stream }}.",
    impact="They have no effect and nobody has them any more: signals are not executed; the "
    "portfolio of analytics-os may be wrong.",
    response="1. How long was the service away? EventLag says since when. 2. Compare the "
    "portfolio of analytics-os with exec-risk's /positions, which is right. 3. Raise "
    "bus_entries if such an absence must be outlasted.",
    because="A stream keeps ten thousand events, hours of them. To lose one is never normal.",
    panel="Events lost",
    fired_by=Undrillable(
        "An event is counted as lost by the reader that comes back, so only after the fault has "
        "ended; tests/target_app/services/test_consumer.py fills a stream."
    ),
    proof=(
        Proof(
            "one event was lost",
            {_LOST: "0x5 1x30"},
            at="8m",
            fires=True,
            labels={"stream": "signals", "group": "exec-risk"},
        ),
        Proof("the last was twenty minutes ago", {_LOST: "0x5 1x40"}, at="30m", fires=False),
        Proof("none", {_LOST: "0x30"}, at="20m", fires=False),
    ),
)
