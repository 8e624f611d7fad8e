"""Prometheus scraped the project's services throughout the watch.

Why: what was not scraped was not seen, and nothing seen is not the same as nothing wrong. A job
without a sample in the window, or with a hole of several scrapes in it, makes the watch unknown.
A target that is down counts as seen: Prometheus writes the series `up` about it as well.
"""

from collections.abc import Iterator
from itertools import pairwise

from toolkit.durations import in_words, seconds
from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup, NotYet, Skip
from toolkit.validate.watch_window import of_jobs, watched_services

# More than a slow scrape or two; ranges are held to four intervals as well.
MOST_INTERVALS = 4.0


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Look for holes between the samples of `up`, job by job."""
    jobs = [service.job for service in watched_services(stack.project)]
    if not jobs:
        raise Skip("no service of the project is scraped")
    window = stack.window
    times: dict[str, set[float]] = {job: set() for job in jobs}
    for series in stack.prometheus.history(f"up{of_jobs(jobs)}[{window.range}]"):
        times[series.labels["job"]] |= {x for x in series.times if x >= window.start.moment}
    least = seconds(stack.project.config.scrape_interval)
    every = {x.job: max(x.every_seconds, least) for x in stack.prometheus.targets()}
    for job in jobs:
        if not times[job]:
            raise NotYet(f"{job}: no sample since the watch began.\n  fix: {CHECK.fix}")
        seen = [window.start.moment, *sorted(times[job]), window.now]
        hole, after = max((later - earlier, earlier) for earlier, later in pairwise(seen))
        if hole > MOST_INTERVALS * every.get(job, hole):
            raise NotYet(
                f"{job}: no sample for {in_words(hole)}, "
                f"{in_words(after - window.start.moment)} after the watch began.\n"
                f"  fix: {CHECK.fix}"
            )
    yield from ()


CHECK = Check(
    "watch-has-no-gap",
    "Prometheus scraped the services throughout",
    CheckGroup.WATCH,
    run,
    fix="read Prometheus' log, then watch again.",
)
