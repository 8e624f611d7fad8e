"""The service's own metrics in a report: of the same minutes, or why they are not known."""

from loadtests._definitions import LOAD
from tests.support.load_runs import OUTCOME, RUN
from toolkit.load import html_report, service_metrics_during_run
from toolkit.load.definitions import LoadDefinitions, ServiceChart
from toolkit.prometheus.client import Prometheus


def test_without_prometheus_the_page_says_why_nothing_is_known() -> None:
    nowhere = Prometheus("http://127.0.0.1:9")
    outcome = service_metrics_during_run.with_service_metrics(OUTCOME, LOAD, nowhere, 1.0)
    assert outcome.service_unknown.startswith("Not known: http://127.0.0.1:9/api/v1/query_range: ")
    assert "nothing listens there" in html_report.as_html(outcome, LOAD)


def test_the_services_series_are_those_of_the_same_minutes() -> None:
    class Fake(Prometheus):
        def range(self, expr: str, start: float, end: float, step_seconds: float):  # type: ignore[no-untyped-def]  # noqa: ANN202
            assert expr == "rate(x[8s])"
            assert (start, end, step_seconds) == (RUN.started, RUN.started + 4, 1)
            return (({"status": "ok"}, ((start + 1, 5.0),)), ({}, ((start, 7.0),)))

    definitions = LoadDefinitions(charts=(ServiceChart("X", "/s", "rate(x[$__rate_interval])"),))
    ((series,),) = service_metrics_during_run.with_service_metrics(
        OUTCOME, definitions, Fake("http://x"), 2.0
    ).service
    assert series.lines == {"ok": [(1.0, 5.0)], "X": [(0.0, 7.0)]}
