"""Every scrape target answers, and each job of the project has one.

Why: a target that is down leaves its panels empty and its alerts silent. A load generator
comes and goes, and Prometheus notices a little later, so its target is left out; so are those
of services that run on demand, or only where they are installed.
What Prometheus has not scraped or discovered yet leaves the answer open.
"""

from collections.abc import Iterator

from toolkit.catalogues import load_generator
from toolkit.durations import seconds
from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup, NotYet


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Flag targets that are down, and jobs without a target once they must have been found."""
    config = stack.project.config
    at_times = {load_generator.JOB, *config.jobs} - set(config.constant_jobs)
    targets = [x for x in stack.targets() if x.job not in at_times]
    waiting = [target for target in targets if target.health == "unknown"]
    for target in targets:
        if target.health not in {"up", "unknown"}:
            yield CHECK.wrong(
                f"{target.url} is {target.health}: {target.last_error}.",
                subject=target.job,
            )
    missing = [job for job in config.constant_jobs if job not in {x.job for x in targets}]
    if missing:
        stack.expect_discovery_of(", ".join(missing))
    for job in missing:
        yield CHECK.wrong("has no target.", subject=job, fix="load the generated prometheus.yml.")
    if waiting:
        every = config.scrape_interval
        raise NotYet(
            f"{', '.join(x.url for x in waiting)}: not scraped yet.\n"
            f"  fix: validate again in {every}, the scrape interval, or say --wait "
            f"{seconds(every):g}."
        )


CHECK = Check(
    "targets-are-up",
    "every scrape target answers",
    CheckGroup.PROMETHEUS_IS_CONFIGURED,
    run,
    fix="start it, or correct its address in [tool.toolkit.stack].",
)
