"""Prometheus has loaded no rule that the definitions do not have.

Why: a rule that was added by hand pages people about something that nobody reviewed, and is
lost with the next deployment. Of a Prometheus that is shared with others, only the project's own
groups are checked: what others load there is theirs.
"""

from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Compare names, in this one direction; rules-are-loaded has the other."""
    project = stack.project
    known = {alert.alertname for alert in project.alerts} | {r.name for r in project.recordings}
    for rule in stack.rules():
        if rule.name not in known:
            yield CHECK.wrong(
                f"is loaded from {rule.file}, and no definition makes it.",
                subject=rule.name,
            )


CHECK = Check(
    "no-undeclared-rules",
    "no rule is loaded that the definitions lack",
    CheckGroup.PROMETHEUS_IS_CONFIGURED,
    run,
    fix="define it here, or remove the file from Prometheus.",
)
