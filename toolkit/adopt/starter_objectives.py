"""What a new project promises, and the rules and panels that follow from it, as Python.

An availability objective where a counter of requests tells the failed ones apart, a latency
objective where a histogram times them in seconds.
"""

from collections.abc import Mapping

from toolkit import burn_rate
from toolkit.adopt.request_metrics import Counted, Failures, Signals, Timed
from toolkit.alerts import Severity
from toolkit.catalogue import Kind
from toolkit.formats.python_layout import Brackets, assignment, number, text

QUANTILE = 0.95
SHARE = 0.995


def availability(found: Signals) -> Counted | None:
    """The counter that an availability objective is about."""
    counted = found.requests
    if counted is None or counted.failures is None or counted.metric.kind is not Kind.COUNTER:
        return None
    return counted


def latency(found: Signals) -> Timed | None:
    """The histogram that a latency objective is about, which speaks of seconds."""
    return None if found.duration is None or found.duration.in_milliseconds else found.duration


def files(package: str, folder: str, name: str, found: Signals) -> dict[str, str]:
    """The objectives and their rules, by path; none where nothing can be promised.

    `folder` is that of the rule file, and `name` the service's, in kebab-case.
    """
    texts = {}
    promises = [_AVAILABILITY] * (availability(found) is not None)
    promises += [_LATENCY] * (latency(found) is not None)
    for kind, constant, doc, impact in promises:
        rules = _RULES
        for key, value in (
            ("DOC", doc),
            ("CONSTANT", constant),
            ("IMPACT", impact),
            ("OBJECTIVE", text(f"{name}-{kind}")),
        ):
            rules = rules.replace(f"@{key}@", value)
        texts[f"{folder}/{kind}.py"] = rules
    return texts | ({f"{package}/objectives.py": _module(name, found)} if texts else {})


def _module(name: str, found: Signals) -> str:
    blocks, catalogue, kinds = [], [], []
    counted, timed = availability(found), latency(found)
    if counted is not None and counted.failures is not None:
        kinds.append("AvailabilityObjective")
        catalogue.append("one_of" if counted.failures.words else "matching")
        items = (
            f"m.{counted.constant}",
            f"bad={{{text(counted.failures.label)}: _FAILED}}",
            f"share={number(SHARE)}",
        )
        blocks += [
            "# Guess: these requests failed by the service's fault, and this share must not fail.",
            assignment("_FAILED", _bad(counted.failures)),
            assignment("AVAILABILITY", Brackets("AvailabilityObjective(", items)),
        ]
    if timed is not None:
        kinds.append("LatencyObjective")
        items = (
            f"m.{timed.constant}",
            f"quantile={number(QUANTILE)}",
            f"seconds={number(timed.metric.buckets[timed.edge])}",
        )
        blocks += [
            "# Guess: this is the time of a request, and this edge of its buckets is soon enough.",
            assignment("LATENCY", Brackets("LatencyObjective(", items)),
        ]
    lines = [f'"""What {name} promises. Alerts and panels take their numbers from here."""', ""]
    lines += ["from observability import catalogue as m"]
    lines += [f"from toolkit.catalogue import {each}" for each in catalogue]
    lines += [f"from toolkit.objectives import {', '.join(kinds)}", ""]
    return "\n".join((*lines, *blocks, ""))


def _bad(failures: Failures) -> Brackets:
    """The matcher of the failed requests, as Python."""
    if failures.words:
        return Brackets("one_of(", tuple(map(text, failures.words)))
    return Brackets("matching(", (text("5.."),))


def alert_names(prefix: str, found: Signals) -> dict[str, Severity]:
    """The names of the burn-rate alerts, with their severities."""
    kinds = ["Availability"] * (availability(found) is not None)
    kinds += ["Latency"] * (latency(found) is not None)
    return {
        f"{prefix}{kind}{window.pace}Burn": window.severity
        for kind in kinds
        for window in burn_rate.WINDOWS
    }


def panels(found: Signals) -> Mapping[str, str]:
    """The panels of the objectives, by their variable; they read the rules' recordings."""
    if availability(found) is None and latency(found) is None:
        return {}
    return {"left": _LEFT, "burning": _BURNING}


_AVAILABILITY = (
    "availability",
    "AVAILABILITY",
    "Whether requests succeed as often as promised.",
    "whoever calls the service sees errors.",
)
_LATENCY = (
    "latency",
    "LATENCY",
    "Whether requests are answered in time as often as promised.",
    "whoever calls the service waits.",
)
_RULES = '''"""@DOC@"""

from observability.objectives import @CONSTANT@
from toolkit import burn_rate
from toolkit.drill_causes import Undrillable

# Windows of hours and days do not change within seconds.
INTERVAL = "1m"
_CAUSE = Undrillable("How to make it happen is not known yet: say Fault or Load here.")

RULES = burn_rate.rules(
    @CONSTANT@,
    @OBJECTIVE@,
    component="objectives",
    impact="Guess: @IMPACT@",
    response="1. Look for the alert that explains it. 2. If a release went out when it began, undo "
    "it. 3. While the budget is spent, release nothing risky.",
    panel="Burn rate",
    fired_by=dict.fromkeys(("Fast", "Steady", "Slow", "Creeping"), _CAUSE),
)
'''
_LEFT = """
left = Panel(
    title="Error budget left",
    help="What is left of the budget of 30 days. Under zero the promise is broken.",
    unit=PanelUnit.SHARE,
    line_at=0,
    bad_below=True,
    empty_until="the objectives' recordings have been evaluated with traffic",
    queries=(Query("{{objective}}", burn_rate.REMAINING),),
)
"""
_BURNING = """
_WINDOW = burn_rate.WINDOWS[0]
_ERRORS_OF_IT = burn_rate.errors(_WINDOW.long)
burning = Panel(
    title="Burn rate",
    help="How many times faster than allowed each budget burns. Over the line it is gone in days.",
    unit=PanelUnit.FACTOR,
    line_at=_WINDOW.factor("30d"),
    empty_until="the objectives' recordings have been evaluated with traffic",
    queries=(Query("{{objective}}", f"{_ERRORS_OF_IT} / on (objective) {burn_rate.BUDGET}"),),
)
"""
