"""What histograms observe is in the units that the catalogue says."""

import time
from collections.abc import Callable

import pytest

from tests.support.service_in_process import Served, order

Serve = Callable[..., Served]


def test_observations_are_in_the_units_that_the_catalogue_says(serve: Serve) -> None:
    service = serve()
    began = time.perf_counter()
    service.send(order(quantity="0.01"))
    service.wait_for(lambda: service.value("execution_journal_write_duration_count") == 2)
    seconds = time.perf_counter() - began
    size = service.value("execution_order_size_usd_sum", exchange="paper")
    assert 600 < size < 700
    pct = service.value("execution_position_size_pct_sum", method="given")
    assert pct == pytest.approx(size / 100_000 * 100)
    assert 0 < service.value("execution_pipeline_latency_sum") < seconds
    assert 0 < service.value("execution_journal_write_duration_sum") < seconds
