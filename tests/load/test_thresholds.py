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
    "p(95%)<1": "'95%' is not a percentile",
    "p(95ms)<1": "'95ms' is not a percentile",
    "p(-5)<1": "'-5' is not a percentile",
    "promql: up < NaN": "no value is more, less or equal to NaN",
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


NEVER_HOLDS = {
    "success>=100.5": "success is between 0 and 100%",
    "success>100": "success is between 0 and 100%",
    "success==101%": "success is between 0 and 100%",
    "success<0": "success is between 0 and 100%",
    "success[30s]>=100.1": "",
    "order: success>=100.1": "",
    "fail_ratio>1": "fail_ratio is between 0 and 1",
    "fail_ratio>=5": "",
    "p(95)<0": "p is 0 ms or more",
    "service_time(99)<0s": "",
    "delay(99)<0": "",
    "rps<0": "rps is 0/s or more",
    "unsent<0": "unsent is a whole number, 0 or more",
    "count(rate_limited)==0.5": "count is a whole number, 0 or more",
}
NEVER_FAILS = {
    "success<=100": "success is between 0 and 100%",
    "success!=100.5": "",
    "fail_ratio<2": "",
    "fail_ratio<=1": "",
    "p(95)>=0": "p is 0 ms or more",
    "max>=0ms": "",
    "requests!=1.5": "requests is a whole number, 0 or more",
}


@pytest.mark.parametrize("text", NEVER_HOLDS | NEVER_FAILS)
def test_what_no_run_can_keep_and_what_none_can_miss_are_refused(text: str) -> None:
    words = (NEVER_HOLDS | NEVER_FAILS)[text]
    never = "hold" if text in NEVER_HOLDS else "fail"
    with pytest.raises(UsageError, match=f"{words}.*so this can never {never}"):
        parse(text)


def test_what_can_never_be_is_said_in_one_sentence_with_the_way_out() -> None:
    with pytest.raises(UsageError) as raised:
        parse("fail_ratio>1")
    assert raised.value.message == (
        "threshold 'fail_ratio>1': fail_ratio is between 0 and 1, so this can never hold."
    )
    assert raised.value.fix == "give a limit that some runs keep and others do not."


@pytest.mark.parametrize(
    "text",
    ["success>=100", "success==100", "success>99.99", "success<100", "success==0", "fail_ratio<1",
     "fail_ratio==0", "p(95)<=0", "p(95)>0", "p(99.9)<0.01", "rps>0", "unsent<0.5", "unsent==0"],
)  # fmt: skip
def test_limits_at_the_ends_of_what_is_possible_are_thresholds(text: str) -> None:
    assert parse(text).text == text


@pytest.mark.parametrize("text", ["unsent>=0", "success>=0", "rps>=0", "count(stale)>=0"])
def test_any_number_at_all_replaces_a_threshold_of_the_scenarios_own(text: str) -> None:
    assert parse(text).allows(0)


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
