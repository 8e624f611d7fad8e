"""What the reference system promises. Values only."""

from target_app import catalogue as m
from toolkit.catalogue import one_of
from toolkit.objectives import AvailabilityObjective, LatencyObjective

# Past a tenth of a second a strategy's signal is acted on at a price it did not see.
WEBHOOK_LATENCY = LatencyObjective(m.WEBHOOK_DURATION, quantile=0.95, seconds=0.1)

# An order that takes longer is filled at a price that has moved on.
ORDER_LATENCY = LatencyObjective(m.ORDER_DURATION, quantile=0.95, seconds=0.05)

# The answers that are our fault; a refusal that the API documents keeps the promise.
WEBHOOK_AVAILABILITY = AvailabilityObjective(
    m.WEBHOOK_REQUESTS, bad={"status": one_of("error", "circuit_open")}, share=0.995
)
