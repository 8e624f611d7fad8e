"""What one run came to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from toolkit.load.statistics import Figures, Tally
from toolkit.load.worker_messages import Report
from toolkit.load.workload import Orders


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """A run's figures, and what is to be known of how it went.

    `started` is in Unix seconds; `thresholds` are all that hold for it, the scenario's own
    included; `lost` are workers that ended early; `aborted` names the threshold that ended it.
    """

    scenario: str
    url: str
    figures: Figures
    seconds: float
    started: float = 0.0
    orders: Orders | None = None
    thresholds: tuple[str, ...] = ()
    workers: int = 1
    lost: tuple[str, ...] = ()
    aborted: str = ""
    interrupted: bool = False

    @classmethod
    def of(cls, report: Report, *, scenario: str, url: str, interrupted: bool) -> Self:
        """What a generator reported."""
        return cls(
            scenario=scenario,
            url=url,
            figures=Figures.read(report.figures),
            seconds=report.seconds,
            started=report.started,
            orders=Orders.read(report.orders) if report.orders else None,
            thresholds=report.thresholds,
            workers=report.workers,
            lost=report.lost,
            aborted=report.aborted,
            interrupted=interrupted,
        )

    @property
    def total(self) -> Tally:
        """All requests together."""
        return self.figures.total

    @property
    def requests(self) -> int:
        """Requests that were sent and judged."""
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
        return self.requests / self.seconds if self.seconds else 0.0

    @property
    def unsent(self) -> int:
        """Requests that fell due and were not sent and answered; 0 of a closed loop."""
        if self.orders is None or self.orders.schedule is None or self.interrupted or self.aborted:
            return 0
        return max(0, (self.orders.due or 0) - self.requests)

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
            "orders": self.orders.document() if self.orders else None,
            "thresholds": self.thresholds,
            "workers": self.workers,
            "lost": self.lost,
            "aborted": self.aborted,
            "interrupted": self.interrupted,
            "figures": self.figures.document(),
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """What `document` wrote. Raises KeyError, TypeError or ValueError for anything else."""
        values = {**document, "figures": Figures.read(document["figures"])}
        values["orders"] = Orders.read(document["orders"]) if document["orders"] else None
        values["thresholds"], values["lost"] = (
            tuple(document["thresholds"]), tuple(document["lost"])
        )  # fmt: skip
        return cls(**values)


def joined(results: tuple[LoadResult, ...]) -> LoadResult:
    """Several runs, one after the other, as one."""
    whole = Figures()
    for result in results:
        whole.merge(result.figures)
    return replace(
        results[0],
        scenario=", ".join(result.scenario for result in results),
        figures=whole,
        seconds=sum(result.seconds for result in results),
        orders=None,
        lost=tuple(words for result in results for words in result.lost),
        aborted="; ".join(result.aborted for result in results if result.aborted),
        interrupted=any(result.interrupted for result in results),
    )
