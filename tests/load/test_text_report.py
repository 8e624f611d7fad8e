"""A run as text: its figures, what to know before believing them, and its verdicts."""

from dataclasses import replace

from tests.support.load_runs import OUTCOME, judged, result
from toolkit.load import text_report
from toolkit.load.definitions import AnswerKind, LoadDefinitions
from toolkit.load.results import LoadOutcome, LoadResult
from toolkit.load.workload import Loop, Workload

DEFINITIONS = LoadDefinitions(answers=(AnswerKind("Stale", ("stale", "old")),))


def test_the_figures_are_one_a_line() -> None:
    run = result(*[judged(10)] * 6, judged(answer="stale"), judged(answer="old"))
    assert text_report.summary(run, DEFINITIONS).splitlines() == [
        "Duration:      2.0 s",
        "Throughput:    4.0 requests/s",
        "Sent:          8",
        "Successful:    8",
        "Failed:        0",
        "Not sent:      0",
        "Stale:         2",
        "Success rate:  100.00%",
        "P50:           10 ms",
        "P95:           10 ms",
        "P99:           10 ms",
    ]


def late(milliseconds: float) -> LoadResult:
    run = result(judged())
    run.figures.delays.observe(milliseconds / 1000)
    run.figures.waits.observe(0.2)
    run.figures.most_waiting = 3
    return run


def test_an_open_loop_says_how_late_it_sent_and_what_the_service_took() -> None:
    text = text_report.summary(late(4), DEFINITIONS)
    assert "Sent late (P99):   4 ms" in text
    assert "Waiting at most:   3 requests" in text
    assert "Service time P95:  10 ms" in text
    closed = Workload(loop=Loop.CLOSED, users=1, max_requests=1)
    text = text_report.summary(replace(late(4), workload=closed), DEFINITIONS)
    assert "Sent late" not in text
    assert "Not sent" not in text


def test_requests_that_timed_out_or_never_ended_are_shown_among_the_failed() -> None:
    run = result(judged(), judged(message="slow"), judged(message="never"))
    run.figures.names["order"].failures.update(timeout=1, unfinished=1)
    lines = text_report.summary(run, DEFINITIONS).splitlines()
    assert "Failed:        2" in lines
    assert "Timed out:     1 (in Failed)" in lines
    assert "Unfinished:    1 (in Failed)" in lines


def test_the_most_frequent_errors_are_shown_and_the_rest_counted() -> None:
    run = result(*(judged(message=f"no {n}") for n in range(text_report.SHOWN_ERRORS + 2)))
    lines = text_report.summary(run, DEFINITIONS).splitlines()
    assert "  1 × order: no 0" in lines
    assert "  1 × order: no 9" in lines
    assert "  1 × order: no 10" not in lines
    assert "  … and 2 further kinds of failure" in lines
    exactly = result(*(judged(message=f"no {n}") for n in range(text_report.SHOWN_ERRORS)))
    assert "further kinds" not in text_report.summary(exactly, DEFINITIONS)


def test_missed_thresholds_come_first() -> None:
    lines = text_report.thresholds(tuple(reversed(OUTCOME.verdicts[0]))).splitlines()
    assert [line[0] for line in lines] == ["✗", "✓"]


def test_one_run_is_shown_without_its_name() -> None:
    parts = text_report.render(OUTCOME, DEFINITIONS).split("\n\n")
    assert parts[0].startswith("Duration: ")
    assert "\n✗ p(95)<5: " in parts[0]
    assert parts[1].endswith("Conservation DIFFERS: 1 of 2 balances agree, 61 requests sent")
    assert parts[2].startswith("rush, compared with the earlier run:\n? throughput: 30.5 → 30.5 /s")


def test_several_runs_are_shown_by_name_and_then_together() -> None:
    runs = (result(judged()), result(judged(), scenario="calm"))
    parts = text_report.render(LoadOutcome(results=runs, verdicts=((), ())), DEFINITIONS)
    assert [part.splitlines()[0] for part in parts.split("\n\n")] == [
        "rush",
        "calm",
        "all together",
    ]
    assert "Sent:          2" in parts.split("\n\n")[2]
