"""What is counted, and that several workers' counts add up to the same."""

import json
import random

import pytest

from tests.support.load_runs import figures, judged, result
from toolkit.load.latency_histogram import LatencyHistogram
from toolkit.load.results import LoadResult, joined
from toolkit.load.statistics import MOST_MESSAGES, OTHER_MESSAGES, Figures


def histogram(*seconds: float) -> LatencyHistogram:
    made = LatencyHistogram()
    for each in seconds:
        made.observe(each)
    return made


def test_quantiles_are_the_time_that_a_share_did_not_exceed() -> None:
    made = histogram(*[0.010] * 50, *[0.020] * 45, *[0.3] * 5)
    assert made.quantile_seconds(0.5) == pytest.approx(0.010, rel=0.01)
    assert made.quantile_seconds(0.95) == pytest.approx(0.020, rel=0.01)
    assert made.quantile_seconds(0.951) == pytest.approx(0.3, rel=0.01)
    assert made.quantile_seconds(1) == pytest.approx(0.3, rel=0.01)


def test_any_quantile_is_within_one_percent_of_the_truth() -> None:
    rng = random.Random(4)
    values = sorted(rng.lognormvariate(-5, 1.5) for _ in range(2000))
    made = histogram(*values)
    for q in (0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999):
        assert made.quantile_seconds(q) == pytest.approx(values[round(q * 2000) - 1], rel=0.0101)
    assert made.mean_seconds == pytest.approx(sum(values) / 2000)


def test_nothing_has_no_quantile_and_no_average() -> None:
    assert (LatencyHistogram().quantile_seconds(0.95), LatencyHistogram().mean_seconds) == (0, 0)


def test_two_workers_counts_add_up_to_what_one_would_have_counted() -> None:
    requests = [
        judged(n, "200" if n % 3 else "stale", "no" if n % 7 == 0 else "") for n in range(1, 40)
    ]
    whole = figures(*requests, seconds=39)
    parts = [Figures(), Figures()]
    for n, request in enumerate(requests, start=1):
        parts[n % 2].record("order", request, n - 0.5)
    parts[0].merge(Figures.read(json.loads(json.dumps(parts[1].document()))))
    ours, theirs = parts[0].document(), whole.document()
    for document in (ours, theirs):  # a sum of floats depends on its order
        document["names"]["order"]["durations"].pop("sum_seconds")
    assert ours == theirs


def test_kinds_of_failure_are_bounded_and_none_is_lost() -> None:
    made = figures(*(judged(message=f"body {n}") for n in range(MOST_MESSAGES + 50)))
    tally = made.names["order"]
    assert len(tally.messages) == MOST_MESSAGES + 1
    assert tally.messages[OTHER_MESSAGES] == 50
    assert tally.messages.total() == tally.failed == MOST_MESSAGES + 50


def test_shares_and_rates() -> None:
    loaded = result(*[judged()] * 6, *[judged(message="no")] * 2)
    assert (loaded.successes, loaded.success_share, loaded.requests_per_second) == (6, 0.75, 4)
    assert loaded.errors == {"order: no": 2}


def test_nothing_sent_is_no_success() -> None:
    assert result().success_share == 0


def test_what_fell_due_and_was_not_sent_is_told() -> None:
    short = result(*[judged()] * 10)
    assert short.unsent == 0
    short.figures.names["order"].outcomes["accepted"] -= 3
    assert short.unsent == 3


def test_a_result_survives_being_written_and_read() -> None:
    loaded = result(judged(), judged(message="no"), lost=("worker 1 was lost",), aborted="slow")
    assert LoadResult.read(json.loads(json.dumps(loaded.document()))) == loaded


def test_runs_one_after_the_other_are_one() -> None:
    whole = joined((result(judged(), seconds=1), result(*[judged()] * 2, seconds=3)))
    assert (whole.requests, whole.seconds, whole.scenario) == (3, 4, "rush, rush")
