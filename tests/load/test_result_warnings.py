"""What a reader must know of a run before believing its figures."""

from dataclasses import replace

import pytest

from tests.support.load_runs import judged, result
from toolkit.load.result_warnings import notes
from toolkit.load.results import LoadResult
from toolkit.load.workload import Loop, Workload


def late(milliseconds: float) -> LoadResult:
    run = result(judged())
    run.figures.delays.observe(milliseconds / 1000)
    return run


def unsent(*lost: str) -> LoadResult:
    run = result(*[judged()] * 10, lost=lost)
    run.figures.started -= 3
    return run


def idle(tasks: int) -> LoadResult:
    run = result(*[judged()] * 10)
    run.figures.due = run.figures.started = 10 + tasks
    return run


def busy(run: LoadResult) -> LoadResult:
    run.figures.cpu_seconds = 1.9
    return run


def stalled() -> LoadResult:
    """The service answered nothing for a while, and every user waited."""
    run = late(0.2)
    for seconds in (0.4, 1.5, 0.9):
        run.figures.waits.observe(seconds)
    return run


def raising() -> LoadResult:
    run = result(judged())
    for _ in range(2):
        frames = '  File "loadtests/buy.py", line 9, in buy\n    {}["token"]\n    ~~^^^^^^^^^\n'
        run.figures.raised.record("KeyError: 'token'", frames)
    return run


REFUSED = "expected 200, got 401: no"
CROWDED = (
    "the latencies include the load generator's own delay; other programs had the processors "
    "(send from a machine that does nothing else), or the scenario waits where gevent cannot see "
    "it, such as in a driver written in C"
)
SLOW = (
    "the latencies include the load generator's own delay; use more processes (--processes) or a "
    "lower rate"
)
NOTES = {
    "interrupted": (
        replace(result(judged()), interrupted=True),
        ["interrupted after 2.0 s: the figures are of that time"],
    ),
    "aborted": (
        replace(result(judged()), aborted="✗ rps>1"),
        ["aborted after 2.0 s: ✗ rps>1"],
    ),
    "tasks that send nothing": (idle(3), ["3 of 13 tasks that were begun sent no request"]),
    "tasks that all send": (idle(0), []),
    "a lost worker": (result(judged(), lost=("worker 1 was lost",)), ["worker 1 was lost"]),
    "unsent for want of users": (
        unsent(),
        [
            "3 of 10 tasks that fell due were not begun: all 20 users were waiting for answers "
            "(more --users, where the service may be asked for more at once)"
        ],
    ),
    "unsent for want of time": (
        busy(unsent()),
        [
            "3 of 10 tasks that fell due were not begun: the load generator was too slow (more "
            "--processes, or a lower rate)",
            f"1 in 100 requests left 0 ms late or later, with 95% of a core used: {SLOW}",
        ],
    ),
    "unsent by a lost worker": (
        unsent("worker 1 was lost"),
        [
            "worker 1 was lost",
            "3 of 10 tasks that fell due were not begun: a worker was lost, and what it sent in "
            "its last second is not known",
        ],
    ),
    "punctual": (late(4.9), []),
    "late": (
        late(8),
        [f"1 in 100 requests left 8 ms late or later, with 0% of a core used: {CROWDED}"],
    ),
    "a stalled service is not a slow load generator": (
        stalled(),
        [
            "3 requests waited up to 1500 ms for a free user, since the service took so long for "
            "others; their latency counts that, their service time not"
        ],
    ),
    "the scenario's own errors, each in a line with its place": (
        raising(),
        [
            "the scenario's own code raised 2 × KeyError: 'token' "
            '(loadtests/buy.py:9 in buy: {}["token"])'
        ],
    ),
    "every failure is a 401": (
        result(judged(), judged(message=REFUSED)),
        ["every failure was refused with 401: is --secret the service's secret?"],
    ),
    "some failures are a 401": (result(judged(message="no"), judged(message=REFUSED)), []),
    "users that pace themselves": (
        result(judged(), workload=Workload(loop=Loop.CLOSED, users=1, self_paced=True)),
        [
            "a closed loop: the users pace themselves, so a service that stalls is asked less, "
            "and its latency looks better than it is (docs/load.md)"
        ],
    ),
    "what Locust's configuration sets": (
        result(judged(), settings=("users = 50 (locust.conf)",)),
        ["set by Locust's own configuration: users = 50 (locust.conf)"],
    ),
    "nothing": (result(judged()), []),
}


@pytest.mark.parametrize(("run", "said"), NOTES.values(), ids=NOTES)
def test_what_a_reader_must_know_is_said(run: LoadResult, said: list[str]) -> None:
    assert list(notes(run)) == said


@pytest.mark.parametrize(
    ("workers", "cpu_seconds", "advice"),
    [(0, 1.8, CROWDED), (0, 1.81, SLOW), (1, 1.81, SLOW), (3, 5.4, CROWDED), (3, 5.41, SLOW)],
)
def test_a_load_generator_is_busy_over_nine_tenths_of_each_of_its_processes(
    workers: int, cpu_seconds: float, advice: str
) -> None:
    """The run is of two seconds."""
    run = replace(late(8), workers=workers)
    run.figures.cpu_seconds = cpu_seconds
    (said,) = notes(run)
    assert said.endswith(advice)


@pytest.mark.parametrize(("milliseconds", "count"), [(5, 0), (5.2, 1)])
def test_later_than_five_milliseconds_is_late(milliseconds: float, count: int) -> None:
    assert len(list(notes(late(milliseconds)))) == count


def test_a_run_of_no_time_is_not_busy() -> None:
    assert list(notes(busy(replace(result(judged()), seconds=0.0)))) == []
