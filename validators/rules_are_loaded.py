"""Prometheus has loaded every rule that the definitions say, with the same expression.

Why: a rule file that was not mounted, or not reloaded, is an alert that does not exist.
Expressions are compared by their syntax, since Prometheus writes them in its own way.
"""

from collections.abc import Iterator, Mapping

from toolkit.findings import Finding
from toolkit.prometheus.client import LoadedRule
from toolkit.promql import canonical
from toolkit.validate.check import Check, CheckedStack, CheckGroup


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Compare by name and labels: missing, or with another expression."""
    loaded = stack.rules()
    for recording in stack.project.recordings:
        yield from _compare(recording.name, recording.labels, recording.expr, loaded)
    for alert in stack.project.alerts:
        yield from _compare(alert.alertname, alert.rule_labels, alert.expr, loaded)


def _compare(
    name: str, labels: Mapping[str, str], expr: str, loaded: tuple[LoadedRule, ...]
) -> Iterator[Finding]:
    named = [rule for rule in loaded if rule.name == name]
    found = [rule for rule in named if dict(rule.labels) == dict(labels)]
    if not named:
        yield CHECK.wrong("is not loaded.", subject=name)
    elif not found:
        seen = ", ".join(f"{key}={value}" for key, value in sorted(named[0].labels.items()))
        wanted = ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))
        yield CHECK.wrong(
            f"is loaded with the labels {seen or 'none'}, not {wanted or 'none'}.",
            subject=name,
        )
    elif canonical(expr) not in {canonical(rule.expr) for rule in found}:
        yield CHECK.wrong(f"is loaded with another expression: {found[0].expr}", subject=name)


CHECK = Check(
    "rules-are-loaded",
    "every rule is loaded as the definitions say",
    CheckGroup.PROMETHEUS_IS_CONFIGURED,
    run,
    fix="run `toolkit build`, mount alerts/generated/rules, and reload Prometheus.",
)
