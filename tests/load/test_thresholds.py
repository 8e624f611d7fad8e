"""Thresholds: what may be written, what is measured, and too little to judge by."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from tests.support.load_runs import judged, result
from toolkit.errors import UsageError
from toolkit.load.threshold_verdicts import judge, judge_by_prometheus
from toolkit.load.thresholds import combined, parse

TWENTY = [judged(n) for n in range(1, 21)]
# threshold → (kept, what is shown)
VERDICTS = {
    "p(95)<20": (True, "✓ p(95)<20: 18.9 ms, allowed < 20 ms"),
    "p(95)<10ms": (False, "✗ p(95)<10ms: 18.9 ms, allowed < 10 ms"),
    "p(50)<=0.5s": (True, "✓ p(50)<=0.5s: 9.95 ms, allowed <= 500 ms"),
    "order: med>100": (False, "✗ order: med>100: 9.95 ms, allowed > 100 ms"),
    "avg<=10.5": (True, "✓ avg<=10.5: 10.5 ms, allowed <= 10.5 ms"),
    "min>=1": (True, "✓ min>=1: 1 ms, allowed >= 1 ms"),
    "max<20": (False, "✗ max<20: 20 ms, allowed < 20 ms"),
    "rps>=10": (True, "✓ rps>=10: 10 /s, allowed >= 10 /s"),
    "rps>10": (False, "✗ rps>10: 10 /s, allowed > 10 /s"),
    "success>=100%": (True, "✓ success>=100%: 100%, allowed >= 100%"),
    "fail_ratio<=0": (True, "✓ fail_ratio<=0: 0, allowed <= 0"),
    "failures==0": (True, "✓ failures==0: 0, allowed == 0"),
    "requests!=20": (False, "✗ requests!=20: 20, allowed != 20"),
    "accepted>20": (False, "✗ accepted>20: 20, allowed > 20"),
    "count(200)>19": (True, "✓ count(200)>19: 20, allowed > 19"),
    "count(stale)>0": (False, "✗ count(stale)>0: 0, allowed > 0"),
    "refused<=0": (True, "✓ refused<=0: 0, allowed <= 0"),
    "p(96)<100": (
        False,
        "✗ p(96)<100: 20 samples are too few to judge, at least 25 are needed; allowed < 100 ms",
    ),
    "oder: avg<5": (
        False,
        "✗ oder: avg<5: no request of that name was sent; did you mean 'order'? (known: order); "
        "allowed < 5 ms",
    ),
    "delay(50)<5": (
        False,
        "✗ delay(50)<5: 0 samples are too few to judge, at least 10 are needed; allowed < 5 ms",
    ),
}


@pytest.mark.parametrize("text", VERDICTS)
def test_verdicts_name_what_was_measured_and_what_is_allowed(text: str) -> None:
    verdict = judge(parse(text), result(*TWENTY))
    assert (verdict.kept, str(verdict)) == VERDICTS[text]


def test_a_share_of_nine_requests_is_chance_and_no_pass() -> None:
    verdict = judge(parse("success>=50"), result(*TWENTY[:9]))
    assert not verdict.kept
    assert "9 samples are too few to judge, at least 10 are needed" in str(verdict)


def test_a_count_needs_no_ten_samples_but_one() -> None:
    assert judge(parse("failures==0"), result(judged())).kept
    assert not judge(parse("failures==0"), result()).kept


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
    "promql: sum(": "unclosed left parenthesis",
    "promql: up": "must be a comparison with a number",
    "promql: a < 1 and b < 2": "must be a comparison with a number",
    "promql: a < b": "must be compared with a number",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_threshold_is_told_with_what_would_be(text: str) -> None:
    with pytest.raises(UsageError, match=WRONG[text]):
        parse(text)


def test_a_name_may_hold_colons() -> None:
    threshold = parse("webhook: valid: p(99)<50")
    assert (threshold.name, threshold.figure, threshold.value) == ("webhook: valid", "p", 50)


def test_a_given_threshold_replaces_the_scenarios_own_for_the_same_figure() -> None:
    found = combined(("p(95)<=100", "success>=99", "p(95)>1"), ("p(95)<50", "p(99)<80"))
    assert [x.text for x in found] == ["success>=99", "p(95)>1", "p(95)<50", "p(99)<80"]


@dataclass(frozen=True)
class Value:
    value: float


@dataclass
class FakePrometheus:
    values: Sequence[float]
    url: str = "http://prometheus"
    asked: list[str] = field(default_factory=list)

    def query(self, expr: str) -> Sequence[Value]:
        self.asked.append(expr)
        return [Value(value) for value in self.values]


PROMQL = "promql: sum(rate(errors_total[$__range])) < 0.1"
ASKED = {
    "kept": ((0.05,), True, "0.05, allowed < 0.1"),
    "missed": ((0.2,), False, "0.2, allowed < 0.1"),
    "one of several series": ((0.05, 0.3, 0.01), False, "0.3, allowed < 0.1"),
    "not a number": ((float("nan"),), False, "nan, allowed < 0.1"),
    "nothing known": ((), False, "Prometheus knows no such sample; allowed < 0.1"),
}


@pytest.mark.parametrize(("values", "kept", "shown"), ASKED.values(), ids=ASKED)
def test_promql_is_judged_on_every_series(
    *, values: Sequence[float], kept: bool, shown: str
) -> None:
    server = FakePrometheus(values)
    verdict = judge_by_prometheus(parse(PROMQL), server, seconds=12.3)
    assert verdict.kept is kept
    assert str(verdict).endswith(shown)
    assert server.asked == ["sum(rate(errors_total{}[13s]))"]
