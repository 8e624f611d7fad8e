"""A run's figures as text: what was answered, how fast, and whether all was sent."""

from collections.abc import Iterator, Sequence

from toolkit.load import conservation
from toolkit.load.definitions import LoadDefinitions
from toolkit.load.results import LoadOutcome, LoadResult, joined
from toolkit.load.statistics import three_digits
from toolkit.load.threshold_verdicts import ThresholdVerdict

QUANTILES = (0.5, 0.95, 0.99)
SHOWN_ERRORS = 10
# Later than this, the load generator is slow: what it measures is partly itself.
PUNCTUAL_MILLISECONDS = 5.0
_UNSIGNED = 401


def render(outcome: LoadOutcome, definitions: LoadDefinitions) -> str:
    """Every run's figures and verdicts; of several, then all together."""
    parts = []
    several = len(outcome.results) > 1
    for result, verdicts in zip(outcome.results, outcome.verdicts, strict=True):
        part = summary(result, definitions)
        if verdicts:
            part += f"\n{thresholds(verdicts)}"
        parts.append(f"{result.scenario}\n{part}" if several else part)
    whole = joined(outcome.results)
    if several:
        parts.append(f"all together\n{summary(whole, definitions)}")
    if outcome.balances is not None:
        parts.append(conservation.render(outcome.balances, whole.total))
    if outcome.comparison:
        parts.append(outcome.comparison)
    return "\n\n".join(parts)


def summary(result: LoadResult, definitions: LoadDefinitions) -> str:
    """The figures, one a line, and every kind of unexpected answer."""
    rows = list(_rows(result, definitions))
    width = max(len(title) for title, _ in rows) + 3
    lines = [f"{title + ':':<{width}}{value}" for title, value in rows]
    errors = list(result.errors.items())
    lines += [f"  {count} × {message}" for message, count in errors[:SHOWN_ERRORS]]
    if len(errors) > SHOWN_ERRORS:
        lines.append(f"  … and {len(errors) - SHOWN_ERRORS} further kinds of failure")
    return "\n".join([*lines, *(f"! {note}" for note in notes(result))])


def _rows(result: LoadResult, definitions: LoadDefinitions) -> Iterator[tuple[str, str]]:
    total = result.total
    yield "Duration", f"{result.seconds:.1f} s"
    yield "Throughput", f"{result.requests_per_second:.1f} requests/s"
    yield "Sent", str(result.requests)
    yield "Successful", str(result.successes)
    yield "Failed", str(result.failures)
    for kind in definitions.answers:
        yield kind.title, str(sum(total.answers[code] for code in kind.codes))
    yield "Success rate", f"{result.success_share:.2%}"
    for q in QUANTILES:
        yield f"P{q * 100:g}", f"{three_digits(total.durations.quantile_seconds(q) * 1000)} ms"
    if result.figures.delays.counts and _is_open(result):
        late = result.figures.delays.quantile_seconds(0.99) * 1000
        yield "Sent late (P99)", f"{three_digits(late)} ms"
        yield "Waiting at most", f"{result.figures.most_waiting} requests"


def _is_open(result: LoadResult) -> bool:
    return result.workload is not None and result.workload.schedule is not None


def notes(result: LoadResult) -> Iterator[str]:
    """What a reader must know before believing the figures."""
    if result.interrupted:
        yield f"interrupted after {result.seconds:.1f} s: the figures are of that time"
    if result.aborted:
        yield f"aborted after {result.seconds:.1f} s: {result.aborted}"
    yield from result.lost
    if result.unsent and result.workload is not None:
        yield (
            f"{result.unsent} of {result.workload.due_requests} requests that fell due were not "
            f"sent: all {result.workload.users} users were waiting for answers, or the load "
            "generator was too slow"
        )
    late = result.figures.delays.quantile_seconds(0.99) * 1000
    if _is_open(result) and late > PUNCTUAL_MILLISECONDS:
        yield (
            f"1 in 100 requests left {three_digits(late)} ms late or later: the latencies include "
            "the load generator's own delay; use more processes (--processes) or a lower rate"
        )
    if result.failures and result.failures == sum(
        count for message, count in result.errors.items() if f"got {_UNSIGNED}" in message
    ):
        yield "every failure was refused with 401: is --secret the service's secret?"


def thresholds(verdicts: Sequence[ThresholdVerdict]) -> str:
    """Every threshold with what was measured and allowed, the missed ones first."""
    ordered = sorted(verdicts, key=lambda verdict: verdict.kept)
    return "\n".join(str(verdict) for verdict in ordered)
