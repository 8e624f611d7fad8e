"""Prometheus has loaded every rule that the definitions say, with the same expression.

Why: a rule file that was not mounted, or not reloaded, is an alert that nobody has.
Expressions are compared by their syntax, since Prometheus writes them in its own way.
"""

from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.promql import canonical
from toolkit.servers import LoadedRule
from toolkit.validate import Check, Group, Stack


def run(stack: Stack) -> Iterator[Finding]:
    """Compare by name: missing, other expression, other severity."""
    loaded = {rule.name: rule for rule in stack.prometheus.rules()}
    project = stack.project
    for recording in project.recordings:
        yield from _compare(recording.name, recording.expr, loaded)
    for alert in project.alerts:
        yield from _compare(alert.name, alert.expr, loaded)
        rule = loaded.get(alert.name)
        severity = rule.labels.get("severity") if rule else alert.severity.value
        if severity != alert.severity.value:
            yield CHECK.wrong(
                f"is loaded with severity {severity}, not {alert.severity.value}.",
                subject=alert.name,
                fix=_RELOAD,
            )


_RELOAD = "run `toolkit build`, mount alerts/generated/rules, and reload Prometheus."


def _compare(name: str, expr: str, loaded: dict[str, LoadedRule]) -> Iterator[Finding]:
    if name not in loaded:
        yield CHECK.wrong("is not loaded.", subject=name, fix=_RELOAD)
    elif canonical(loaded[name].expr) != canonical(expr):
        yield CHECK.wrong(
            f"is loaded with another expression: {loaded[name].expr}", subject=name, fix=_RELOAD
        )


CHECK = Check(
    "rules-are-loaded",
    "every rule is loaded as the definitions say",
    Group.PROMETHEUS_IS_CONFIGURED,
    run,
)
