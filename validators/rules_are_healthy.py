"""Every loaded rule has been evaluated without an error.

Why: a rule whose evaluation fails stays inactive, which looks as if all were well.
"""

from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup, NotYet


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Flag rules in error; rules that were never evaluated leave the answer open."""
    rules = stack.rules()
    if not rules:
        yield CHECK.wrong("no rule is loaded at all.", fix="see rules-are-loaded.")
    for rule in rules:
        if rule.health not in {"ok", "unknown"}:
            yield CHECK.wrong(f"fails: {rule.last_error}", subject=rule.name)
    waiting = [rule for rule in rules if rule.health == "unknown"]
    if waiting:
        longest = max(rule.every_seconds for rule in waiting)
        raise NotYet(
            f"{len(waiting)} of {len(rules)} rules have not been evaluated since Prometheus "
            f"started, {waiting[0].name} among them.\n"
            f"  fix: validate again in {longest:g} s, or say --wait {longest:g}."
        )


CHECK = Check(
    "rules-are-healthy",
    "every loaded rule evaluates without error",
    CheckGroup.PROMETHEUS_IS_CONFIGURED,
    run,
    fix="paste its expression into Prometheus, and correct what it objects to.",
)
