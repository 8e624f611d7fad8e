"""Alertmanager is ready, and Prometheus sends its alerts there.

Why: an alert that fires and has nowhere to go reaches no person.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Ask both sides: is it ready, and is it the one that Prometheus uses."""
    stack.alertmanager.version()
    wanted = urlsplit(stack.alertmanager.url).netloc
    used = {urlsplit(url).netloc for url in stack.prometheus.alertmanagers()}
    if wanted not in used:
        stack.expect_discovery_of(wanted)
        instead = ", ".join(sorted(used)) or "no Alertmanager"
        yield CHECK.wrong(f"Prometheus sends alerts to {instead}, not to {wanted}.")


CHECK = Check(
    "alertmanager-answers",
    "Alertmanager is ready and Prometheus sends to it",
    CheckGroup.PROMETHEUS_IS_CONFIGURED,
    run,
    fix="load the generated prometheus.yml, or correct [tool.toolkit.stack] alertmanager.",
)
