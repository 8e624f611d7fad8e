"""The alerts that a new project begins with, each with proofs, as Python."""

from toolkit.adopt import starter_objectives
from toolkit.adopt.request_metrics import Counted, Failures, Signals, Timed
from toolkit.catalogue import Metric
from toolkit.formats.python_layout import number, text

ERROR_SHARE = 0.05
_NOT_DRILLED = (
    'Undrillable("How to make it happen is not known yet: say Fault, Load or Stop here.")'
)


def alert_names(prefix: str, found: Signals) -> dict[str, str]:
    """By what it watches (`down`, `errors`, `slow`), the name of each alert that there is."""
    names = {"down": f"{prefix}Down"}
    if found.requests is not None and found.requests.failures is not None:
        names["errors"] = f"{prefix}ErrorsHigh"
    if found.duration is not None:
        names["slow"] = f"{prefix}Slow"
    return names


def module(job: str, prefix: str, found: Signals, down_by: str = "") -> str:
    """The module of the rule group: one alert for each signal that was found.

    `down_by` is the cause, as Python, that takes the service down; empty, none is known.
    """
    names = alert_names(prefix, found)
    blocks = [_down(names["down"], job, down_by)]
    catalogue, promql = [], []
    if "errors" in names and found.requests is not None:
        blocks.append(_errors(names["errors"], found.requests))
        promql.append("ratio")
        failures = found.requests.failures
        if failures is not None and len(failures.words) != 1:
            catalogue.append("one_of" if failures.words else "matching")
    if found.duration is not None:
        promised = starter_objectives.latency(found) is not None
        blocks.append(_slow(names["slow"], found.duration, promised=promised))
        promql.insert(0, "quantile")
    imports = ["from observability import catalogue as m"] if promql else []
    imports += ["from observability.objectives import LATENCY"] if "{LATENCY." in blocks[-1] else []
    imports.append("from toolkit.alerts import Alert, Proof, Severity")
    imports += [f"from toolkit.catalogue import {name}" for name in catalogue]
    causes = [name for name in ("Stop", "Undrillable") if any(f"={name}(" in x for x in blocks)]
    imports.append(f"from toolkit.drill_causes import {', '.join(causes)}")
    if promql:
        imports.append(f"from toolkit.promql import {', '.join(promql)}")
    head = '"""Whether the service answers, rightly and in time."""\n\n' + "\n".join(imports)
    return head + "\n\n" + "\n\n".join(blocks) + "\n"


def where(source: str, label: str, value: str) -> str:
    """The selector of a series, `value` being Python."""
    inside = f"{label}={value}" if label.isidentifier() else f"**{{{text(label)}: {value}}}"
    return f"{source}.where({inside})"


def bad_requests(failures: Failures) -> str:
    """The selector of the failed requests, as Python in which _REQUESTS are all of them."""
    if not failures.words:
        value = 'matching("5..")'
    elif len(failures.words) == 1:
        value = text(failures.words[0])
    else:
        value = f"one_of({', '.join(map(text, failures.words))})"
    return where("_REQUESTS", failures.label, value)


def _filled(template: str, **values: str) -> str:
    for name, value in values.items():
        template = template.replace(f"@{name}@", value)
    return template.strip("\n").replace("@NOT_DRILLED@", _NOT_DRILLED)


def _down(name: str, job: str, cause: str) -> str:
    return _filled(_DOWN, NAME=name, JOB=job, CAUSE=cause or _NOT_DRILLED)


def _errors(name: str, counted: Counted) -> str:
    failures = counted.failures
    assert failures is not None  # noqa: S101 - such an alert is asked for only then
    return _filled(
        _ERRORS,
        NAME=name,
        ALL=counted.source,
        SHARE=f"{ERROR_SHARE:g}",
        SELECTED=bad_requests(failures),
        BAD=where("_REQUESTS", failures.label, text(failures.bad)),
        GOOD=where("_REQUESTS", failures.label, text(failures.good)),
    )


def _slow(name: str, timed: Timed, *, promised: bool) -> str:
    metric: Metric = timed.metric
    bucket, edge = "_DURATION.bucket", number(metric.buckets[timed.edge])
    value = "{{ $value }} ms" if timed.in_milliseconds else "{{ $value | humanizeDuration }}"
    return _filled(
        _SLOW,
        NAME=name,
        HISTOGRAM=f"m.{timed.constant}",
        LIMIT='f" > {LATENCY.seconds:g}"' if promised else f'" > {edge}"',
        VALUE=value,
        LATER=_LATER if promised else "",
        EDGE=where(bucket, "le", "LATENCY.bound" if promised else text(metric.bounds[timed.edge])),
        NEXT=where(bucket, "le", "_LATER" if promised else text(metric.bounds[timed.edge + 1])),
        ALL=where(bucket, "le", '"+Inf"'),
    )


