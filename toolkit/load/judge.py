"""All that a run is judged by: its thresholds, on its own figures and on Prometheus'."""

import time
from collections.abc import Callable

from toolkit.errors import UnreachableError
from toolkit.load.results import LoadResult
from toolkit.load.thresholds import Verdict, ask, judge, parse
from toolkit.prometheus.client import Prometheus

_POLL_SECONDS = 0.2


def judged(
    result: LoadResult, prometheus: Prometheus, *, scrape_seconds: float, job: str,
    progress: Callable[[str], None],
) -> tuple[Verdict, ...]:  # fmt: skip
    """Every threshold's verdict, in order; PromQL once the service was scraped after the end.

    Raises UnreachableError when Prometheus does not answer, or scrapes no more.
    """
    thresholds = [parse(text) for text in result.thresholds]
    if any(threshold.expr for threshold in thresholds):
        progress("waiting until Prometheus has scraped the last request")
        _await_scrape(prometheus, job, scrape_seconds)
    return tuple(
        ask(threshold, prometheus, result.seconds) if threshold.expr else judge(threshold, result)
        for threshold in thresholds
    )


def _await_scrape(prometheus: Prometheus, job: str, scrape_seconds: float) -> None:
    over = time.time()
    deadline = time.monotonic() + 4 * scrape_seconds + 10
    while time.monotonic() < deadline:
        scraped = prometheus.query(f'timestamp(up{{job="{job}"}})')
        if scraped and all(sample.value > over for sample in scraped):
            return
        time.sleep(_POLL_SECONDS)
    raise UnreachableError(
        f"{prometheus.url}: did not scrape the job {job!r} after the run, so its figures are old.",
        fix="see `toolkit status`, and [tool.toolkit] job.",
    )
