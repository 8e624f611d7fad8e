"""The service's own metrics during a run, as Prometheus scraped them."""

from collections.abc import Mapping
from dataclasses import replace

from toolkit.errors import ToolkitError
from toolkit.grafana.rate_interval import rate_interval
from toolkit.load.definitions import LoadDefinitions
from toolkit.load.results import LoadOutcome, LoadResult, ServiceSeries
from toolkit.prometheus.client import Prometheus

_POINTS = 120  # of a chart


def with_service_metrics(
    outcome: LoadOutcome,
    definitions: LoadDefinitions,
    prometheus: Prometheus,
    scrape_seconds: float,
) -> LoadOutcome:
    """The outcome with the service's metrics; where Prometheus has none, with the reason."""
    try:
        service = tuple(
            _series(result, definitions, prometheus, scrape_seconds) for result in outcome.results
        )
    except ToolkitError as error:
        return replace(outcome, service_unknown=f"Not known: {error.message}")
    return replace(outcome, service=service)


def _series(
    result: LoadResult, definitions: LoadDefinitions, prometheus: Prometheus, scrape_seconds: float
) -> tuple[ServiceSeries, ...]:
    # The last requests are in the scrape after the end.
    end = result.started + result.seconds + scrape_seconds
    step = max(1.0, (end - result.started) / _POINTS)
    window = rate_interval(f"{max(1, round(scrape_seconds))}s")
    found = []
    for chart in definitions.charts:
        expr = chart.expr.replace("$__rate_interval", window)
        lines = {
            _name(labels, chart.title): [(t - result.started, value) for t, value in points]
            for labels, points in prometheus.range(expr, result.started, end, step)
        }
        found.append(ServiceSeries(chart, lines))
    return tuple(found)


def _name(labels: Mapping[str, str], otherwise: str) -> str:
    return ", ".join(labels.values()) or otherwise
