"""What shop exports, by `toolkit discover`.

Others named these metrics: without foreign=True a metric is held to the naming rules,
and must be read by something.
Without 10 metrics of the process by prometheus-client: toolkit.catalogues.python_client.
"""

from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit
from toolkit.catalogues import python_client

PROCESS_CPU_SECONDS_TOTAL = python_client.PROCESS_CPU_SECONDS_TOTAL
PROCESS_RESIDENT_MEMORY_BYTES = python_client.PROCESS_RESIDENT_MEMORY_BYTES
SHOP_HTTP_REQUEST_DURATION_SECONDS = Metric(
    "shop_http_request_duration_seconds",
    Kind.HISTOGRAM,
    "Time from a request to its answer.",
    unit=Unit.SECONDS,
    labels=(Label("route", at_most=10),),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1),
    foreign=True,
)
SHOP_HTTP_REQUESTS_TOTAL = Metric(
    "shop_http_requests_total",
    Kind.COUNTER,
    "Requests, by route and status.",
    unit=Unit.COUNT,
    labels=(Label("route", at_most=10), Label("status", at_most=10)),
    foreign=True,
)
SHOP_REVENUE_CENTS_TOTAL = Metric(
    "shop_revenue_cents_total",
    Kind.COUNTER,
    "Money taken, in cents.",
    unit=Unit.COUNT,
    foreign=True,
)
SHOP_STOCK_ITEMS = Metric(
    "shop_stock_items",
    Kind.GAUGE,
    "Items in stock, by product.",
    unit=Unit.COUNT,
    labels=(Label("product", values=("book", "lamp", "pen")),),
    foreign=True,
)
CATALOGUE = Catalogue.of(globals())
