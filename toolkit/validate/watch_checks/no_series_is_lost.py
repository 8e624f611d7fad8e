"""Every declared series that was there as the watch began is still exported.

Why: a series that ends empties panels and silences alerts without any of them saying so. Series are
told apart by their labels with closed values; others, such as a symbol, come and go by nature, and
instances are the business of no-target-is-lost. A job of which no target is up is left to that
check too.
"""

from collections.abc import Iterator

from toolkit.durations import seconds, span
from toolkit.findings import Finding
from toolkit.validate import alert_links
from toolkit.validate.check import Check, CheckedStack, CheckGroup, NotYet, Skip
from toolkit.validate.watch_window import (
    MISSED_SCRAPES,
    SeriesKey,
    of_jobs,
    series_in,
    watched_services,
)


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Name each series that has no sample in the last scrapes."""
    start = stack.window.start
    jobs = sorted({job for job, _, _ in start.series})
    if not jobs:
        _refuse_empty(stack)
    up = {sample.labels["job"] for sample in stack.prometheus.query(f"up{of_jobs(jobs)} == 1")}
    missing = {key for key in start.series if key[0] in up}
    missing -= series_in(stack.project, stack.prometheus)
    if missing:  # one scrape may have failed by chance: all series are missing for a moment
        recent = span(MISSED_SCRAPES * seconds(stack.project.config.scrape_interval))
        missing -= series_in(stack.project, stack.prometheus, over=recent)
    by_name: dict[tuple[str, str], list[SeriesKey]] = {}
    for key in sorted(missing):
        by_name.setdefault(key[:2], []).append(key)
    for (job, name), lost in by_name.items():
        before = sum(key[:2] == (job, name) for key in start.series)
        yield CHECK.wrong(
            f"{job} has stopped exporting {_which(lost, before)}.",
            subject=name,
            fix=alert_links.of_series(stack, {name}, job=job),
        )


def _which(lost: list[SeriesKey], before: int) -> str:
    if len(lost) == before:
        return "it"
    sets = ("{" + ", ".join(f'{k}="{v}"' for k, v in labels) + "}" for _, _, labels in lost)
    return f"{', '.join(sets)} ({len(lost)} of {before} series)"


def _refuse_empty(stack: CheckedStack) -> None:
    """Say why there is nothing to compare with."""
    project = stack.project
    if not any(project.catalogue_of(service.name) for service in watched_services(project)):
        raise Skip("no service that must always be there has a catalogue")
    raise NotYet(
        "Prometheus had no declared series as the watch began, so that none could be lost.\n"
        "  fix: begin the watch once the services are scraped."
    )


CHECK = Check(
    "no-series-is-lost",
    "no declared series ends",
    CheckGroup.WATCH,
    run,
    fix="read the service's log.",
)
