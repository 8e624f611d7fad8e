"""Prometheus keeps samples for longer than an alert looks back.

Why: an alert over three days on a server that keeps one is an alert over one day. What only
a dashboard reads, such as an error budget of thirty days, may look at less, and says so.
"""

from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.project import Project
from toolkit.promql import selectors
from toolkit.validate.check import Check, CheckedStack, CheckGroup


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Compare the retention with the longest window of each alert, recordings included."""
    kept = stack.prometheus.retention_seconds()
    if kept is None:
        return
    for alert in stack.project.alerts:
        window = _window(stack.project, alert.expr)
        if window > kept:
            yield CHECK.wrong(
                f"looks back {window / 3600:g} h, and samples are kept for {kept / 3600:g} h.",
                subject=alert.name,
                fix=f"start it with --storage.tsdb.retention.time={window / 3600:g}h or more.",
            )


def _window(project: Project, expr: str) -> float:
    """The longest range of `expr` and of the recordings that it reads, in seconds."""
    read = project.recording_rules.read_by((expr,))
    texts = (expr, *(rule.expr for rule in read))
    return max((x.range_seconds or 0.0 for text in texts for x in selectors(text)), default=0.0)


CHECK = Check(
    "retention-covers-windows",
    "samples are kept for longer than any alert looks back",
    CheckGroup.PROMETHEUS_IS_CONFIGURED,
    run,
    fix="start Prometheus with a longer --storage.tsdb.retention.time.",
)
