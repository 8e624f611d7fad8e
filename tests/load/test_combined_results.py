"""Several runs as one: by one clock, and each thing that happened to any of them."""

from tests.support.load_runs import judged, result
from toolkit.load.combined_results import joined, whole_load
from toolkit.load.results import LoadResult

BEGAN = 1_700_000_000.0


def counted(run: LoadResult) -> dict[int, int]:
    """Requests by second of the run."""
    return {number: second.requests for number, second in run.figures.seconds.items()}


def test_seconds_are_counted_from_the_run_that_began_first() -> None:
    """Whichever of them is named first."""
    late = result(*[judged()] * 6, seconds=2, started=BEGAN + 10.4)
    early = result(*[judged()] * 4, seconds=2, started=BEGAN)
    assert counted(joined((late, early))) == {0: 2, 1: 2, 10: 3, 11: 3}
    assert counted(joined((early, late))) == {0: 2, 1: 2, 10: 3, 11: 3}


def test_seconds_of_runs_at_once_are_added() -> None:
    one = result(*[judged()] * 6, seconds=3, started=BEGAN)
    other = result(*[judged(message="no")] * 4, seconds=2, started=BEGAN + 1.6)
    whole = joined((one, other))
    assert counted(whole) == {0: 2, 1: 2, 2: 4, 3: 2}
    assert {n: x.failures for n, x in whole.figures.seconds.items()} == {0: 0, 1: 0, 2: 2, 3: 2}
    durations = {n: sum(x.durations.counts.values()) for n, x in whole.figures.seconds.items()}
    assert durations == {0: 2, 1: 2, 2: 4, 3: 2}


def test_a_run_within_another_adds_no_time_and_a_pause_is_none() -> None:
    long = result(judged(), seconds=10, started=BEGAN)
    inside = result(judged(), seconds=2, started=BEGAN + 3)
    after = result(judged(), seconds=5, started=BEGAN + 30)
    assert joined((inside, long)).seconds == 10
    assert joined((after, long, inside)).seconds == 15


def test_thresholds_of_all_see_what_any_did_not_send() -> None:
    short = result(*[judged()] * 10)
    short.figures.started -= 3
    whole = whole_load((short, result(*[judged()] * 5, seconds=4, started=BEGAN + 60)), ("rps>1",))
    assert (whole.unsent, whole.seconds, whole.measured_seconds) == (3, 6, 6)
    assert (whole.result.requests, whole.thresholds) == (15, ("rps>1",))
