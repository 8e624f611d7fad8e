"""What a watch compares with: what Prometheus knew as it began, and the time since then.

All times are Prometheus' own, so that no difference between clocks counts. Nothing is kept in
memory that Prometheus could forget to tell: each look asks about the whole time since the start.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from toolkit.config.services import ServiceConfig
from toolkit.durations import span
from toolkit.label_matchers.promql_matchers import one_of
from toolkit.project import Project
from toolkit.prometheus.client import Prometheus

STARTED = "process_start_time_seconds"
"""When a process started, in Unix seconds, as the client libraries export it."""

# A target counts as lost once it has missed two scrapes: one may be missed by chance.
MISSED_SCRAPES = 2.5

Instance = tuple[str, str]
"""Job and instance."""

SeriesKey = tuple[str, str, tuple[tuple[str, str], ...]]
"""Job, name, and the values of those labels that are closed: others come and go by nature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchStart:
    """What was there at `moment` (Unix seconds): targets that are up, series, start times."""

    moment: float
    targets: frozenset[Instance]
    series: frozenset[SeriesKey]
    started: Mapping[Instance, float]


@dataclass(slots=True, kw_only=True)
class WatchWindow:
    """The time from the start of the watch until `now` (Unix seconds).

    `is_last` says that no look follows. `suppressed` and `unheard` are the alerts that were
    silenced or inhibited when seen, and those that Alertmanager did not have yet.
    """

    start: WatchStart
    now: float
    is_last: bool = False
    suppressed: set[frozenset[tuple[str, str]]] = field(default_factory=set)
    unheard: set[frozenset[tuple[str, str]]] = field(default_factory=set)

    @property
    def range(self) -> str:
        """The window as a duration of PromQL, which knows none of nothing."""
        return span(max(self.now - self.start.moment, 0.001))


def begin(project: Project, prometheus: Prometheus) -> WatchStart:
    """What Prometheus knows now. Raises UnreachableError where it does not answer."""
    (now,) = prometheus.query("time()")
    then = prometheus.as_of(now.value)
    up = then.query(f"up{of_jobs(project.config.constant_jobs)} == 1")
    started = then.query(f"{STARTED}{of_jobs(s.job for s in watched_services(project))}")
    return WatchStart(
        moment=now.value,
        targets=frozenset(instance_of(sample.labels) for sample in up),
        series=series_in(project, then),
        started={instance_of(sample.labels): sample.value for sample in started},
    )


def watched_services(project: Project) -> tuple[ServiceConfig, ...]:
    """The services that are scraped, and whose absence is a finding."""
    return tuple(s for s in project.config.all_services if s.is_scraped and s.is_constant)


def series_in(project: Project, prometheus: Prometheus, over: str = "") -> frozenset[SeriesKey]:
    """The declared series that Prometheus has, or that had a sample within the duration `over`."""
    declared = {
        service.job: catalogue.series
        for service in watched_services(project)
        if (catalogue := project.catalogue_of(service.name)) is not None
    }
    if not declared:
        return frozenset()
    selector = of_jobs(declared)
    found = set()
    for sample in prometheus.query(f"last_over_time({selector}[{over}])" if over else selector):
        job, name = sample.labels["job"], sample.labels["__name__"]
        series = declared[job].get(name)
        if series is not None:
            closed = sorted(label.name for label in series.labels if label.values)
            found.add((job, name, tuple((x, sample.labels.get(x, "")) for x in closed)))
    return frozenset(found)


def of_jobs(jobs: Iterable[str]) -> str:
    """The part of a selector that selects the jobs."""
    return f"{{job{one_of(*jobs)}}}"


def instance_of(labels: Mapping[str, str]) -> Instance:
    """The target that a series came from."""
    return labels["job"], labels.get("instance", "")
