"""The dashboard that a new project begins with: up, rate, errors, duration, and its process."""

from collections.abc import Mapping

from toolkit.adopt import starter_alerts, starter_objectives
from toolkit.adopt.request_metrics import Counted, Signals, Timed
from toolkit.formats.python_layout import number, text


def module(name: str, module_name: str, found: Signals) -> str:
    """The module of the dashboard, with a panel for each signal that was found."""
    panels = {"up": _UP.replace("@JOB@", name)}
    if found.requests is not None:
        panels |= _of_requests(found.requests)
    if found.duration is not None:
        panels["duration"] = _of_duration(found.duration, starter_objectives.latency(found))
    process = {
        key: template.replace("@METRIC@", f"m.{found.process[metric]}")
        for metric, (key, template) in _PROCESS.items()
        if metric in found.process
    }
    objectives = starter_objectives.panels(found)
    named = {"Service": panels, "Objectives": objectives, "Process": process}
    rows = [f"Row({text(title)}, {_tuple(each)})," for title, each in named.items() if each]
    listed = rows[0] if len(rows) == 1 else "".join(f"\n        {row}" for row in rows) + "\n    "
    end = _END.replace("@UID@", module_name.replace("_", "-")).replace("@NAME@", name)
    every = [*panels.values(), *objectives.values(), *process.values()]
    blocks = [*every, end.replace("@ROWS@", listed)]
    body = "\n".join(block.strip("\n") for block in blocks)
    head = f'"""Rate, errors and duration of {name}, and whether it is up."""'
    return "\n".join((head, "", *_imports(body), "", body, ""))


def _imports(body: str) -> list[str]:
    """The imports that the body needs."""
    of_catalogue = [name for name in ("matching", "one_of") if f"{name}(" in body]
    of_promql = [
        name
        for name in ("RATE", "quantile", "ratio")
        if f"{name}(" in body or f"{{{name}}}" in body
    ]
    lines = ["from observability import catalogue as m"] if " m." in body or "{m." in body else []
    lines += ["from observability.objectives import LATENCY"] if "LATENCY." in body else []
    lines += ["from toolkit import burn_rate"] if "burn_rate." in body else []
    lines += [f"from toolkit.catalogue import {', '.join(of_catalogue)}"] if of_catalogue else []
    lines.append("from toolkit.dashboards import Dashboard, Panel, PanelUnit, Query, Row")
    lines += [f"from toolkit.promql import {', '.join(of_promql)}"] if of_promql else []
    return lines


def _of_requests(counted: Counted) -> Mapping[str, str]:
    panels = {"requests": _REQUESTS.replace("@ALL@", counted.source)}
    if counted.failures is not None:
        selected = starter_alerts.bad_requests(counted.failures)
        share = f"{starter_alerts.ERROR_SHARE:g}"
        panels["errors"] = _ERRORS.replace("@SELECTED@", selected).replace("@SHARE@", share)
    return panels


def _of_duration(timed: Timed, promised: Timed | None) -> str:
    limit = f"{number(timed.metric.buckets[timed.edge])},  # Guess, as in the alert."
    return (
        _DURATION.replace("@HISTOGRAM@", f"m.{timed.constant}")
        .replace("@LIMIT@", "LATENCY.seconds," if promised else limit)
        .replace("@UNIT@", "COUNT" if timed.in_milliseconds else "SECONDS")
    )


def _tuple(names: Mapping[str, str]) -> str:
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"


_UP = """
up = Panel(
    title="Up",
    help="Whether Prometheus can scrape each instance: 1, or 0.",
    unit=PanelUnit.COUNT,
    queries=(Query("{{instance}}", 'up{job="@JOB@"}'),),
)
"""
_REQUESTS = """
# Guess: this counts every request once.
_REQUESTS = @ALL@
requests = Panel(
    title="Requests",
    help="Requests a second.",
    unit=PanelUnit.REQUESTS_PER_SECOND,
    queries=(Query("requests", f"sum(rate({_REQUESTS}[{RATE}]))"),),
)
"""
_ERRORS = """
_FAILED = @SELECTED@
errors = Panel(
    title="Errors",
    help="The share of the requests that fail.",
    unit=PanelUnit.SHARE,
    line_at=@SHARE@,  # Guess, as in the alert.
    empty_until="a request fails",
    queries=(
        Query("failed", ratio(f"sum(rate({_FAILED}[{RATE}]))", f"sum(rate({_REQUESTS}[{RATE}]))")),
    ),
)
"""
_DURATION = """
_DURATION = @HISTOGRAM@
duration = Panel(
    title="Duration",
    help="Time from a request to its answer, by quantile.",
    unit=PanelUnit.@UNIT@,
    line_at=@LIMIT@
    queries=tuple(Query(f"P{q * 100:g}", quantile(q, _DURATION, RATE)) for q in (0.5, 0.95)),
)
"""
_PROCESS = {
    "process_resident_memory_bytes": (
        "memory",
        """
memory = Panel(
    title="Memory",
    help="Resident memory of the process.",
    unit=PanelUnit.BYTES,
    queries=(Query("{{instance}}", f"{@METRIC@}"),),
)
""",
    ),
    "process_cpu_seconds_total": (
        "cpu",
        """
cpu = Panel(
    title="CPU",
    help="Cores that the process uses.",
    unit=PanelUnit.COUNT,
    queries=(Query("{{instance}}", f"rate({@METRIC@}[{RATE}])"),),
)
""",
    ),
}
_END = """
DASHBOARD = Dashboard(
    uid="@UID@",
    title="@NAME@",
    help="Does the service answer, rightly and in time?",
    rows=(@ROWS@),
)
"""
