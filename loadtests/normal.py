"""Normal: the desk's ordinary traffic, to see whether the service answers as it documents.

An open loop: requests leave at the given rate whether or not answers come, and latency
counts from the intended send time, so a stalled service cannot hide. Ten markets, four
sources, market and limit orders; one signal in five is under the confidence threshold, and
must be refused as such.
"""

from loadtests._webhook import Trading
from toolkit.load.workload import DefaultLoad


class Trader(Trading):
    """The strategies of the desk."""

    # Twenty strategies that each send five signals a second.
    load = DefaultLoad(rate=100, seconds=20)
