"""Whether the load generator itself was as punctual in two runs: if not, the machine was not alike.

A request's latency counts from the moment it was due, and a busy machine delays the load generator
as it may delay the service. Then no statistics of latencies tell which of them changed.
"""

import statistics as stats
from collections.abc import Sequence

from toolkit.load.results import LoadResult
from toolkit.load.statistics import three_digits

NOT_ALIKE = "the machines were not equally busy"
_QUANTILES = (0.5, 0.95)
# On a quiet machine they differ by a tenth or so; beside other programs, by many times this.
_ALIKE = 2.0
# Less is nothing that a latency shows.
_FEWEST_SECONDS = 0.001


def differ(before: Sequence[LoadResult], after: LoadResult) -> str:
    """How the own delays differ, where by so much that latencies say nothing; empty otherwise."""
    known = [run.figures.delays for run in before if run.figures.delays.counts]
    if not known or not after.figures.delays.counts:
        return ""  # a closed loop has no moments to be late for
    for q in _QUANTILES:
        then = stats.median(delays.quantile_seconds(q) for delays in known)
        now = after.figures.delays.quantile_seconds(q)
        if max(then, now) > max(_ALIKE * min(then, now), _FEWEST_SECONDS):
            return (
                f"the load generator itself was late by {three_digits(now * 1000)} ms "
                f"(P{q * 100:g}), and by {three_digits(then * 1000)} ms before: {NOT_ALIKE}"
            )
    return ""
