"""Two runs of a scenario: what is slower or faster, and what may be chance."""

import math
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.support.load_runs import RUN, judged, result
from toolkit.errors import ExitStatus
from toolkit.load import compare
from toolkit.load.compare import Change
from toolkit.load.regression_limits import parse
from toolkit.load.results import LoadOutcome, LoadResult
from toolkit.load.statistics import Figures
from toolkit.load.time_blocks import TimeBlocks


def steady(
    milliseconds: float, *, spread: float = 0.02, seconds: int = 10, rate: int = 60
) -> LoadResult:
    def times() -> Iterator[float]:
        for second in range(seconds):
            wobble = 1 + spread * (-1) ** second
            yield from (milliseconds * wobble for _ in range(rate))

    run = result(*[judged(t) for t in times()], seconds=seconds)
    run.figures.seconds = {n: s for n, s in run.figures.seconds.items() if n < seconds}
    return run


def words(before: LoadResult, after: LoadResult) -> list[str]:
    return [str(change) for change in changes(before, after)]


def changes(before: LoadResult, after: LoadResult) -> tuple[Change, ...]:
    """Throughput and percentiles of all requests together, as if asked for the same load."""
    (comparison,) = compare.compare((before,), (replace(after, workload=before.workload),))
    return comparison.changes[:4]


def test_slower_is_said_with_how_much_and_how_much_is_chance() -> None:
    found = words(steady(10), steady(15))
    assert found[0].startswith("= throughput: 60 → 60 /s (+0%; chance makes ±0%)")
    assert found[1].startswith("✗ P50: ")
    assert ": slower (+5" in found[1]


def test_faster_is_said_too() -> None:
    assert all(": faster (-3" in line for line in words(steady(15), steady(10))[1:])


def varying(milliseconds: float, seed: int) -> LoadResult:
    """Ten seconds, some of which are twice as slow as others, and each request differs too."""
    lots = random.Random(seed)
    levels = [milliseconds * math.exp(lots.gauss(0, 0.4)) for _ in range(10)]
    times = [level * math.exp(lots.gauss(0, 0.5)) for level in levels for _ in range(60)]
    return result(*map(judged, times), seconds=10)


def test_chance_is_not_a_change() -> None:
    found = words(varying(10, seed=1), varying(12, seed=2))
    assert [line[:1] for line in found] == ["=", "=", "=", "="], found
    found = words(varying(10, seed=1), varying(30, seed=2))
    assert [line[:1] for line in found] == ["=", "✗", "✗", "✗"], found


def test_a_change_too_small_to_act_on_is_none() -> None:
    assert all(
        line.startswith("= ") for line in words(steady(10, spread=0), steady(10.3, spread=0))
    )


def test_too_few_seconds_say_nothing_of_chance() -> None:
    found = words(steady(10, seconds=3), steady(20, seconds=3))
    assert all(line.startswith("? ") for line in found)
    assert "too few seconds to tell it from chance" in found[1]


def test_a_comparison_that_judges_no_latency_is_not_known_and_no_pass() -> None:
    before, after = steady(10, seconds=3), steady(140, seconds=3)
    (comparison,) = compare.compare((before,), (replace(after, workload=before.workload),))
    assert comparison.not_judged == "too few seconds to tell it from chance"
    outcome = LoadOutcome(results=(after,), verdicts=((),), comparisons=(comparison,))
    assert outcome.status is ExitStatus.UNKNOWN
    (other_load,) = compare.compare((steady(10),), (steady(10, rate=30),))
    assert other_load.not_judged == "of another load"
    (judged_,) = compare.compare((steady(10),), (steady(10),))
    assert judged_.not_judged == ""
    (first,) = compare.compare((), (steady(10),))
    assert first.not_judged == ""


def test_figures_of_a_name_and_figures_other_than_latency_judge_no_latency() -> None:
    def unknown(**values: object) -> Change:
        made = {"title": "P50", "unit": "ms", "before": 1.0, "after": 2.0, "noise": None}
        return Change(**{"more_is_worse": True, **made, **values})  # type: ignore[arg-type]

    def of(*all_changes: Change) -> str:
        found = compare.ScenarioComparison(scenario="rush", changes=all_changes)
        return found.not_judged

    rate = unknown(title="throughput", unit="/s", noise=0.0, unknown="of nothing")
    assert of(unknown(), unknown(name="order", noise=0.1)) == unknown().unknown
    assert of(rate, unknown(unknown="of another load")) == "of another load"
    assert of(unknown(), unknown(title="P95", noise=0.1)) == ""
    assert of(unknown(limit=0.5)) == ""
    assert of(rate) == ""
    assert of(unknown(name="order")) == ""


