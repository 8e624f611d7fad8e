"""Ramp: the rate at which the service begins to break its objectives.

An open loop whose rate climbs from a tenth to the whole of `--rate`; the report shows the
latency over time, and so over the rate.
"""

from loadtests._objectives import THRESHOLDS
from loadtests._webhook import Trading
from toolkit.load.workload import DefaultLoad


class GrowingDesk(Trading):
    """A desk that gets busier and busier."""

    # Well past the desk of `sustained`, so that the climb meets something.
    load = DefaultLoad(rate=500, seconds=60, shape="ramp", thresholds=THRESHOLDS)
