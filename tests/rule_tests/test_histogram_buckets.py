"""When a quantile goes through a limit while one set of buckets takes the place of another."""

from dataclasses import dataclass
from fractions import Fraction

import pytest

from toolkit.rule_tests.histogram_buckets import bucket_counts, quantile_fades

BOUNDS = ("0.1", "0.5", "+Inf")


@dataclass(frozen=True)
class Bucket:
    labels: tuple[tuple[str, str], ...]
    value: Fraction


def buckets(**counts: int) -> list[Bucket]:
    """Buckets of these bounds: `b0_1=5, inf=10`."""
    bounds = {name.removeprefix("b").replace("_", "."): n for name, n in counts.items()}
    return [
        Bucket((("le", "+Inf" if bound == "inf" else bound),), Fraction(n))
        for bound, n in bounds.items()
    ]


SLOW = buckets(b0_1=0, b0_5=100, inf=100)
MIXED = buckets(b0_1=20, b0_5=100, inf=100)
QUICK = buckets(b0_1=100, b0_5=100, inf=100)


@pytest.mark.parametrize(
    ("q", "before", "fades"),
    [
        ("0.5", SLOW, 0.5),  # half of the window must be quick
        ("0.95", SLOW, 0.95),
        ("0.5", MIXED, 0.375),  # a fifth was quick before
    ],
)
def test_a_quantile_fades_with_the_share_of_events_under_the_limit(
    q: str, before: list[Bucket], fades: float
) -> None:
    found = quantile_fades(Fraction(q), Fraction("0.1"), before, QUICK)
    assert float(found) == pytest.approx(fades)


def test_a_limit_between_two_bounds_is_interpolated() -> None:
    # At 0.3 half of the slow events are under the limit, and all of the quick ones.
    found = quantile_fades(Fraction("0.75"), Fraction("0.3"), SLOW, QUICK)
    assert found == Fraction(1, 2)


def test_a_bucket_that_is_missing_counts_as_many_as_the_one_before_it() -> None:
    quick = buckets(b0_1=100, inf=100)
    assert quantile_fades(Fraction("0.75"), Fraction("0.3"), SLOW, quick) == Fraction(1, 2)


def test_what_stays_on_one_side_of_the_limit_does_not_fade() -> None:
    assert quantile_fades(Fraction("0.5"), Fraction("0.1"), SLOW, SLOW) == 0
    assert quantile_fades(Fraction("0.1"), Fraction("0.1"), MIXED, QUICK) == 0


def test_the_buckets_have_the_quantile_that_was_asked_for() -> None:
    counts = bucket_counts(BOUNDS, Fraction("0.5"), Fraction("0.3"))
    assert counts == {"0.1": 0, "0.5": 100_000, "+Inf": 100_000}
