"""Every loaded rule has been evaluated without an error.

Why: a rule whose evaluation fails stays inactive, which looks exactly like all is well.
"""

from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.validate import Check, Group, Stack


def run(stack: Stack) -> Iterator[Finding]:
    """Flag rules in error and rules that were never evaluated."""
    rules = stack.prometheus.rules()
    if not rules:
        yield CHECK.wrong("no rule is loaded at all.", fix="see rules-are-loaded.")
    for rule in rules:
        if rule.health == "unknown":
            yield CHECK.wrong(
                "has not been evaluated yet.",
                subject=rule.name,
                fix="wait for one evaluation interval, then validate again.",
            )
        elif rule.health != "ok":
            yield CHECK.wrong(f"fails: {rule.last_error}", subject=rule.name)


CHECK = Check(
    "rules-are-healthy",
    "every loaded rule evaluates without error",
    Group.PROMETHEUS_IS_CONFIGURED,
    run,
)
