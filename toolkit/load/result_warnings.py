"""What a reader must know of a run before believing its figures."""

import re
from collections.abc import Iterator

from toolkit.load.results import LoadResult
from toolkit.load.statistics import three_digits

# Later than this, the load generator is slow: what it measures is partly itself.
PUNCTUAL_MILLISECONDS = 5.0
# A process that computes for more of its time has no time left to be punctual.
BUSY_SHARE = 0.9
SHOWN_SCENARIO_ERRORS = 3
_UNSIGNED = 401
# As the standard library writes a frame of a traceback.
_FRAME = re.compile(
    r'^  File "(?P<file>.+)", line (?P<line>\d+), in (?P<function>.+)\n(?:    (?P<code>.+))?',
    re.MULTILINE,
)


def notes(result: LoadResult) -> Iterator[str]:
    """The notes, one a line or with indented lines below it; the worst first."""
    yield from _ended_early(result)
    yield from _scenario_errors(result)
    yield from result.lost
    yield from _not_sent(result)
    yield from _idle_tasks(result)
    yield from _delays(result)
    if result.failures and result.failures == sum(
        count for message, count in result.errors.items() if f"got {_UNSIGNED}" in message
    ):
        yield "every failure was refused with 401: is --secret the service's secret?"
    if result.workload is not None and result.workload.self_paced:
        yield (
            "a closed loop: the users pace themselves, so a service that stalls is asked less, and "
            "its latency looks better than it is (docs/load.md)"
        )
    if result.workload is not None and result.workload.warm_up_seconds:
        yield f"the first {result.workload.warm_up_seconds:g} s are a warm-up, and not counted"
    for setting in result.settings:
        yield f"set by Locust's own configuration: {setting}"


def _ended_early(result: LoadResult) -> Iterator[str]:
    if result.interrupted:
        yield f"interrupted after {result.seconds:.1f} s: the figures are of that time"
    if result.aborted:
        yield f"aborted after {result.seconds:.1f} s: {result.aborted}"


def _scenario_errors(result: LoadResult) -> Iterator[str]:
    raised = result.figures.raised
    for message, count in raised.counts.most_common(SHOWN_SCENARIO_ERRORS):
        where = _place(raised.tracebacks.get(message, ""))
        first, *more = message.splitlines()
        yield f"the scenario's own code raised {count} × {first}{' …' if more else ''}{where}"


def _place(traceback: str) -> str:
    """Where the innermost frame of the scenario is: ` (loadtests/buy.py:12 in buy: a.json())`."""
    found = list(_FRAME.finditer(traceback))
    if not found:
        return ""
    frame = found[-1]
    code = f": {frame['code'].strip()}" if frame["code"] else ""
    return f" ({frame['file']}:{frame['line']} in {frame['function']}{code})"


def _not_sent(result: LoadResult) -> Iterator[str]:
    if not result.unsent or result.workload is None:
        return
    busy = _is_busy(result)
    why = (
        "the load generator was too slow (more --processes, or a lower rate)"
        if busy
        else f"all {result.workload.users} users were waiting for answers (more --users, where the "
        "service may be asked for more at once)"
    )
    if result.lost:
        why = "a worker was lost, and what it sent in its last second is not known"
    elif result.aborted:
        why = result.aborted
    yield f"{result.unsent} of {result.due} tasks that fell due were not begun: {why}"


def _idle_tasks(result: LoadResult) -> Iterator[str]:
    if result.workload is not None and result.workload.warm_up_seconds:
        return  # tasks are counted in it, and requests are not
    idle = result.figures.started - result.requests
    if idle > 0 and not result.lost:
        yield f"{idle} of {result.figures.started} tasks that were begun sent no request"


def _is_busy(result: LoadResult) -> bool:
    """Whether the load generator itself was short of time."""
    spent = result.seconds * max(1, result.workers)
    return bool(spent) and result.figures.cpu_seconds / spent > BUSY_SHARE


def _delays(result: LoadResult) -> Iterator[str]:
    if not result.is_open:
        return
    figures = result.figures
    late = figures.delays.quantile_seconds(0.99) * 1000
    if late > PUNCTUAL_MILLISECONDS or _is_busy(result):
        share = figures.cpu_seconds / result.seconds if result.seconds else 0.0
        fix = (
            "use more processes (--processes) or a lower rate"
            if _is_busy(result)
            else "other programs had the processors (send from a machine that does nothing else), "
            "or the scenario waits where gevent cannot see it, such as in a driver written in C"
        )
        yield (
            f"1 in 100 requests left {three_digits(late)} ms late or later, with {share:.0%} of a "
            f"core used: the latencies include the load generator's own delay; {fix}"
        )
    elif figures.waits.counts:
        longest = three_digits(figures.waits.max_seconds * 1000)
        yield (
            f"{figures.waits.count} requests waited up to {longest} ms for a free user, since the "
            "service took so long for others; their latency counts that, their service time not"
        )
