"""Whether thresholds are kept: what is measured, and too little to judge by."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest

from tests.support.load_runs import judged, result
from toolkit.load import judge_thresholds
from toolkit.load.judge_thresholds import judge, judge_all, judge_by_prometheus
from toolkit.load.results import LoadResult
from toolkit.load.thresholds import parse
from toolkit.prometheus.client import Prometheus

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


def test_a_code_that_is_misspelt_is_not_one_that_never_came() -> None:
    run = result(*TWENTY, judged(5, "rate_limited"))
    text = "count(rate_limted)==0"
    assert str(judge(parse(text), run)) == (
        f"✗ {text}: no answer had that code; did you mean 'rate_limited'?; allowed == 0"
    )
    for kept in ("count(stale)==0", "count(500)==0", "count(201)<1"):
        assert judge(parse(kept), run).kept


NOT_ANSWERED = {
    "unsent==0": (False, "✗ unsent==0: 3, allowed == 0"),
    "unsent<=3": (True, "✓ unsent<=3: 3, allowed <= 3"),
    "unfinished==0": (False, "✗ unfinished==0: 1, allowed == 0"),
    "order: unfinished<2": (True, "✓ order: unfinished<2: 1, allowed < 2"),
    "timeouts==0": (False, "✗ timeouts==0: 1, allowed == 0"),
}


@pytest.mark.parametrize("text", NOT_ANSWERED)
def test_what_was_not_sent_or_not_answered_can_be_judged(text: str) -> None:
    run = result(
        judged(),
        replace(judged(message="slow"), reason="timeout"),
        replace(judged(message="cut off"), reason="unfinished"),
        judged(),
        judged(),
    )
    run.figures.started -= 3
    verdict = judge(parse(text), run)
    assert (verdict.kept, str(verdict)) == NOT_ANSWERED[text]


def test_the_service_time_is_judged_from_the_real_send() -> None:
    """Every request waited for a second before it left."""
    run = result(*(replace(judged(1010), service_seconds=0.01) for _ in range(20)))
    assert not judge(parse("p(95)<100"), run).kept
    verdict = judge(parse("service_time(95)<100"), run)
    assert str(verdict) == "✓ service_time(95)<100: 10 ms, allowed < 100 ms"


def test_a_share_of_nine_requests_is_chance_and_not_a_pass() -> None:
    verdict = judge(parse("success>=50"), result(*TWENTY[:9]))
    assert not verdict.kept
    assert "9 samples are too few to judge, at least 10 are needed" in str(verdict)


def test_a_count_needs_no_ten_samples_but_one() -> None:
    assert judge(parse("failures==0"), result(judged())).kept
    assert not judge(parse("failures==0"), result()).kept


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


def test_an_unreachable_prometheus_costs_its_own_thresholds_and_no_other() -> None:
    run = result(*TWENTY, thresholds=("promql: up > 0", "requests==20"))
    asked, counted = judge_all(
        run,
        Prometheus("http://127.0.0.1:9"),
        scrape_seconds=1,
        job="x",
        progress=lambda _: None,
    )
    assert (asked.kept, asked.unknown, counted.kept) == (False, True, True)
    assert str(asked).startswith("? promql: up > 0: http://127.0.0.1:9")
    assert "nothing listens there" in str(asked)


class Scraping:
    """Has scraped the job at each of these moments, in turn, and then for good at the last."""

    url = "http://prometheus"

    def __init__(self, *moments: float) -> None:
        self.moments = list(moments)
        self.asked: list[str] = []

    def query(self, expr: str) -> Sequence[Value]:
        self.asked.append(expr)
        if not expr.startswith("timestamp"):
            return [Value(0.05)]
        return [Value(self.moments.pop(0) if len(self.moments) > 1 else self.moments[0])]


def test_promql_is_asked_once_the_service_was_scraped_after_the_end() -> None:
    said: list[str] = []
    server = Scraping(0.0, time.time() + 60)
    run = result(*TWENTY, thresholds=("requests==20", PROMQL))
    verdicts = judge_all(run, server, scrape_seconds=1, job="shop", progress=said.append)
    assert [verdict.kept for verdict in verdicts] == [True, True]
    assert server.asked == [
        'timestamp(up{job="shop"})',
        'timestamp(up{job="shop"})',
        "sum(rate(errors_total{}[2s]))",
    ]
    assert said == ["waiting until Prometheus has scraped the last request"]


def test_figures_need_no_prometheus() -> None:
    server = Scraping(0.0)
    judge_all(
        result(*TWENTY, thresholds=("requests==20",)),
        server,
        scrape_seconds=1,
        job="shop",
        progress=lambda _: None,
    )
    assert server.asked == []


def test_a_job_that_is_scraped_no_more_is_not_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1000, 5))
    patient = SimpleNamespace(
        time=time.time, monotonic=lambda: next(clock), sleep=lambda _seconds: None
    )
    monkeypatch.setattr(judge_thresholds, "time", patient)
    server = Scraping(0.0)
    run = result(*TWENTY, thresholds=(PROMQL,))
    (verdict,) = judge_all(run, server, scrape_seconds=5, job="shop", progress=lambda _: None)
    assert verdict.unknown
    assert "did not scrape the job 'shop' after the run" in str(verdict)
    assert len(server.asked) == 5  # at 5, 10, 15, 20 and 25 s of 30


def uneven() -> LoadResult:
    """Twenty requests in each of ten seconds, at 10 ms; in the seventh at 100 ms, half failed."""
    return result(
        *(
            judged(100 if n // 20 == 6 else 10, message="no" if n // 20 == 6 and n % 2 else "")
            for n in range(200)
        ),
        seconds=10,
    )


WINDOWS = {
    "p(95)[2s]<50": "✗ p(95)[2s]<50: 99.3 ms in the 2 s from 5 s on, allowed < 50 ms",
    "p(50)[10s]<50": "✓ p(50)[10s]<50: 10 ms in the 10 s from 0 s on, allowed < 50 ms",
    "success[1s]>=60": "✗ success[1s]>=60: 50% in the 1 s from 6 s on, allowed >= 60%",
    "rps[5s]>=20": "✓ rps[5s]>=20: 20 /s in the 5 s from 0 s on, allowed >= 20 /s",
    "failures[3s]==0": "✗ failures[3s]==0: 10 in the 3 s from 4 s on, allowed == 0",
    "p(95)[30s]<50": "✗ p(95)[30s]<50: the run is shorter than one window of 30 s; allowed < 50 ms",
    "p(99)[2s]<500": (
        "✗ p(99)[2s]<500: 40 samples in the 2 s from 0 s on are too few to judge, at least 100 are "
        "needed; allowed < 500 ms"
    ),
}


@pytest.mark.parametrize("text", WINDOWS)
def test_a_window_shows_the_worst_stretch_that_the_whole_run_hides(text: str) -> None:
    assert judge(parse("p(50)<50"), uneven()).kept
    assert str(judge(parse(text), uneven())) == WINDOWS[text]


def test_a_rate_counts_what_came_after_the_warm_up() -> None:
    run = uneven()
    assert run.workload is not None
    warm = replace(run, workload=replace(run.workload, warm_up_seconds=5.0))
    assert str(judge(parse("rps>=1"), warm)) == "✓ rps>=1: 40 /s, allowed >= 1 /s"
    text = "p(95)[2s]<50"
    assert "in the 2 s from 5 s on" in str(judge(parse(text), warm))
    later = replace(run, workload=replace(run.workload, warm_up_seconds=6.5))
    assert "✓" in str(judge(parse(text), later))
