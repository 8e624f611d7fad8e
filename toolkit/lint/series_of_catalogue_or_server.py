"""What dashboards' queries are judged by: a project's catalogue, or a Prometheus that runs."""

from dataclasses import dataclass

from toolkit.project import Project
from toolkit.prometheus.client import Prometheus

_OWN = frozenset({"up", "ALERTS", "ALERTS_FOR_STATE"})  # what Prometheus writes by itself


@dataclass(frozen=True, slots=True)
class CataloguedSeries:
    """The metrics that a project declares or records.

    Metrics of systems that nobody declares are not judged: those of which no declared name has
    the first word.
    """

    project: Project

    def labels(self, metric: str) -> frozenset[str] | None:
        """The labels that a metric may carry, empty where it may be any; None for no metric."""
        is_known = metric in self.project.series or self.project.recorded.named(metric)
        if not is_known and metric not in _OWN and self._is_of_a_declared_system(metric):
            return None
        return self.project.labels_of(metric) or frozenset()

    def names(self) -> frozenset[str]:
        """Every series that is declared."""
        return frozenset(self.project.series)

    def _is_of_a_declared_system(self, metric: str) -> bool:
        word = metric.partition("_")[0]
        return any(name.partition("_")[0] == word for name in self.project.series)


@dataclass(frozen=True, slots=True)
class LiveSeries:
    """The metrics that a Prometheus has now."""

    server: Prometheus

    def labels(self, metric: str) -> frozenset[str] | None:
        """The labels of a metric's series; None where it has none."""
        return frozenset(self.server.ask("/api/v1/labels", {"match[]": metric})) or None

    def names(self) -> frozenset[str]:
        """The names of all metrics."""
        return frozenset(self.server.ask("/api/v1/label/__name__/values"))
