"""A run's figures as text: what was answered, how fast, and whether all was sent."""

from collections.abc import Iterator, Sequence

from toolkit.load import counter_reconciliation
from toolkit.load.combined_results import joined
from toolkit.load.definitions import LoadDefinitions
from toolkit.load.judge_thresholds import ThresholdVerdict
from toolkit.load.result_warnings import notes
from toolkit.load.results import LoadOutcome, LoadResult
from toolkit.load.statistics import three_digits

QUANTILES = (0.5, 0.95, 0.99)
SHOWN_ERRORS = 10


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
    if several or outcome.together:
        part = f"all together\n{summary(whole, definitions)}"
        parts.append(f"{part}\n{thresholds(outcome.together)}" if outcome.together else part)
    if outcome.balances is not None:
        parts.append(counter_reconciliation.render(outcome.balances, whole.total))
    parts += map(str, outcome.comparisons)
    if outcome.trend:
        parts.append(outcome.trend)
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
    for title, count in (("Timed out", total.timed_out), ("Unfinished", total.unfinished)):
        if count:
            yield title, f"{count} (in Failed)"
    if result.is_open or result.unsent:
        yield "Not sent", str(result.unsent)
    for kind in definitions.answers:
        yield kind.title, str(sum(total.answers[code] for code in kind.codes))
    yield "Success rate", f"{result.success_share:.2%}"
    for q in QUANTILES:
        yield f"P{q * 100:g}", _milliseconds(total.durations.quantile_seconds(q))
    if result.is_open:
        yield from _open_loop_rows(result)


def _open_loop_rows(result: LoadResult) -> Iterator[tuple[str, str]]:
    figures = result.figures
    if figures.waits.counts:
        # The latency above counts from the moment a request was due; this from the real send.
        yield "Service time P95", _milliseconds(result.total.service_times.quantile_seconds(0.95))
        yield "Waiting at most", f"{figures.most_waiting} requests"
    if figures.delays.counts:
        yield "Sent late (P99)", _milliseconds(figures.delays.quantile_seconds(0.99))


def _milliseconds(seconds: float) -> str:
    return f"{three_digits(seconds * 1000)} ms"


def thresholds(verdicts: Sequence[ThresholdVerdict]) -> str:
    """Every threshold with what was measured and allowed, the missed ones first."""
    ordered = sorted(verdicts, key=lambda verdict: verdict.kept)
    return "\n".join(str(verdict) for verdict in ordered)
