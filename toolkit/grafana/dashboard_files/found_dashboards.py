"""The dashboards that were found among files and folders, and what their queries are judged by."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from toolkit.findings import Location

if TYPE_CHECKING:
    from toolkit.grafana.dashboard_files.dashboard_positions import WrittenDashboard


class KnownSeries(Protocol):
    """Which metrics there are, by a catalogue or by a Prometheus that runs."""

    def labels(self, metric: str) -> frozenset[str] | None:
        """The labels that a metric has, empty where not known; None for no such metric."""

    def names(self) -> frozenset[str]:
        """Every metric, for a guess at what was meant."""


@dataclass(frozen=True, slots=True)
class MalformedDashboard:
    """A file that was named, or says that it is a dashboard, and cannot be read as one."""

    message: str
    location: Location


@dataclass(frozen=True, slots=True)
class DashboardFolder:
    """What was read; `known` is what its queries are judged by, where there is something."""

    dashboards: "tuple[WrittenDashboard, ...]" = ()
    malformed: tuple[MalformedDashboard, ...] = ()
    known: KnownSeries | None = None

    def __bool__(self) -> bool:
        return bool(self.dashboards or self.malformed)
