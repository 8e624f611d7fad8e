"""What a load generator measures is declared like what a service measures."""

from prometheus_client import CollectorRegistry, generate_latest

from tests.support import small_dashboards
from toolkit.catalogue import Kind, Metric, Unit
from toolkit.catalogues import load_generator
from toolkit.instruments import Instruments

NAMES = [
    "locust_users",
    "locust_requests_total",
    "locust_request_refusals_total",
    "locust_request_failures_total",
    "locust_request_duration_seconds",
]


def test_the_names_are_those_that_dashboards_ask_for() -> None:
    assert [metric.name for metric in load_generator.CATALOGUE.metrics] == NAMES


def test_a_scenario_can_make_instruments_of_them() -> None:
    registry = CollectorRegistry()
    made = Instruments(load_generator.CATALOGUE, registry, known={"name": ("webhook: valid",)})
    made.counter(load_generator.REQUESTS).labels("webhook: valid", "refused").inc()
    text = generate_latest(registry).decode()
    assert 'locust_requests_total{name="webhook: valid",outcome="refused"} 1.0' in text
    assert 'locust_requests_total{name="webhook: valid",outcome="failed"} 0.0' in text


def test_a_project_knows_them_and_its_own_declaration_goes_first() -> None:
    assert small_dashboards.project().series["locust_users"].metric is load_generator.USERS
    own = Metric("locust_users", Kind.GAUGE, "Insects.", unit=Unit.COUNT)
    assert small_dashboards.project(metrics=(own,)).series["locust_users"].metric is own
