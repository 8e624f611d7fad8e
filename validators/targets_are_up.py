"""Every scrape target answers, and each job of the project has one.

Why: a target that is down leaves its panels empty and its alerts silent. A load generator
comes and goes, and Prometheus notices a little later, so its target is nobody's business here.
"""

from collections.abc import Iterator

from toolkit import loadmetrics
from toolkit.findings import Finding
from toolkit.validate import Check, Group, Stack


def run(stack: Stack) -> Iterator[Finding]:
    """Flag targets that are not up, and jobs without a target."""
    targets = stack.prometheus.targets()
    for target in targets:
        if target.health != "up" and target.job != loadmetrics.JOB:
            why = target.last_error or "it has not been scraped yet"
            yield CHECK.wrong(f"{target.url} is {target.health}: {why}.", subject=target.job)
    jobs = {target.job for target in targets}
    for job in stack.project.jobs:
        if job not in jobs:
            yield CHECK.wrong(
                "has no target.", subject=job, fix="load the generated prometheus.yml."
            )


CHECK = Check("targets-are-up", "every scrape target answers", Group.PROMETHEUS_IS_CONFIGURED, run)
