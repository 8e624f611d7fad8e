"""What checkout exports, by `toolkit discover`.

Others named these metrics: without foreign=True a metric is held to the naming rules,
and must be read by something.
"""

from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit

CHECKOUT_OPEN_CARTS = Metric(
    "checkout_open_carts", Kind.GAUGE, "Carts that are not paid yet.", unit=Unit.COUNT, foreign=True
)
CHECKOUT_REQUEST_DURATION_SECONDS = Metric(
    "checkout_request_duration_seconds",
    Kind.HISTOGRAM,
    "Time from a request to its answer.",
    unit=Unit.SECONDS,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1),
    foreign=True,
)
CHECKOUT_REQUESTS_TOTAL = Metric(
    "checkout_requests_total",
    Kind.COUNTER,
    "Checkouts, by how they ended.",
    unit=Unit.COUNT,
    labels=(Label("outcome", values=("error", "ok", "refused")),),
    foreign=True,
)
CATALOGUE = Catalogue.of(globals())
