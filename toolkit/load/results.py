"""The result of a run, and the outcome of all runs of one command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

from toolkit.errors import ExitStatus, ToolkitError, worst
from toolkit.load.counter_reconciliation import Balance
from toolkit.load.definitions import ServiceChart
from toolkit.load.judge_thresholds import ThresholdVerdict
from toolkit.load.locust_process_messages import ENDED_ITSELF, LoadGeneratorReport
from toolkit.load.report_numbers import finite
from toolkit.load.statistics import Figures, Tally
from toolkit.load.workload import Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """A run's figures, and how it went.

    `started` is in Unix seconds; `thresholds` are all that hold for it, the scenario's own
    included; `lost` are workers that ended early; `aborted` says what ended it before its time;
    `settings` came from Locust's own configuration.
    """

    scenario: str
    url: str
    figures: Figures
    seconds: float
    started: float = 0.0
    workload: Workload | None = None
    thresholds: tuple[str, ...] = ()
    workers: int = 1
    lost: tuple[str, ...] = ()
    aborted: str = ""
    interrupted: bool = False
    settings: tuple[str, ...] = ()

    @classmethod
    def of(cls, report: LoadGeneratorReport, *, scenario: str, url: str, interrupted: bool) -> Self:
        """What the load generator reported."""
        return cls(
            scenario=scenario,
            url=url,
            figures=Figures.read(report.figures) if report.figures else Figures(),
            seconds=report.seconds,
            started=report.started,
            workload=Workload.read(report.workload) if report.workload else None,
            thresholds=report.thresholds,
            workers=report.workers,
            lost=report.lost,
            # The signal was ours.
            aborted="" if interrupted and report.aborted == ENDED_ITSELF else report.aborted,
            interrupted=interrupted,
            settings=report.settings,
        )

    @property
    def total(self) -> Tally:
        """All requests together."""
        return self.figures.total

    @property
    def requests(self) -> int:
        """Requests that were sent: answered, failed, timed out or unfinished."""
        return self.total.requests

    @property
    def failures(self) -> int:
        """Requests that were not answered as the scenario expects."""
        return self.total.failed

    @property
    def successes(self) -> int:
        """Requests answered as the scenario expects."""
        return self.requests - self.failures

    @property
    def success_share(self) -> float:
        """Successes among all requests, 0 to 1; 0 when nothing was sent."""
        return self.total.success_share

    @property
    def requests_per_second(self) -> float:
        """Throughput over the whole run."""
        return self.requests / self.measured_seconds if self.measured_seconds else 0.0

    @property
    def measured_seconds(self) -> float:
        """How long requests were sent that are in the figures: without the warm-up."""
        warm_up = self.workload.warm_up_seconds if self.workload else 0.0
        return max(0.0, self.seconds - warm_up)

    @property
    def is_open(self) -> bool:
        """Whether the clock decided when requests left."""
        return self.workload is not None and self.workload.schedule is not None

    @property
    def due(self) -> int:
        """Tasks that were to be begun; of an open loop that was ended early, until then.

        A closed loop has a number of them where `--requests` alone says when it is over.
        """
        if self.workload is None or not (self.is_open or self.workload.ends_by_number):
            return 0
        ended_early = self.interrupted or (self.is_open and bool(self.aborted))
        return self.figures.due if ended_early else self.workload.due_requests or 0

    @property
    def unsent(self) -> int:
        """Tasks that were to be begun, and never were."""
        return max(0, self.due - self.figures.started)

    @property
    def unfinished(self) -> int:
        """Requests that were under way when the run ended; they count as failed."""
        return self.total.unfinished

    @property
    def raised(self) -> int:
        """How often the scenario's own code raised."""
        return self.figures.raised.counts.total()

    @property
    def errors(self) -> dict[str, int]:
        """What was wrong with the answers, by name of request, the most frequent first."""
        found = {
            f"{name}: {message}": count
            for name, tally in self.figures.names.items()
            for message, count in tally.messages.items()
        }
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def document(self) -> dict[str, Any]:
        """As JSON; see `read`."""
        return {
            "scenario": self.scenario,
            "url": self.url,
            "started": self.started,
            "seconds": self.seconds,
            "workload": self.workload.document() if self.workload else None,
            "thresholds": self.thresholds,
            "workers": self.workers,
            "lost": self.lost,
            "aborted": self.aborted,
            "interrupted": self.interrupted,
            "settings": self.settings,
            "figures": self.figures.document(),
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """What `document` wrote. Raises KeyError, TypeError or ValueError for anything else."""
        values = {**document, "figures": Figures.read(document["figures"])}
        values["workload"] = Workload.read(document["workload"]) if document["workload"] else None
        values |= {name: tuple(document[name]) for name in ("thresholds", "lost", "settings")}
        values |= {name: finite(document[name]) for name in ("seconds", "started")}
        return cls(**values)


def as_interrupted(result: LoadResult) -> LoadResult:
    """The result of a run that was ended by the user, together with the others of a mix."""
    aborted = "" if result.aborted == ENDED_ITSELF else result.aborted
    return replace(result, interrupted=True, aborted=aborted)


@dataclass(frozen=True, slots=True)
class ServiceSeries:
    """The series of one chart of the service during a run: name of line → (seconds, value)."""

    chart: ServiceChart
    lines: Mapping[str, Sequence[tuple[float, float]]]


@dataclass(frozen=True, slots=True)
class ServiceDashboard:
    """One of the project's dashboards during the runs, drawn: a whole HTML page."""

    title: str
    page: str


class Comparison(Protocol):
    """A run beside earlier ones; as text, it says all of them."""

    @property
    def regressions(self) -> Sequence[object]:
        """What is worse beyond chance, or cannot be judged though it must be; each as text."""

    @property
    def not_judged(self) -> str:
        """Why nothing could be compared, though there is an earlier run; empty otherwise."""

    @property
    def scenario(self) -> str:
        """Which scenario is compared."""

    @property
    def earlier(self) -> int:
        """With how many runs."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong around the runs, and cost no more than what it is about."""

    message: str
    status: ExitStatus

    @classmethod
    def of(cls, error: ToolkitError) -> Self:
        """The error, as a command says it."""
        return cls(f"error: {error}", error.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOutcome:
    """All runs of one command, in order, and how they were judged.

    `verdicts` and `service` are by run, `together` are verdicts on all of them. `balances` is None
    where they were not asked for; `comparisons` are with earlier runs, `trend` is text about those
    in a folder, `history`; `service_unknown` says why nothing is known of the service.
    `problems` are what could not be done.
    """

    results: tuple[LoadResult, ...]
    verdicts: tuple[tuple[ThresholdVerdict, ...], ...]
    together: tuple[ThresholdVerdict, ...] = ()
    balances: tuple[Balance, ...] | None = None
    comparisons: tuple[Comparison, ...] = ()
    trend: str = ""
    history: tuple[LoadResult, ...] = ()
    service: tuple[tuple[ServiceSeries, ...], ...] = ()
    service_unknown: str = ""
    dashboards: tuple[ServiceDashboard, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def interrupted(self) -> bool:
        """Whether the user ended it early."""
        return any(result.interrupted for result in self.results)

    @property
    def status(self) -> ExitStatus:
        """The first of 4, 2, 1 and 3 that applies.

        WRONG for a scenario that raised; FINDINGS for an unexpected answer, a missed threshold,
        a lost worker, a difference, a regression; UNKNOWN for a threshold, or a comparison, that
        nothing could judge.
        """
        verdicts = [verdict for each in (*self.verdicts, self.together) for verdict in each]
        findings = (
            any(result.failures or result.lost or result.aborted for result in self.results)
            or not all(verdict.kept or verdict.unknown for verdict in verdicts)
            or not all(balance.holds for balance in self.balances or ())
            or any(comparison.regressions for comparison in self.comparisons)
        )
        found = [problem.status for problem in self.problems]
        if findings:
            found.append(ExitStatus.FINDINGS)
        if any(result.raised for result in self.results):
            found.append(ExitStatus.WRONG)
        if any(verdict.unknown for verdict in verdicts) or any(
            comparison.not_judged for comparison in self.comparisons
        ):
            found.append(ExitStatus.UNKNOWN)
        return worst(found)
