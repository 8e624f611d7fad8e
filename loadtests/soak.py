"""Soak: whether the service stays as fast, and as small, as it was in its first minute.

An open loop at a moderate, constant rate for ten minutes: leaks and growing tables show in
the latency over time and in the memory of the service.
"""

from loadtests._objectives import THRESHOLDS
from loadtests._webhook import Trading
from toolkit.load.workload import DefaultLoad


class PatientDesk(Trading):
    """A desk on an ordinary day."""

    # Ten minutes: several turns of every cache and log that a leak could hide in.
    load = DefaultLoad(rate=100, seconds=600, thresholds=THRESHOLDS)
