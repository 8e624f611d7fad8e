"""Grafana's dashboards are those that the code generates, and its folder holds no other.

Why: an edit in the browser is lost with the next deployment, and a dashboard that no code makes
is not reviewed.
"""

from collections.abc import Iterator

from toolkit.deploy import dashboards_to_grafana as deploy
from toolkit.deploy.dashboards_to_grafana import DeployChange
from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup

_OVERWRITTEN = "run `toolkit deploy`; what was edited there by hand is lost."
# By what a deployment would do: what is wrong, and how to fix it.
_WRONG = {
    DeployChange.CREATE: ("is not in Grafana.", _OVERWRITTEN),
    DeployChange.UPDATE: ("differs from what the code generates.", _OVERWRITTEN),
    DeployChange.PROVISIONED: (
        "differs from what the code generates, and comes from a file there.",
        "bring the generated file to where Grafana reads it; its API cannot change this one.",
    ),
    DeployChange.MANAGED: (
        "differs from what the code generates, and another tool manages it.",
        "change it where it is managed, or end that in Grafana; `toolkit deploy` leaves it alone.",
    ),
    DeployChange.LEFT_OVER: (
        "is in the folder, and no code makes it.",
        "delete it there, or define it here.",
    ),
}


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Ask what a deployment would change; nothing is changed here."""
    grafana = stack.its_grafana()
    for step in deploy.deploy(stack.project, grafana, dry_run=True, datasources=False):
        if step.kind == "dashboard" and step.change in _WRONG:
            message, fix = _WRONG[step.change]
            yield CHECK.wrong(message, subject=step.uid, fix=fix)


CHECK = Check(
    "dashboards-match-code",
    "Grafana's dashboards are those that the code generates",
    CheckGroup.DASHBOARDS,
    run,
    fix="run `toolkit deploy`; what was edited in Grafana by hand is lost.",
)
