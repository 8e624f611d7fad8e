"""Spike: whether the service survives a rush, and is as before when the rush is over.

An open loop at a fifth of `--rate`, with the whole of it for a fifth of the time: news, when
every strategy signals at once.
"""

from loadtests._objectives import THRESHOLDS
from loadtests._webhook import Trading
from toolkit.load.workload import DefaultLoad


class StartledDesk(Trading):
    """A desk when news break."""

    # Five times the calm: every strategy at once, not one after the other.
    load = DefaultLoad(rate=500, seconds=50, shape="spike", thresholds=THRESHOLDS)
