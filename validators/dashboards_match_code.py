"""Grafana's dashboards are those that the code generates, and its folder holds no other.

Why: an edit in the browser is lost with the next deployment, and a dashboard that no code makes
is not reviewed.
"""

from collections.abc import Iterator

from toolkit import deploy
from toolkit.deploy import DeployChange
from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup

_WRONG = {
    DeployChange.CREATE: "is not in Grafana.",
    DeployChange.UPDATE: "differs from what the code generates.",
    DeployChange.PROVISIONED: "differs from what the code generates, and comes from a file there.",
    DeployChange.LEFT_OVER: "is in the folder, and no code makes it.",
}


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Ask what a deployment would change; nothing is changed here."""
    grafana = stack.its_grafana()
    for step in deploy.deploy(stack.project, grafana, dry_run=True, datasources=False):
        if step.kind == "dashboard" and step.change in _WRONG:
            fix = (
                "delete it there, or define it here."
                if step.change is DeployChange.LEFT_OVER
                else "run `toolkit deploy`; what was edited there by hand is lost."
            )
            yield CHECK.wrong(_WRONG[step.change], subject=step.uid, fix=fix)


CHECK = Check(
    "dashboards-match-code",
    "Grafana's dashboards are those that the code generates",
    CheckGroup.DASHBOARDS,
    run,
    fix="run `toolkit deploy`; what was edited in Grafana by hand is lost.",
)
