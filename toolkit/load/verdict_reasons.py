"""How the runs of a command came out, in a word and the reasons for it."""

from collections.abc import Iterator, Sequence

from toolkit.errors import ExitStatus
from toolkit.load.judge_thresholds import ThresholdVerdict
from toolkit.load.results import LoadOutcome, LoadResult

WORDS = {
    ExitStatus.CLEAN: "Passed",
    ExitStatus.FINDINGS: "Failed",
    ExitStatus.WRONG: "Failed",
    ExitStatus.UNKNOWN: "Not known",
    ExitStatus.BUG: "Failed",
}


def word(outcome: LoadOutcome) -> str:
    """Passed, failed, interrupted, or not known."""
    return "Interrupted" if outcome.interrupted else WORDS[outcome.status]


def reasons(outcome: LoadOutcome) -> Iterator[str]:
    """Why it did not pass, the most telling first; of one that passed, nothing."""
    several = len(outcome.results) > 1
    for result, verdicts in zip(outcome.results, outcome.verdicts, strict=True):
        name = f"{result.scenario}: " if several else ""
        yield from (f"{name}{text}" for text in _of_run(result))
        yield from (f"{name}{text}" for text in _of_thresholds(verdicts))
    yield from (f"all together: {text}" for text in _of_thresholds(outcome.together))
    wrong = [balance for balance in outcome.balances or () if not balance.holds]
    if wrong:
        yield f"{_count(len(wrong), 'balance')} with the service's counters differ"
    for comparison in outcome.comparisons:
        if count := len(comparison.regressions):
            figures = _count(count, "figure")
            yield f"{comparison.scenario}: {figures} worse than before, beyond chance"
        elif why := comparison.not_judged:
            yield f"{comparison.scenario}: not compared with earlier runs: {why}"
    for problem in outcome.problems:
        yield problem.message.removeprefix("error: ").splitlines()[0]


def _of_thresholds(verdicts: Sequence[ThresholdVerdict]) -> Iterator[str]:
    missed = [verdict for verdict in verdicts if not verdict.kept and not verdict.unknown]
    unknown = [verdict for verdict in verdicts if verdict.unknown]
    for found, how in ((missed, "missed"), (unknown, "not known")):
        if found:
            texts = ", ".join(verdict.threshold.text for verdict in found)
            yield f"{_count(len(found), 'threshold')} {how}: {texts}"


def _of_run(result: LoadResult) -> Iterator[str]:
    if result.aborted:
        yield f"ended early: {result.aborted}"
    if result.failures:
        of = f"{result.failures} of {_count(result.requests, 'request')} failed"
        kinds = [
            f"{count} {title}"
            for title, count in (
                ("timed out", result.total.timed_out),
                ("unfinished", result.unfinished),
            )
            if count
        ]
        yield f"{of} ({', '.join(kinds)})" if kinds else of
    if result.raised:
        yield f"the scenario's own code raised {_count(result.raised, 'time')}"
    if result.lost:
        yield f"{_count(len(result.lost), 'worker')} lost"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
