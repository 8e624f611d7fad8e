"""Sustained: whether the service keeps its objectives at a constant rate.

An open loop: requests leave at the given rate whether or not answers come, and latency
counts from the intended send time, so a stalled service cannot hide.
"""

from loadtests._objectives import THRESHOLDS
from loadtests._webhook import Trading
from toolkit.load.workload import DefaultLoad


class Desk(Trading):
    """The whole desk, at a steady pace."""

    # A desk of forty strategies that each send five signals a second.
    load = DefaultLoad(rate=200, seconds=60, thresholds=THRESHOLDS)
