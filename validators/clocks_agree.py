"""Prometheus' clock agrees with that of this machine.

Why: a webhook's age, the end of a silence and the start of an alert are taken from the
clocks of different machines.
"""

import time
from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup

# Half a scrape; well-kept machines differ by milliseconds.
MOST_SECONDS = 5.0


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Ask for the time and compare, allowing for how long the answer took."""
    before = time.time()
    answer = stack.prometheus.query("time()")
    after = time.time()
    for sample in answer:
        apart = max(before - sample.value, sample.value - after, 0.0)
        if apart > MOST_SECONDS:
            yield CHECK.wrong(
                f"{stack.prometheus.url} is {apart:.0f} s apart from this machine.",
            )


CHECK = Check(
    "clocks-agree",
    "Prometheus' clock agrees with ours",
    CheckGroup.PROMETHEUS_IS_CONFIGURED,
    run,
    fix="keep both clocks by NTP.",
)
