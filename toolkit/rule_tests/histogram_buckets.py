"""Histograms as the solver needs them: buckets of a wanted quantile, and how two of them mix."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

from toolkit.rule_tests.alert_comparisons import EVENTS


class BucketSeries(Protocol):
    """A steady series: a bucket where it has the label `le`."""

    @property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """Its labels."""

    @property
    def value(self) -> Fraction:
        """Its growth a second."""


def bucket_counts(bounds: tuple[str, ...], q: Fraction, value: Fraction) -> dict[str, Fraction]:
    """By upper bound, how many events a second are at most that: their `q`-quantile is `value`.

    Prometheus finds the bucket that the quantile lies in and interpolates there. `value` is
    `place` (0..1) of the way through bucket k, so with counts as shares of all events

        q = (1 - place) * count(k - 1) + place * count(k)

    Only buckets around the quantile are given: k, its neighbours and `+Inf`.
    """
    edges = [Fraction(bound) for bound in bounds[:-1]]
    k = next(k for k, edge in enumerate(edges) if value <= edge)
    lower = edges[k - 1] if k else Fraction(0)
    place = (value - lower) / (edges[k] - lower)
    if place >= q:  # No event lies below bucket k; those above it move the quantile up to `place`.
        below, within = Fraction(0), EVENTS * q / place
    else:  # No event lies above bucket k; those below it move the quantile down.
        below, within = EVENTS * (q - place) / (1 - place), EVENTS
    counts = {bounds[k - 1]: below} if k else {}
    counts[bounds[k]] = within
    if k + 1 < len(edges):
        counts[bounds[k + 1]] = EVENTS
    return counts | {"+Inf": EVENTS}


def quantile_fades(
    q: Fraction, limit: Fraction, before: Sequence[BucketSeries], after: Sequence[BucketSeries]
) -> Fraction:
    """Which part of a window (0..1) has passed once its `q`-quantile goes through `limit`.

    The window moves evenly from the buckets `before` to those `after`. A quantile lies under the
    limit as long as more than `q` of the events do, and events mix in proportion. 0 where the
    two do not lie on different sides of the limit.
    """
    edges = sorted({Fraction(x) for x in (*_bounds(before), *_bounds(after)) if x != "+Inf"})
    old, new = (_share_under(limit, edges, side) for side in (before, after))
    if old == new:
        return Fraction(0)
    left = (q - new) / (old - new)  # the part of the window that is still as before
    return 1 - left if 0 <= left < 1 else Fraction(0)


def _bounds(series: Sequence[BucketSeries]) -> dict[str, Fraction]:
    """By `le`, how many events a second are at most that."""
    found: dict[str, Fraction] = {}
    for each in series:
        bound = dict(each.labels).get("le")
        if bound is not None:
            found[bound] = found.get(bound, Fraction(0)) + each.value
    return found


def _share_under(
    limit: Fraction, edges: Sequence[Fraction], series: Sequence[BucketSeries]
) -> Fraction:
    """The share of events at most `limit`, interpolated between `edges` as Prometheus does.

    A bucket that has fewer events than one before it counts as many: Prometheus takes what is
    not monotonic for an error of scraping.
    """
    given = _bounds(series)
    total = given.get("+Inf", Fraction(0))
    counts = {Fraction(bound): count for bound, count in given.items() if bound != "+Inf"}
    lower, below = Fraction(0), Fraction(0)
    for edge in edges:
        count = max(below, counts.get(edge, Fraction(0)))
        if limit <= edge:
            within = below + (count - below) * (limit - lower) / (edge - lower)
            return within / total if total else Fraction(0)
        lower, below = edge, count
    return Fraction(1)