def test_less_throughput_is_worse() -> None:
    assert words(steady(10), steady(10, rate=25))[0].startswith(
        "✗ throughput: 60 → 25 /s: fewer (-58%"
    )


def test_runs_are_compared_by_scenario_and_a_different_workload_is_said() -> None:
    other = result(judged(), scenario="calm")
    (unknown,) = compare.compare((RUN,), (other,))
    assert str(unknown) == "calm: no earlier run to compare with; one that failed is no measure"
    assert unknown.regressions == ()
    (comparison,) = compare.compare((RUN,), (steady(500),))
    assert "! the runs were not asked for the same load" in str(comparison)
    assert all(str(change).startswith("? ") for change in comparison.changes)
    assert comparison.regressions == ()


def stalled(*stalls: int) -> LoadResult:
    """Ten seconds of sixty requests of 10 ms, of which ten were delayed in each of these."""
    return result(
        *[
            judged(90 if n < 10 and second in stalls else 10)
            for second in range(10)
            for n in range(60)
        ],
        seconds=10,
    )


def test_requests_that_one_stall_delayed_together_are_no_regression() -> None:
    """Ten requests of six hundred are more than one in a hundred, and still one event."""
    calm, once = stalled(), stalled(4)
    for before, after in ((calm, once), (once, calm)):
        p99 = changes(before, after)[3]
        assert abs(p99.share) > 0.5, p99
        assert not p99.is_real
    often = changes(calm, stalled(*range(1, 10)))[3]
    assert often.is_regression, str(often)


def test_a_second_kind_of_latency_that_grows_is_seen() -> None:
    """Four in a hundred were slow, now seven are: the 95th percentile is one kind or the other."""

    def slow(of_hundred: int, seed: int) -> LoadResult:
        lots = random.Random(seed)
        times = [90 if lots.random() < of_hundred / 100 else 10 for _ in range(2000)]
        return result(*map(judged, times), seconds=20)

    p95 = changes(slow(4, seed=3), slow(7, seed=4))[2]
    assert p95.is_regression, str(p95)
    # Five in a hundred in both: which kind the percentile is, is chance.
    assert not any(
        changes(slow(5, seed=seed), slow(5, seed=-seed))[2].is_real for seed in range(1, 5)
    )


def test_few_requests_beyond_a_percentile_are_not_judged_whatever_they_say() -> None:
    """It said "✗ P99 3.25 → 5.25 ms: slower (+62%; chance makes ±37%)" of two or three requests."""
    few, more = steady(10, seconds=5, rate=50), steady(30, seconds=5, rate=50)
    *_, p95, p99 = changes(few, more)
    assert p95.is_regression
    assert not p99.is_regression
    assert str(p99).endswith("(+200%; cannot be told from so few requests)")
    # Five of five hundred are enough; of ninety-nine, not five are beyond the 95th.
    assert changes(steady(10, rate=50), steady(30, rate=50))[3].noise is not None
    assert changes(few, steady(10, seconds=5, rate=18))[2].noise is None
    assert changes(few, steady(10, seconds=5, rate=18))[1].noise is not None


def test_five_seconds_are_enough_and_four_are_not() -> None:
    assert changes(steady(10, seconds=5), steady(10))[1].noise is not None
    assert changes(steady(10, seconds=4), steady(10))[1].noise is None


def test_the_last_second_counts_when_it_was_nearly_whole() -> None:
    """A closed loop ends with its last answer, a little before its time."""
    run, other = steady(10, seconds=5), steady(10)
    assert changes(replace(run, seconds=4.95), other)[1].noise is not None
    assert changes(replace(run, seconds=4.8), other)[1].noise is None


