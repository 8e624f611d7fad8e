"""The circuit breaker's three states, on a clock that is moved by hand."""

from target_app.exchanges.circuit_breaker import Breaker, BreakerState


class Rig:
    """A breaker, its clock, and the transitions that it reported."""

    def __init__(self) -> None:
        self.now = 0.0
        self.turns: list[tuple[str, str]] = []
        self.breaker = Breaker(
            failures=5,
            cooldown=30,
            successes=2,
            changed=lambda a, b: self.turns.append((a.name, b.name)),
            clock=lambda: self.now,
        )

    def state(self) -> str:
        """The state now."""
        return self.breaker.state.name

    def fail(self, times: int) -> None:
        """Let so many calls through, and have them fail."""
        for _ in range(times):
            assert self.breaker.wait() == 0
            self.breaker.failed()


def test_it_opens_at_the_fifth_failure_in_a_row_and_says_how_long() -> None:
    rig = Rig()
    rig.fail(4)
    assert rig.state() == "CLOSED"
    rig.fail(1)
    assert rig.state() == "OPEN"
    assert rig.breaker.wait() == 30
    rig.now = 29
    assert rig.breaker.wait() == 1


def test_a_success_between_failures_starts_the_count_again() -> None:
    rig = Rig()
    rig.fail(4)
    rig.breaker.succeeded()
    rig.fail(4)
    assert rig.state() == "CLOSED"


def test_after_the_cool_down_one_call_is_let_through_at_a_time_and_two_successes_close() -> None:
    rig = Rig()
    rig.fail(5)
    rig.now = 30
    assert rig.breaker.wait() == 0
    assert rig.breaker.wait() == 1  # while the trial is out
    rig.breaker.succeeded()
    assert rig.state() == "HALF_OPEN"
    assert rig.breaker.wait() == 0
    rig.breaker.succeeded()
    assert rig.state() == "CLOSED"
    assert rig.turns == [("CLOSED", "OPEN"), ("OPEN", "HALF_OPEN"), ("HALF_OPEN", "CLOSED")]


def test_a_failed_trial_opens_it_for_the_whole_cool_down_again() -> None:
    rig = Rig()
    rig.fail(5)
    rig.now = 31
    rig.fail(1)
    assert rig.state() == "OPEN"
    assert rig.breaker.wait() == 30


def test_failures_that_come_in_late_do_not_lengthen_the_wait() -> None:
    rig = Rig()
    rig.fail(5)
    rig.now = 20
    rig.breaker.failed()
    assert rig.breaker.wait() == 10


def test_asking_how_long_it_stays_open_does_not_take_the_trial() -> None:
    rig = Rig()
    assert rig.breaker.remaining == 0
    rig.fail(5)
    assert rig.breaker.remaining == 30
    rig.now = 31
    assert rig.breaker.remaining == 0
    assert rig.breaker.wait() == 0


def test_the_gauge_shows_0_1_2() -> None:
    # The catalogue, the alerts and the dashboards have these numbers.
    assert [s.name for s in BreakerState] == ["CLOSED", "HALF_OPEN", "OPEN"]
    assert list(BreakerState) == [0, 1, 2]


def test_a_failed_trial_after_a_success_starts_the_successes_again() -> None:
    rig = Rig()
    rig.fail(5)
    rig.now = 30
    assert rig.breaker.wait() == 0
    rig.breaker.succeeded()
    rig.fail(1)
    rig.now = 60
    assert rig.breaker.wait() == 0
    rig.breaker.succeeded()
    assert rig.state() == "HALF_OPEN"


def test_what_remains_of_an_open_breaker_is_never_nothing() -> None:
    rig = Rig()
    rig.fail(5)
    rig.now = 29.9999
    assert rig.breaker.remaining == 0.001
