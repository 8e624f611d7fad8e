"""A run's figures as text: what happened, how fast, and whether it is what was asked for."""

from collections.abc import Iterator, Sequence

from toolkit.load.definitions import LoadBook
from toolkit.load.results import LoadResult
from toolkit.load.thresholds import Verdict, shown

QUANTILES = (0.5, 0.95, 0.99)
SHOWN_ERRORS = 10
# Later than this, it is the generator that is slow: what it measures is partly itself.
PUNCTUAL_MILLISECONDS = 5.0
_UNSIGNED = 401


def block(result: LoadResult, book: LoadBook) -> str:
    """The figures, one a line, and every kind of unexpected answer."""
    rows = list(_rows(result, book))
    width = max(len(title) for title, _ in rows) + 3
    lines = [f"{title + ':':<{width}}{value}" for title, value in rows]
    errors = list(result.errors.items())
    lines += [f"  {count} × {message}" for message, count in errors[:SHOWN_ERRORS]]
    if len(errors) > SHOWN_ERRORS:
        lines.append(f"  … and {len(errors) - SHOWN_ERRORS} further kinds of failure")
    return "\n".join([*lines, *(f"! {note}" for note in notes(result))])


def _rows(result: LoadResult, book: LoadBook) -> Iterator[tuple[str, str]]:
    total = result.total
    yield "Duration", f"{result.seconds:.1f} s"
    yield "Throughput", f"{result.requests_per_second:.1f} requests/s"
    yield "Sent", str(result.requests)
    yield "Successful", str(result.successes)
    yield "Failed", str(result.failures)
    for kind in book.answers:
        yield kind.title, str(sum(total.answers[code] for code in kind.codes))
    yield "Success rate", f"{result.success_share:.2%}"
    for q in QUANTILES:
        yield f"P{q * 100:g}", f"{shown(total.durations.quantile_seconds(q) * 1000)} ms"
    if result.figures.delays.counts and _is_open(result):
        late = result.figures.delays.quantile_seconds(0.99) * 1000
        yield "Sent late (P99)", f"{shown(late)} ms"
        yield "Waiting at most", f"{result.figures.most_waiting} requests"


def _is_open(result: LoadResult) -> bool:
    return result.orders is not None and result.orders.schedule is not None


def notes(result: LoadResult) -> Iterator[str]:
    """What a reader must know before believing the figures."""
    if result.interrupted:
        yield f"interrupted after {result.seconds:.1f} s: the figures are of that time"
    if result.aborted:
        yield f"aborted after {result.seconds:.1f} s: {result.aborted}"
    yield from result.lost
    if result.unsent and result.orders is not None:
        yield (
            f"{result.unsent} of {result.orders.due} requests that fell due were not sent: all "
            f"{result.orders.users} users were waiting for answers, or the generator was too slow"
        )
    late = result.figures.delays.quantile_seconds(0.99) * 1000
    if _is_open(result) and late > PUNCTUAL_MILLISECONDS:
        yield (
            f"1 in 100 requests left {shown(late)} ms late or later: the latencies hold the "
            "generator's own delay; more processes (--processes) or a lower rate would show less"
        )
    if result.failures and result.failures == sum(
        count for message, count in result.errors.items() if f"got {_UNSIGNED}" in message
    ):
        yield "every failure was refused with 401: is --secret the service's secret?"


def verdicts(judged: Sequence[Verdict]) -> str:
    """Every threshold with what was measured and allowed, the missed ones first."""
    ordered = sorted(judged, key=lambda verdict: verdict.kept)
    return "\n".join(str(verdict) for verdict in ordered)