CHANGES = {
    "beyond chance and worth it": ((100.0, 110.0, 0.09), "✗ P50: 100 → 110 ms: slower (+10%; "),
    "within chance": ((100.0, 110.0, 0.11), "= P50: 100 → 110 ms (+10%; chance makes ±11%)"),
    "too small to act on": ((100.0, 104.0, 0.0), "= P50: 100 → 104 ms (+4%; chance makes ±0%)"),
    "faster": ((100.0, 50.0, 0.1), "✓ P50: 100 → 50 ms: faster (-50%; chance makes ±10%)"),
    "from nothing": ((0.0, 50.0, 0.1), "✗ P50: 0 → 50 ms: slower (from nothing; "),
    "nothing at all": ((0.0, 0.0, 0.1), "= P50: 0 → 0 ms (+0%; chance makes ±10%)"),
    "from nothing, and may be chance": (
        (0.0, 50.0, math.inf),
        "= P50: 0 → 50 ms (from nothing; may be chance)",
    ),
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


# --- the exit status, names and limits ---


def test_what_is_slower_beyond_chance_fails_and_what_may_be_chance_does_not() -> None:
    """It exited 0 at P50 +1359%."""
    slower = compare.compare((steady(10),), (steady(150),))
    outcome = LoadOutcome(results=(RUN,), verdicts=((),), comparisons=slower)
    good = replace(RUN, figures=steady(10).figures)
    assert replace(outcome, results=(good,)).status is ExitStatus.FINDINGS
    assert [change.title for change in slower[0].regressions] == ["P50", "P95", "P99"]
    (same,) = compare.compare((varying(10, seed=1),), (varying(12, seed=2),))
    assert same.regressions == ()
    (faster,) = compare.compare((steady(15),), (steady(10),))
    assert faster.regressions == ()


def named(first: float, second: float) -> LoadResult:
    """A run of two names, with a latency each."""
    run, other = steady(first), steady(second)
    run.figures.names["pay"] = other.figures.names["order"]
    for number, second_ in run.figures.seconds.items():
        second_.merge(other.figures.seconds[number])
    return run


def test_names_are_compared_each_for_itself() -> None:
    """What all together hide: one name is as much faster as another is slower."""
    (comparison,) = compare.compare((named(10, 30),), (named(30, 10),))
    assert [(x.name, x.title) for x in comparison.regressions] == [
        ("order", "P50"),
        ("order", "P95"),
        ("order", "P99"),
    ]
    assert "✗ order: P50: " in str(comparison)
    assert "✓ pay: P50: " in str(comparison)


def test_a_limit_allows_so_much_and_no_more() -> None:
    def failing(after: float, *limits: str) -> list[str]:
        runs = (steady(10),), (steady(after),)
        (comparison,) = compare.compare(*runs, tuple(map(parse, limits)))
        return [x.title for x in comparison.regressions]

    assert failing(13) == ["P50", "P95", "P99"]
    assert failing(13, "p50:50%", "p95:50%") == ["P99"]
    assert failing(13, "p50:50%", "p95:20%", "p99:50%") == ["P95"]


def test_a_limit_that_cannot_be_judged_fails() -> None:
    short = steady(10, seconds=3)
    (comparison,) = compare.compare((short,), (short,), (parse("p95:10%"), parse("bill: p95:1%")))
    assert [str(x) for x in comparison.regressions] == [
        "✗ P95: 10.2 → 10.2 ms (+0%, allowed 10%; too few seconds to tell it from chance)",
        "✗ bill: P95: 0 → 0 ms (+0%, allowed 1%; too few seconds to tell it from chance)",
    ]
    assert "! bill: p95:1%: no such figure in both runs" in str(comparison)


def test_repeated_runs_say_themselves_what_is_chance() -> None:
    """Seconds within a run differ by 2%, and whole runs by ten times that."""
    earlier = tuple(steady(x) for x in (8, 10, 12.5))
    (comparison,) = compare.compare(earlier, (steady(20),))
    _, p50, *_ = comparison.changes
    assert p50.before == pytest.approx(10, rel=0.05)
    # Three runs know their spread badly: Student's t of two degrees of freedom is 4.3.
    factor = math.exp(4.303 * math.log(1.25) * math.sqrt(4 / 3))
    assert p50.noise == pytest.approx(factor - 1, rel=0.05)
    assert comparison.regressions == ()
    assert "compared with the median of 3 runs:" in str(comparison)
    (much,) = compare.compare(earlier, (steady(40),))
    assert [x.title for x in much.regressions] == ["P50", "P95", "P99"]


def test_runs_alike_do_not_make_a_stall_of_the_next_one_a_regression() -> None:
    """What three calm runs know nothing of, the seconds of the fourth do."""
    calm = (stalled(), stalled(), stalled())
    (comparison,) = compare.compare(calm, (stalled(4),))
    assert comparison.regressions == (), str(comparison)
    (comparison,) = compare.compare(calm, (stalled(*range(1, 10)),))
    assert [x.title for x in comparison.regressions] == ["P95", "P99"]


def test_a_name_of_an_older_report_is_not_judged_and_all_together_are() -> None:
    old = named(10, 30)
    for tally in old.figures.names.values():
        tally.blocks = TimeBlocks()
    (comparison,) = compare.compare((old,), (named(30, 10),))
    of_names = [x for x in comparison.changes if x.name]
    assert {x.unknown for x in of_names} == {
        "an earlier report does not say when requests of a name were answered"
    }
    assert not any(x.is_regression for x in of_names)
    assert all(x.noise is not None for x in comparison.changes if not x.name)


def test_many_names_are_judged_together() -> None:
    """Of twelve names of equal runs, some would be "slower" by chance if each were judged alone."""

    def run(seed: int) -> LoadResult:
        lots = random.Random(seed)
        figures = Figures()
        for second in range(20):
            for name in range(12):
                for n in range(10):
                    time = judged(math.exp(lots.gauss(2, 0.5)))
                    figures.record(f"{name}", time, second + n / 10)
        return replace(RUN, figures=figures, seconds=20.0)

    (comparison,) = compare.compare((run(3),), (run(4),))
    assert comparison.regressions == (), str(comparison)


def late(run: LoadResult, milliseconds: float) -> LoadResult:
    """The run of a load generator that was itself so late."""
    for _ in range(100):
        run.figures.delays.observe(milliseconds / 1000)
    return run


def test_what_a_busy_machine_makes_slower_is_not_known_and_no_regression() -> None:
    (busier,) = compare.compare((late(steady(10), 0.5),), (late(steady(30), 4),))
    assert busier.regressions == ()
    assert busier.not_judged == (
        "the load generator itself was late by 4 ms (P50), and by 0.5 ms before: "
        "the machines were not equally busy"
    )
    assert str(busier).count("late by 4 ms") == 1
    assert str(busier).count("(+200%; the machines were not equally busy)") == 3
    outcome = LoadOutcome(results=(steady(30),), verdicts=((),), comparisons=(busier,))
    assert outcome.status is ExitStatus.UNKNOWN
    (as_fast,) = compare.compare((late(steady(10), 0.5),), (late(steady(10), 4),))
    assert as_fast.not_judged == ""
    (alike,) = compare.compare((late(steady(10), 3),), (late(steady(30), 4),))
    assert [x.title for x in alike.regressions] == ["P50", "P95", "P99"]
    (hardly,) = compare.compare((late(steady(10), 0.1),), (late(steady(30), 0.9),))
    assert len(hardly.regressions) == 3
    (limited,) = compare.compare(
        (late(steady(10), 0.5),), (late(steady(30), 4),), (parse("p95:10%"),)
    )
    assert [x.title for x in limited.regressions] == ["P95"]


def test_runs_in_which_chance_hides_a_doubling_are_not_compared() -> None:
    """Nothing that is told from chance would be no pass, but nothing seen."""

    def uneven(seed: int) -> LoadResult:
        lots = random.Random(seed)
        levels = [10 * math.exp(lots.gauss(0, 1.5)) for _ in range(5)]
        times = [level * math.exp(lots.gauss(0, 0.5)) for level in levels for _ in range(60)]
        return result(*map(judged, times), seconds=5)

    (comparison,) = compare.compare((uneven(1),), (uneven(2),))
    assert comparison.regressions == ()
    assert comparison.not_judged == compare.TOO_UNEVEN, str(comparison)
    (even,) = compare.compare((varying(10, seed=1),), (varying(10, seed=2),))
    assert even.not_judged == "", str(even)
