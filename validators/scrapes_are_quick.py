"""No scrape takes more than half of its timeout.

Why: a scrape that times out is a target that is down, on the busiest day first.
"""

from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup

MOST_OF_TIMEOUT = 0.5


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Compare each target's last scrape with its timeout; targets-are-up has the dead ones."""
    for target in stack.targets():
        if target.health == "up" and target.took_seconds > MOST_OF_TIMEOUT * target.timeout_seconds:
            yield CHECK.wrong(
                f"{target.url} took {target.took_seconds:.2f} s of {target.timeout_seconds:g} s.",
                subject=target.job,
            )


CHECK = Check(
    "scrapes-are-quick",
    "no scrape is close to its timeout",
    CheckGroup.PROMETHEUS_IS_CONFIGURED,
    run,
    fix="export fewer series, or scrape with a longer timeout.",
)
