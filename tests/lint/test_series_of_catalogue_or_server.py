"""What the queries of dashboards in files are judged by."""

from tests.support import project_builder
from tests.support.http_server import answering, serving
from toolkit.alerts import Recording
from toolkit.lint.series_of_catalogue_or_server import CataloguedSeries, LiveSeries
from toolkit.prometheus.client import Prometheus

SUM = Recording(
    name="kind:app_queue_depth:sum", expr="sum by (kind) (app_queue_depth)", because="-"
)
KNOWN = CataloguedSeries(project_builder.project(recordings=(SUM,)))


def test_a_catalogue_knows_what_it_declares_and_what_is_recorded() -> None:
    assert KNOWN.labels("app_queue_depth") == frozenset({"kind", "job", "instance"})
    assert KNOWN.labels("kind:app_queue_depth:sum") == frozenset({"kind"})
    assert KNOWN.labels("up") == frozenset({"job", "instance"})
    assert KNOWN.labels("ALERTS") is not None
    assert KNOWN.labels("ALERTS_FOR_STATE") is not None


def test_only_systems_of_which_something_is_declared_are_judged() -> None:
    assert KNOWN.labels("app_queue_dept") is None
    assert KNOWN.labels("app") is None
    assert KNOWN.labels("application_queue_depth") == frozenset()
    assert KNOWN.labels("node_load1") == frozenset()


def test_the_names_are_those_of_series() -> None:
    assert {"app_queue_depth", "app_events_total", "app_latency_bucket"} <= KNOWN.names()
    assert "app_latency" not in KNOWN.names()


def test_a_prometheus_that_runs_knows_what_it_has_now() -> None:
    answers: dict[str, tuple[int, object]] = {
        "/api/v1/labels?match%5B%5D=up": (200, {"data": ["__name__", "job"]}),
        "/api/v1/labels?match%5B%5D=gone": (200, {"data": []}),
        "/api/v1/label/__name__/values": (200, {"data": ["up", "x"]}),
    }
    with serving(answering(answers)) as address:
        live = LiveSeries(Prometheus(address))
        assert live.labels("up") == frozenset({"__name__", "job"})
        assert live.labels("gone") is None
        assert live.names() == frozenset({"up", "x"})
