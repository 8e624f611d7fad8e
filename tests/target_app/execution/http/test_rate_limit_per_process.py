"""Token buckets in this process."""

import pytest

from target_app.execution.http.rate_limit_per_process import REMEMBERED, LocalLimiter


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """What time it is."""
        return self.now


def test_a_full_bucket_holds_a_minutes_requests_and_the_burst() -> None:
    limiter = LocalLimiter(100, 10, clock=Clock())
    assert [limiter.take("a") == 0 for _ in range(111)] == [True] * 110 + [False]
    assert limiter.take("b") == 0


def test_the_wait_that_is_told_is_enough_and_a_shorter_one_is_not() -> None:
    clock = Clock()
    limiter = LocalLimiter(60, 0, clock=clock)
    for _ in range(60):
        limiter.take("a")
    wait = limiter.take("a")
    assert wait == pytest.approx(1.0)
    clock.now += wait * 0.9
    assert limiter.take("a") > 0
    clock.now += wait * 0.11
    assert limiter.take("a") == 0


def test_a_flood_of_clients_does_not_fill_the_memory() -> None:
    limiter = LocalLimiter(1, 0, clock=Clock())
    for n in range(REMEMBERED + 500):
        limiter.take(str(n))
    assert len(limiter._buckets) == REMEMBERED
