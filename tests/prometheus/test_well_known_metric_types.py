"""Metrics that everybody runs are known by name, and no others."""

import pytest

from toolkit.catalogue import Kind
from toolkit.prometheus.well_known_metric_types import kind_of

KNOWN = {
    "up": Kind.GAUGE,
    "scrape_duration_seconds": Kind.GAUGE,
    "go_goroutines": Kind.GAUGE,
    "process_cpu_seconds_total": Kind.COUNTER,
    "node_cpu_seconds_total": Kind.COUNTER,
    "node_memory_MemAvailable_bytes": Kind.GAUGE,
    "prometheus_http_request_duration_seconds_bucket": Kind.COUNTER,
    "redis_connected_clients": Kind.GAUGE,
    "alertmanager_notifications_total": Kind.COUNTER,
    "python_gc_collections_total": Kind.COUNTER,
    "node_of_nobody": None,
    "shop_sales_total": None,
}


@pytest.mark.parametrize(("name", "kind"), KNOWN.items(), ids=KNOWN)
def test_the_kind_of_a_name(name: str, kind: Kind | None) -> None:
    assert kind_of(name) is kind
