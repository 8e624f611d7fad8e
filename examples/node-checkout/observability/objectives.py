"""What checkout promises. Alerts and panels take their numbers from here."""

from observability import catalogue as m
from toolkit.catalogue import one_of
from toolkit.objectives import AvailabilityObjective, LatencyObjective

# A refused checkout is an answer; only an error breaks the promise.
_FAILED = one_of("error")
AVAILABILITY = AvailabilityObjective(
    m.CHECKOUT_REQUESTS_TOTAL, bad={"outcome": _FAILED}, share=0.995
)
# Past a quarter of a second customers press the button again.
LATENCY = LatencyObjective(m.CHECKOUT_REQUEST_DURATION_SECONDS, quantile=0.95, seconds=0.25)