_DOWN = """
_UP = 'up{job="@JOB@"}'

DOWN = Alert(
    name="@NAME@",
    expr=f"{_UP} == 0 or absent({_UP})",
    hold="2m",  # Guess: long enough for a restart.
    severity=Severity.CRITICAL,
    component="service",
    summary="The service does not answer its scrapes.",
    description="{{ if $labels.instance }}{{ $labels.instance }} of job {{ $labels.job }} is down."
    "{{ else }}No target of job {{ $labels.job }} is left.{{ end }}",
    impact="Guess: whoever calls the service gets no answer.",
    response="1. Ask the service for its metrics from its own host. 2. Read the end of its log. "
    "3. Restart it.",
    because="Two minutes are eight scrapes of 15 s: they outlast a restart. `absent` covers a "
    "target that vanished from the configuration.",
    panel="Up",
    fired_by=@CAUSE@,
    proof=(
        Proof(
            "the scrape fails",
            {'up{job="@JOB@", instance="a"}': "1x4 0x10"},
            at="10m",
            fires=True,
            labels={"job": "@JOB@", "instance": "a"},
        ),
        Proof("no target of that name exists", {}, at="5m", fires=True),
        Proof(
            "the service answers",
            {'up{job="@JOB@", instance="a"}': "1x20"},
            at="15m",
            fires=False,
        ),
        Proof(
            "another job is down",
            {'up{job="@JOB@", instance="a"}': "1x20", 'up{job="another"}': "0x20"},
            at="15m",
            fires=False,
        ),
    ),
)
"""

_ERRORS = """
# Guess: this counts every request once, and the label says which failed.
_REQUESTS = @ALL@
_FAILED = @SELECTED@

ERRORS = Alert(
    name="@NAME@",
    # Guess: the share, and how many requests a second are enough to judge by.
    expr=ratio(
        f"sum(rate({_FAILED}[5m]))",
        f"sum(rate({_REQUESTS}[5m]))",
        above=0.1,
    )
    + " > @SHARE@",
    hold="2m",
    severity=Severity.CRITICAL,
    component="service",
    summary="Too many requests fail.",
    description="{{ $value | humanizePercentage }} of the requests of five minutes failed.",
    impact="Guess: whoever calls the service sees errors.",
    response="1. Read the errors in the service's log. 2. If a release went out in the last hour, "
    "undo it. 3. Look at what the service depends on.",
    because="Guess: one failure in twenty is an incident here. Measure what is usual, and correct "
    "the number.",
    panel="Errors",
    fired_by=@NOT_DRILLED@,
    proof=(
        Proof(
            "every second request fails",
            {
                @BAD@: "0+60x30",
                @GOOD@: "0+60x30",
            },
            at="20m",
            fires=True,
        ),
        Proof(
            "every request succeeds",
            {@GOOD@: "0+60x30"},
            at="20m",
            fires=False,
        ),
        Proof("no traffic", {}, at="20m", fires=False),
    ),
)
"""

_LATER = """\
_LATER = _DURATION.bounds[_DURATION.bounds.index(LATENCY.bound) + 1]  # the next edge
"""
_SLOW = """
_DURATION = @HISTOGRAM@
@LATER@
SLOW = Alert(
    name="@NAME@",
    # Guess: these are the requests, and this bucket edge, the first from half a second, is slow.
    expr=quantile(0.95, _DURATION, "5m") + @LIMIT@,
    hold="5m",
    severity=Severity.WARNING,
    component="service",
    summary="Requests are answered slowly.",
    description="P95 of the last five minutes is @VALUE@.",
    impact="Guess: whoever calls the service waits.",
    response="1. Look whether the traffic rose. 2. Look for a slow dependency. 3. Add an instance, "
    "or shed load.",
    because="The limit is an edge of the histogram, since between two edges Prometheus "
    "interpolates. Guess: which edge is right is for the service's users to say.",
    panel="Duration",
    fired_by=@NOT_DRILLED@,
    proof=(
        Proof(
            "every answer takes longer",
            {
                @EDGE@: "0x30",
                @NEXT@: "0+60x30",
                @ALL@: "0+60x30",
            },
            at="20m",
            fires=True,
        ),
        Proof(
            "every answer is faster",
            {
                @EDGE@: "0+60x30",
                @ALL@: "0+60x30",
            },
            at="20m",
            fires=False,
        ),
        Proof("no traffic", {}, at="20m", fires=False),
    ),
)
"""
