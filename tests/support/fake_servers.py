"""Servers that answer in process, for checks that need a stack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from tests.support import project_builder
from toolkit.alertmanager.client import Alertmanager
from toolkit.errors import UnreachableError
from toolkit.project import Project
from toolkit.prometheus.client import LoadedRule, LoadedRuleGroup, Prometheus, Sample, ScrapeTarget
from toolkit.prometheus.exposition import Family, MeasuredService, families
from toolkit.validate.check import CheckedStack

EXPOSITION = """\
# HELP app_events_total Events.
# TYPE app_events_total counter
app_events_total{kind="read",zone="eu"} 1
# HELP app_queue_depth Jobs that wait.
# TYPE app_queue_depth gauge
app_queue_depth{kind="read"} 2
# HELP app_latency Time of an answer.
# TYPE app_latency histogram
app_latency_bucket{kind="read",le="0.1"} 1
app_latency_bucket{kind="read",le="+Inf"} 2
app_latency_sum{kind="read"} 0.6
app_latency_count{kind="read"} 2
"""
"""What a service that follows the catalogue of tests/support/project_builder.py exports."""


@dataclass
class FakePrometheus:
    url: str = "http://prometheus:9090"
    loaded: tuple[LoadedRule, ...] = ()
    scraped: tuple[ScrapeTarget, ...] = ()
    receivers: tuple[str, ...] = ("http://alertmanager:9093/api/v2/alerts",)
    answers: Mapping[str, tuple[Sample, ...]] = field(default_factory=dict)
    release: str = "2.42.0"
    evaluated: tuple[LoadedRuleGroup, ...] = ()
    retention: float | None = None
    configured: float = 3600.0  # seconds ago
    took: bool = True

    def configured_seconds_ago(self) -> float:
        return self.configured

    def accepted_configuration(self) -> bool:
        return self.took

    def version(self) -> str:
        return self.release

    def rules(self) -> tuple[LoadedRule, ...]:
        return self.loaded

    def targets(self) -> tuple[ScrapeTarget, ...]:
        return self.scraped

    def groups(self) -> tuple[LoadedRuleGroup, ...]:
        return self.evaluated

    def retention_seconds(self) -> float | None:
        return self.retention

    def alertmanagers(self) -> tuple[str, ...]:
        return self.receivers

    def as_of(self, _moment: float) -> "FakePrometheus":
        return self

    def query(self, expr: str) -> tuple[Sample, ...]:
        return self.answers.get(expr, ())


class DeadPrometheus:
    """Answers nothing."""

    url = "http://prometheus:9090"

    def __getattr__(self, name: str) -> object:
        def refuse(*_: object) -> None:
            raise UnreachableError(f"{self.url}: nothing listens there.", fix="start it.")

        return refuse


@dataclass
class FakeAlertmanager:
    url: str = "http://alertmanager:9093"
    loaded: Mapping[str, Any] = field(default_factory=dict)

    def configuration(self) -> Mapping[str, Any]:
        return self.loaded

    def version(self) -> str:
        return "0.25.0"


@dataclass
class FakeService:
    text: str = EXPOSITION
    name: str = ""
    label: str = ""
    constant: bool = True

    def subject(self, name: str) -> str:
        return f"{self.label}: {name}" if self.label else name

    def scrape(self) -> dict[str, Family]:
        return families(self.text)


def stack(
    *,
    project: Project | None = None,
    prometheus: FakePrometheus | DeadPrometheus | None = None,
    alertmanager: FakeAlertmanager | None = None,
    service: FakeService | None = None,
) -> CheckedStack:
    """A stack of fakes; what is left out is in order."""
    return CheckedStack(
        project=project or project_builder.project(),
        services=(cast("MeasuredService", service or FakeService()),),
        prometheus=cast("Prometheus", prometheus or FakePrometheus()),
        alertmanager=cast("Alertmanager", alertmanager or FakeAlertmanager()),
    )
