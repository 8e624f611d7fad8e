"""What is counted, and that several workers' counts add up to the same."""

import json

from tests.support.load_runs import figures, judged
from toolkit.load.statistics import MOST_MESSAGES, OTHER_MESSAGES, Figures, Tally


def test_two_workers_counts_add_up_to_what_one_would_have_counted() -> None:
    requests = [
        judged(n, "200" if n % 3 else "stale", "no" if n % 7 == 0 else "") for n in range(1, 40)
    ]
    whole = figures(*requests, seconds=39)
    parts = [Figures(), Figures()]
    for n, request in enumerate(requests, start=1):
        parts[n % 2].record("order", request, n - 0.5)
    for part in parts:
        part.due = part.started = 0
    parts[0].due, parts[0].started = 30, 29
    parts[1].due, parts[1].started = 9, 10
    parts[0].merge(Figures.read(json.loads(json.dumps(parts[1].document()))))
    ours, theirs = parts[0].document(), whole.document()
    for document in (ours, theirs):  # a sum of floats depends on its order
        document["names"]["order"]["durations"].pop("sum_seconds")
        document["names"]["order"]["service_times"].pop("sum_seconds")
    assert ours == theirs


def test_kinds_of_failure_are_bounded_and_none_is_lost() -> None:
    made = figures(*(judged(message=f"body {n}") for n in range(MOST_MESSAGES + 50)))
    tally = made.names["order"]
    assert len(tally.messages) == MOST_MESSAGES + 1
    assert tally.messages[OTHER_MESSAGES] == 50
    assert tally.messages.total() == tally.failed == MOST_MESSAGES + 50


def test_what_a_scenario_raised_is_counted_with_its_first_traceback() -> None:
    ours, theirs = Figures(), Figures()
    ours.raised.record("KeyError: 'a'", "first")
    theirs.raised.record("KeyError: 'a'", "second")
    theirs.raised.record("ValueError: b", "")
    ours.merge(Figures.read(json.loads(json.dumps(theirs.document()))))
    assert ours.raised.document() == [["KeyError: 'a'", 2, "first"], ["ValueError: b", 1, ""]]
    for n in range(MOST_MESSAGES):
        ours.raised.record(f"KeyError: {n}", "")
    assert ours.raised.counts[OTHER_MESSAGES] == 2
    assert ours.raised.counts.total() == MOST_MESSAGES + 3


def test_a_tally_of_an_older_report_has_no_blocks() -> None:
    document = figures(judged(), judged()).total.document()
    assert Tally.read(document).blocks.blocks != {}
    del document["blocks"]
    old = Tally.read(document)
    assert (old.requests, old.blocks.blocks) == (2, {})
