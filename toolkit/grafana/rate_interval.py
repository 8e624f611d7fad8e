"""`$__rate_interval`: over how long a time Grafana takes a rate, by scrapes and a query's step.

Source: https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
"""

from toolkit.durations import plain, seconds

SCRAPES_PER_RATE = 4
"""Grafana takes at least so many."""


def rate_interval(scrape_interval: str, step_seconds: float = 0.0) -> str:
    """What Grafana makes of `$__rate_interval` for points `step_seconds` apart."""
    scrape = seconds(scrape_interval)
    return f"{plain(max(SCRAPES_PER_RATE * scrape, step_seconds + scrape))}s"
