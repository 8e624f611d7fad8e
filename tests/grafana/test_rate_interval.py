"""`$__rate_interval` by scrapes and step."""

from toolkit.grafana.rate_interval import rate_interval


def test_the_rate_interval_is_four_scrapes_or_a_step_and_a_scrape() -> None:
    assert rate_interval("15s") == "60s"
    assert rate_interval("15s", step_seconds=30) == "60s"
    assert rate_interval("15s", step_seconds=120) == "135s"
