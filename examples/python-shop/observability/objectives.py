"""What shop promises. Alerts and panels take their numbers from here."""

from observability import catalogue as m
from toolkit.catalogue import matching
from toolkit.objectives import AvailabilityObjective, LatencyObjective

# A refused order (422) is an answer; only 5xx breaks the promise.
_FAILED = matching("5..")
AVAILABILITY = AvailabilityObjective(
    m.SHOP_HTTP_REQUESTS_TOTAL, bad={"status": _FAILED}, share=0.995
)
# A quarter of a second is what customers do not notice.
LATENCY = LatencyObjective(m.SHOP_HTTP_REQUEST_DURATION_SECONDS, quantile=0.95, seconds=0.25)
