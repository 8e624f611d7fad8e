"""How a load came out, in a word and the reasons for it."""

from dataclasses import replace

from tests.support.load_runs import OUTCOME, RUN, judged, result
from toolkit.errors import ExitStatus
from toolkit.load.judge_thresholds import ThresholdVerdict
from toolkit.load.results import LoadOutcome, Problem
from toolkit.load.thresholds import parse
from toolkit.load.verdict_reasons import reasons, word

UNKNOWN = ThresholdVerdict(
    threshold=parse("promql: up > 0"), kept=False, measured=None, why="away", unknown=True
)


def test_a_run_that_passed_needs_no_reason() -> None:
    outcome = LoadOutcome(results=(result(judged()),), verdicts=((),))
    assert (word(outcome), list(reasons(outcome))) == ("Passed", [])


def test_every_reason_is_given_with_its_number() -> None:
    run = replace(RUN, lost=("worker 1 was lost",), aborted="✗ rps>1")
    run.figures.raised.record("KeyError: 'x'", "")
    outcome = replace(
        OUTCOME,
        results=(run,),
        verdicts=((*OUTCOME.verdicts[0], UNKNOWN),),
        problems=(Problem("error: a.json: no space left.\n  fix: make some.", ExitStatus.WRONG),),
    )
    try:
        assert (word(outcome), list(reasons(outcome))) == (
            "Failed",
            [
                "ended early: ✗ rps>1",
                "1 of 61 requests failed",
                "the scenario's own code raised 1 time",
                "1 worker lost",
                "1 threshold missed: p(95)<5",
                "1 threshold not known: promql: up > 0",
                "1 balance with the service's counters differ",
                "rush: not compared with earlier runs: too few seconds to tell it from chance",
                "a.json: no space left.",
            ],
        )
    finally:
        run.figures.raised.counts.clear()


def test_what_is_only_not_known_is_no_failure_and_a_stop_is_told() -> None:
    outcome = LoadOutcome(results=(result(judged()),), verdicts=((UNKNOWN,),))
    assert word(outcome) == "Not known"
    stopped = replace(outcome, results=(replace(result(judged()), interrupted=True),))
    assert word(stopped) == "Interrupted"


def test_timeouts_and_requests_without_an_end_are_counted_apart() -> None:
    cut = replace(judged(message="cut"), reason="unfinished")
    slow = replace(judged(message="slow"), reason="timeout")
    outcome = LoadOutcome(results=(result(cut, slow, slow, judged()),), verdicts=((),))
    assert list(reasons(outcome)) == ["3 of 4 requests failed (2 timed out, 1 unfinished)"]


def test_of_several_runs_each_reason_names_its_own() -> None:
    outcome = LoadOutcome(results=(RUN, replace(RUN, scenario="calm")), verdicts=((), ()))
    assert list(reasons(outcome)) == [
        "rush: 1 of 61 requests failed",
        "calm: 1 of 61 requests failed",
    ]
