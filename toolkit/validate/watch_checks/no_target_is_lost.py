"""Each job has as many targets that are up as when the watch began, and at least one.

Why: an instance that dies after a deployment leaves the others to carry its load, and its panels
empty. Counted by job: a scheduler may replace an instance by another of a new name. A target counts
as lost once it has missed two scrapes. Services that run on demand or where they are installed may
end.
"""

from collections import Counter
from collections.abc import Iterator

from toolkit.durations import seconds, span
from toolkit.findings import Finding
from toolkit.validate import alert_links
from toolkit.validate.check import Check, CheckedStack, CheckGroup, Skip
from toolkit.validate.watch_window import MISSED_SCRAPES, instance_of, of_jobs


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Compare the targets that were up in the last scrapes with those of the start."""
    config, start = stack.project.config, stack.window.start
    jobs = config.constant_jobs
    if not jobs:
        raise Skip("every service of the project may be absent")
    recent = span(MISSED_SCRAPES * seconds(config.scrape_interval))
    found = stack.prometheus.query(f"max_over_time(up{of_jobs(jobs)}[{recent}]) == 1")
    up = {instance_of(sample.labels) for sample in found}
    before, now = (Counter(job for job, _ in x) for x in (start.targets, up))
    missing = [job for job in jobs if not before[job] and not now[job]]
    if missing:
        stack.expect_discovery_of(", ".join(missing))
    for job in jobs:
        look = alert_links.of_series(stack, {"up"}, job=job)
        if job in missing:
            yield CHECK.wrong("has no target that is up.", subject=job, fix=look)
        elif now[job] < before[job]:
            lost = sorted(name for its, name in start.targets - up if its == job)
            yield CHECK.wrong(
                f"{now[job]} of {before[job]} targets are up; lost: {', '.join(lost)}.",
                subject=job,
                fix=look,
            )


CHECK = Check(
    "no-target-is-lost",
    "every job keeps its targets",
    CheckGroup.WATCH,
    run,
    fix="read the log of the instance that ended.",
)
