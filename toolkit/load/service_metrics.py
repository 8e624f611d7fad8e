"""What the service itself counted while a run went on, as Prometheus scraped it."""

from collections.abc import Mapping
from dataclasses import replace

from toolkit.errors import ToolkitError
from toolkit.grafana.interpolation import rate_interval
from toolkit.load.definitions import LoadBook
from toolkit.load.file_reports import Reported, Seen
from toolkit.load.results import LoadResult
from toolkit.prometheus.client import Prometheus

_POINTS = 120  # of a drawing


def beside(
    told: Reported, book: LoadBook, prometheus: Prometheus, scrape_seconds: float
) -> Reported:
    """The report with the service's figures; where they cannot be had, with the reason."""
    try:
        service = tuple(_seen(result, book, prometheus, scrape_seconds) for result in told.results)
    except ToolkitError as error:
        return replace(told, silent=f"Not known: {error.message}")
    return replace(told, service=service)


def _seen(
    result: LoadResult, book: LoadBook, prometheus: Prometheus, scrape_seconds: float
) -> tuple[Seen, ...]:
    end = result.started + result.seconds + scrape_seconds
    step = max(1.0, (end - result.started) / _POINTS)
    window = rate_interval(f"{max(1, round(scrape_seconds))}s")
    found = []
    for watched in book.watched:
        expr = watched.expr.replace("$__rate_interval", window)
        lines = {
            _name(labels, watched.title): [(t - result.started, value) for t, value in points]
            for labels, points in prometheus.range(expr, result.started, end, step)
        }
        found.append(Seen(watched, lines))
    return tuple(found)


def _name(labels: Mapping[str, str], otherwise: str) -> str:
    return ", ".join(labels.values()) or otherwise
