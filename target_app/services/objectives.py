"""What the trading services promise. Values only."""

from target_app.services.exec_risk import catalogue as m
from toolkit.catalogue import one_of
from toolkit.objectives import AvailabilityObjective, LatencyObjective

# A signal speaks of a price; a second later it is another one.
SIGNAL_LATENCY = LatencyObjective(m.SIGNAL_TO_ORDER, quantile=0.95, seconds=1.0)

# A signal that a rule refuses keeps the promise; one whose order fails does not.
SIGNAL_SUCCESS = AvailabilityObjective(m.SIGNALS, bad={"outcome": one_of("failed")}, share=0.99)

# At a signal a second a group that works is never behind by so many.
MOST_LAG = 50
