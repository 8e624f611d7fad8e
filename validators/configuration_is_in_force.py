"""Prometheus took its configuration when it last read it.

Why: a reload that is refused leaves the old one in force and nothing else shows it; the next
restart then fails.
"""

from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup, Skip


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Ask whether the last reading of the configuration succeeded."""
    if "prometheus" in stack.shared:
        raise Skip("this Prometheus is shared, and its configuration is its owners'")
    if not stack.prometheus.accepted_configuration():
        yield CHECK.wrong(
            f"{stack.prometheus.url} refused its configuration and goes on with an older one."
        )


CHECK = Check(
    "configuration-is-in-force",
    "Prometheus took its configuration when it last read it",
    CheckGroup.PROMETHEUS_IS_CONFIGURED,
    run,
    fix="look for the reason in Prometheus' log, or ask `promtool check config`; then reload.",
)
