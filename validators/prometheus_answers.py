"""Prometheus is ready and says its version.

Why: every other check asks it. A Prometheus that replays its log after a crash listens, but
is not ready.
"""

from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Ask for readiness and version; no answer is unknown, an empty version is wrong."""
    if not stack.prometheus.version():
        yield CHECK.wrong(f"{stack.prometheus.url} does not say its version.")


CHECK = Check(
    "prometheus-answers",
    "Prometheus is ready",
    CheckGroup.PROMETHEUS_RUNS,
    run,
    fix="start it with `toolkit up`; `toolkit logs prometheus` says why it is not ready.",
)
