"""Every rule group is evaluated in time: well within its interval, and lately.

Why: an evaluation that takes longer than its interval is skipped, without any alert firing.
"""

import time
from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup

# Past half of its interval a group has no room for a busy hour.
MOST_OF_INTERVAL = 0.5
# One missed evaluation is a restart; more is a server that cannot keep up.
MOST_INTERVALS_AGO = 3


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Compare the last evaluation's length and age with the interval; none yet is not late."""
    now = time.time()
    for group in stack.groups():
        if group.last.year < 2000:  # noqa: PLR2004 - Prometheus' way of saying never
            continue
        if group.took_seconds > MOST_OF_INTERVAL * group.every_seconds:
            yield CHECK.wrong(
                f"takes {group.took_seconds:.1f} s to evaluate, every {group.every_seconds:g} s.",
                subject=group.name,
                fix="record the heavy parts, or evaluate it less often.",
            )
        age = now - group.last.timestamp()
        if age > MOST_INTERVALS_AGO * group.every_seconds:
            yield CHECK.wrong(
                f"was last evaluated {age:.0f} s ago, not every {group.every_seconds:g} s.",
                subject=group.name,
                fix="read Prometheus' log; it may be replaying, or out of memory.",
            )


CHECK = Check(
    "evaluation-keeps-up",
    "every rule group is evaluated in time",
    CheckGroup.PROMETHEUS_IS_CONFIGURED,
    run,
    fix="record the heavy parts, or evaluate the group less often.",
)
