"""Grafana is ready, its database is well, and it is new enough for the dashboards.

Why: an old Grafana shows the dashboards wrongly without a word.
"""

from collections.abc import Iterator

from toolkit.deploy.dashboards_to_grafana import OLDEST
from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Ask for the version; a database that is not well leaves the answer open."""
    grafana = stack.its_grafana()
    version = grafana.version()
    major = version.partition(".")[0]
    if not major.isdigit() or int(major) < OLDEST:
        yield CHECK.wrong(
            f"{grafana.url} is Grafana {version or '(no version)'}; "
            f"the dashboards are for {OLDEST} and newer.",
        )


CHECK = Check(
    "grafana-answers",
    "Grafana is ready and new enough",
    CheckGroup.GRAFANA_RUNS,
    run,
    fix="bring Grafana up to date.",
)
