"""Thresholds: what may be written, and what replaces what."""

import pytest

from toolkit.errors import UsageError
from toolkit.load.thresholds import combined, in_force, parse

WRONG = {
    "p95<100": "not of the form",
    "p(95) 100": "not of the form",
    "p(95)<fast": "'fast' is not a number in ms or s",
    "success>=99ms": "'99ms' is not a number in %",
    "p(0)<1": "'0' is not a percentile between 0 and 100",
    "p(100)<1": "'100' is not a percentile",
    "p<1": r"p takes one argument, like p\(95\)",
    "rps(3)>1": "rps takes no argument",
    "count>1": r"count takes one argument, like count\(rate_limited\)",
    "sucess>1": r"unknown figure 'sucess'; did you mean 'success'\?",
    "order: delay(99)<5": "delay is the load generator's own",
    "p(95)<-5": "p is never below 0, so it says nothing",
    "promql: sum(": "unclosed left parenthesis",
    "promql: up": "must be a comparison with a number",
    "promql: a < 1 and b < 2": "must be a comparison with a number",
    "promql: a < b": "must be compared with a number",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_not_a_threshold_is_refused_with_what_would_be(text: str) -> None:
    with pytest.raises(UsageError, match=WRONG[text]):
        parse(text)


def test_a_name_may_hold_colons() -> None:
    threshold = parse("webhook: valid: p(99)<50")
    assert (threshold.name, threshold.figure, threshold.value) == ("webhook: valid", "p", 50)


def test_a_given_threshold_replaces_the_scenarios_own_for_the_same_figure() -> None:
    found = combined(("p(95)<=100", "success>=99", "p(95)>1"), ("p(95)<50", "p(99)<80"))
    assert [x.text for x in found] == ["success>=99", "p(95)>1", "p(95)<50", "p(99)<80"]


def test_every_load_of_a_known_size_is_sent_and_answered_whole_unless_it_says_how_many() -> None:
    def texts(*given: str, whole: bool = True) -> list[str]:
        return [x.text for x in in_force(("p(95)<9",), given, whole=whole)]

    assert texts() == ["p(95)<9", "unsent==0", "unfinished==0"]
    assert texts(whole=False) == ["p(95)<9"]
    assert texts("unsent<=5") == ["p(95)<9", "unsent<=5", "unfinished==0"]
    assert texts("a: unfinished<3", "unsent>=0")[-2:] == ["a: unfinished<3", "unsent>=0"]


def test_a_window_is_whole_seconds_of_what_is_counted_second_by_second() -> None:
    threshold = parse("p(95)[1m30s]<200")
    assert (threshold.figure, threshold.argument, threshold.window_seconds) == ("p", "95", 90)
    assert threshold.subject != parse("p(95)<200").subject
    for text, words in {
        "p(95)[x]<1": r"'x' is not a duration.*\n.*\[30s\]",
        "p(95)[]<1": "is not a duration",
        "p(95)[500ms]<1": "a window is of whole seconds",
        "unsent[5s]==0": "windows are of avg, fail_ratio",
        "a: p(95)[5s]<1": "of all requests together",
    }.items():
        with pytest.raises(UsageError, match=words):
            parse(text)
