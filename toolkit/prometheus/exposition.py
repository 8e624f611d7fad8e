"""The exposition format: asked of a service, and read under the names that the catalogue uses.

prometheus-client's parser drops `_total` from a counter's name and gives a `_created`
family to each; here a counter has its exposed name, and `_created` is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from toolkit.errors import ToolkitError
from toolkit.http_client import NO_CREDENTIALS, Access, HttpClient

_SERIES_LABELS = frozenset({"le", "quantile"})


class ScrapeError(ToolkitError):
    """Fix the service: what it exports is not the text exposition format."""


@dataclass(frozen=True, slots=True)
class Family:
    """One metric as exported. `label_sets` are the labels of its samples, without `le`."""

    name: str
    kind: str
    help: str
    label_sets: tuple[Mapping[str, str], ...]

    @property
    def label_names(self) -> frozenset[str]:
        """Every label that any of its samples carries."""
        return frozenset(name for labels in self.label_sets for name in labels)

    def values(self, label: str) -> frozenset[str]:
        """Every value that `label` takes."""
        return frozenset(labels[label] for labels in self.label_sets if label in labels)


@dataclass(frozen=True, slots=True)
class Exported:
    """One exported sample, under the name that queries know it by."""

    name: str
    labels: Mapping[str, str]
    value: float


def samples(text: str) -> tuple[Exported, ...]:
    """Every sample. Raises ScrapeError for text that is not the exposition format."""
    try:
        return tuple(
            Exported(sample.name, sample.labels, sample.value)
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        )
    except ValueError as error:
        raise ScrapeError(f"/metrics is not the text exposition format: {error}.") from None


def families(text: str) -> dict[str, Family]:
    """Metric name → family. Raises ScrapeError for text that is not the exposition format."""
    found = {}
    try:
        for family in text_string_to_metric_families(text):
            if family.name.endswith("_created") and family.type == "gauge":
                continue
            name = f"{family.name}_total" if family.type == "counter" else family.name
            unique = {
                tuple((k, v) for k, v in sample.labels.items() if k not in _SERIES_LABELS)
                for sample in family.samples
            }
            labels = tuple(dict(pairs) for pairs in sorted(unique))
            found[name] = Family(name, family.type, family.documentation, labels)
    except ValueError as error:
        raise ScrapeError(f"/metrics is not the text exposition format: {error}.") from None
    return found


@dataclass(frozen=True, slots=True)
class MeasuredService:
    """One instance of a service that the project measures.

    Where it is not `constant`, its absence is not a finding.
    """

    url: str
    hint: str = "start it with `toolkit up`, or correct its address in pyproject.toml."
    access: Access = NO_CREDENTIALS
    name: str = ""  # of the service
    label: str = ""  # what a finding calls it, where there are several to tell apart
    metrics: str = "/metrics"
    constant: bool = True

    def subject(self, name: str) -> str:
        """What a finding about the metric `name` is about."""
        return f"{self.label}: {name}" if self.label else name

    def scrape(self) -> dict[str, Family]:
        """What it exports now, by metric name."""
        return families(self._text())

    def samples(self) -> tuple[Exported, ...]:
        """Every sample that it exports now."""
        return samples(self._text())

    def _text(self) -> str:
        name = self.label or "the service"
        http = HttpClient(name=name, url=self.url, hint=self.hint, access=self.access)
        return http.get(self.metrics).text
