"""Two runs of a scenario: what is slower or faster, and what may be chance."""

import math
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.support.load_runs import RUN, judged, result
from toolkit.load import compare


def steady(milliseconds: float, *, spread: float = 0.02, seconds: int = 10, rate: int = 40):  # type: ignore[no-untyped-def]  # noqa: ANN201
    def times() -> Iterator[float]:
        for second in range(seconds):
            wobble = 1 + spread * (-1) ** second
            yield from (milliseconds * wobble for _ in range(rate))

    run = result(*[judged(t) for t in times()], seconds=seconds)
    run.figures.seconds = {n: s for n, s in run.figures.seconds.items() if n < seconds}
    return run


def words(before: object, after: object) -> list[str]:
    return [str(change) for change in compare.compare(before, after)]  # type: ignore[arg-type]


def test_slower_is_said_with_how_much_and_how_much_is_chance() -> None:
    found = words(steady(10), steady(15))
    assert found[0].startswith("= throughput: 40 → 40 /s (+0%; chance makes ±")
    assert found[1].startswith("✗ P50: ")
    assert ": slower (+5" in found[1]


def test_faster_is_said_too() -> None:
    assert all(": faster (-3" in line for line in words(steady(15), steady(10))[1:])


def test_chance_is_not_a_change() -> None:
    assert all(
        line.startswith("= ") for line in words(steady(10, spread=0.8), steady(12, spread=0.8))
    )


def test_a_change_too_small_to_act_on_is_none() -> None:
    assert all(
        line.startswith("= ") for line in words(steady(10, spread=0), steady(10.3, spread=0))
    )


def test_too_few_seconds_say_nothing_of_chance() -> None:
    found = words(steady(10, seconds=3), steady(20, seconds=3))
    assert all(line.startswith("? ") for line in found)
    assert "too few seconds to tell it from chance" in found[1]


def test_less_throughput_is_worse() -> None:
    assert words(steady(10), steady(10, rate=25))[0].startswith(
        "✗ throughput: 40 → 25 /s: fewer (-38%"
    )


def test_runs_are_compared_by_scenario_and_a_different_workload_is_said() -> None:
    other = result(judged(), scenario="calm")
    assert compare.render((RUN,), (other,)) == "calm: the earlier report has no such run"
    assert "! the two runs were not asked for the same load" in compare.render(
        (RUN,), (steady(10),)
    )


def test_chance_is_two_standard_errors_of_the_difference() -> None:
    """Of ten seconds at ±3 % one standard error is 1 % of the mean, of those at ±4 % 4/3 %."""
    throughput, p50, *_ = compare.compare(steady(10, spread=0.03), steady(12, spread=0.04))
    assert p50.noise == pytest.approx(2 * math.hypot(0.01, 0.04 / 3), rel=1e-6)
    assert throughput.noise == 0


def test_four_times_as_many_seconds_halve_what_is_chance() -> None:
    _, few, *_ = compare.compare(steady(10, seconds=10), steady(10, seconds=10))
    _, many, *_ = compare.compare(steady(10, seconds=37), steady(10, seconds=37))
    assert many.noise == pytest.approx((few.noise or 0) / 2, rel=0.01)


def test_seconds_with_few_requests_are_not_judged() -> None:
    assert compare.compare(steady(10, rate=20), steady(10, rate=20))[1].noise is not None
    assert compare.compare(steady(10, rate=19), steady(10, rate=20))[1].noise is None


def test_five_seconds_are_enough_and_four_are_not() -> None:
    assert compare.compare(steady(10, seconds=5), steady(10))[1].noise is not None
    assert compare.compare(steady(10, seconds=4), steady(10))[1].noise is None


def test_the_last_second_counts_only_when_it_was_whole() -> None:
    run, other = steady(10, seconds=5), steady(10)
    assert compare.compare(replace(run, seconds=4.9), other)[1].noise is None


CHANGES = {
    "beyond chance and worth it": ((100.0, 110.0, 0.09), "✗ P50: 100 → 110 ms: slower (+10%; "),
    "within chance": ((100.0, 110.0, 0.11), "= P50: 100 → 110 ms (+10%; chance makes ±11%)"),
    "too small to act on": ((100.0, 104.0, 0.0), "= P50: 100 → 104 ms (+4%; chance makes ±0%)"),
    "faster": ((100.0, 50.0, 0.1), "✓ P50: 100 → 50 ms: faster (-50%; chance makes ±10%)"),
    "from nothing": ((0.0, 50.0, 0.1), "✗ P50: 0 → 50 ms: slower (from nothing; "),
    "nothing at all": ((0.0, 0.0, 0.1), "= P50: 0 → 0 ms (+0%; chance makes ±10%)"),
    "unknown": (
        (1.0, 2.0, None),
        "? P50: 1 → 2 ms (+100%; too few seconds to tell it from chance)",
    ),
}


@pytest.mark.parametrize(("values", "shown"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_shown_with_its_judgement(
    values: tuple[float, float, float | None], shown: str
) -> None:
    before, after, noise = values
    change = compare.Change(
        title="P50", unit="ms", before=before, after=after, noise=noise, more_is_worse=True
    )
    assert str(change).startswith(shown)
