"""Grafana's own alert rules are copies of definitions here, and none of them is paused.

Why: a paused rule never fires, which looks as if all were well; one that no definition
makes was not reviewed, and has no runbook. Checks the rules in the project's folder and,
wherever they are, those that have the name of an alert here. The alerts of
Prometheus cannot be paused.
"""

from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.grafana import provisioning
from toolkit.validate.check import Check, CheckedStack, CheckGroup, Skip


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Flag what is paused, and what is in the folder and not among the definitions."""
    rules = stack.its_grafana().alert_rules()
    if rules is None:
        raise Skip("this Grafana has no alert rules of its own: it answers 404")
    home = provisioning.folder(stack.project.config)["uid"]
    known = {alert.name for alert in stack.project.alerts}
    for rule in rules:
        if rule.folder != home and (rule.title not in known or "grafana" in stack.shared):
            continue
        where = f"{rule.title} ({rule.folder}/{rule.group})"
        if rule.title not in known:
            yield CHECK.wrong(
                "is in our folder, and no definition makes it.",
                subject=where,
                fix="define it here, or delete it there.",
            )
        if rule.paused:
            yield CHECK.wrong(
                "is paused, so it never fires.",
                subject=where,
                fix="resume it there, or delete it: Prometheus has the alerts of this project.",
            )


CHECK = Check(
    "grafana-rules-match",
    "Grafana's own alert rules are defined here, and none is paused",
    CheckGroup.GRAFANA_RUNS,
    run,
    fix="resume or delete the rule in Grafana, or define it here.",
)
