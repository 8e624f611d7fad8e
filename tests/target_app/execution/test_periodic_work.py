"""What the service does by the clock, whether or not anybody asks."""

from pathlib import Path

from tests.support.service_in_process import served


def test_what_was_recorded_is_handed_over_without_a_scrape(tmp_path: Path) -> None:
    """Until then it takes memory, which nobody bounds who does not scrape."""
    answered = {"source": "tradingview", "symbol": "BTC/USDT", "status": "success"}
    with served(tmp_path) as service:
        value = service.registry.get_sample_value
        assert value("execution_webhook_requests_total", answered) == 0
        assert service.send().status == 200
        service.wait_for(lambda: value("execution_webhook_requests_total", answered) == 1)
        service.wait_for(
            lambda: (
                value("execution_webhook_processing_duration_count", {"source": "tradingview"}) == 1
            )
        )
