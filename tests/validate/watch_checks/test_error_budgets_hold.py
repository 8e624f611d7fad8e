"""How likely bad events are by chance, which tells a bad release from bad luck."""

import math

import pytest

from tests.support.known_answers import knowing, vector, watching
from tests.support.watched_stack import PROJECT, project
from toolkit import burn_rate
from toolkit.findings import Finding, Level
from toolkit.validate.check import NotYet, Skip
from toolkit.validate.watch_checks.error_budgets_hold import (
    CHANCE_AT_END,
    CHANCE_AT_ONCE,
    chance,
    run,
)

# Upper tails of the binomial distribution, from math.comb.
TAILS = [(1, 10, 0.005), (3, 10, 0.005), (5, 300, 0.005), (7, 7, 0.1), (2, 1000, 0.001)]


@pytest.mark.parametrize(("bad", "total", "share"), TAILS)
def test_it_is_the_tail_of_the_binomial_distribution(bad: int, total: int, share: float) -> None:
    exact = sum(
        math.comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(bad, total + 1)
    )
    assert chance(bad, total, share) == pytest.approx(exact)


def test_one_bad_event_among_few_proves_nothing_and_an_outage_does() -> None:
    assert chance(1, 10, 0.005) > CHANCE_AT_ONCE
    assert chance(1, 100, 0.005) > CHANCE_AT_END
    assert chance(3, 3, 0.005) < CHANCE_AT_ONCE
    assert chance(20, 1000, 0.005) < CHANCE_AT_ONCE


def test_millions_of_events_take_no_time_and_no_precision() -> None:
    assert chance(50_000, 10_000_000, 0.005) == pytest.approx(0.5, abs=0.01)
    assert chance(60_000, 10_000_000, 0.005) < CHANCE_AT_ONCE


ALL = "sum(rate(app_events_total[60000ms]))"
BAD = (
    'sum(rate(app_events_total{kind="write"}[60000ms])) or 0 * sum(rate(app_events_total[60000ms]))'
)


def found(bad: float, total: float, *, is_last: bool = False) -> list[Finding]:
    """So many events in the minute of the watch; 1% of them may be bad."""
    rates = {ALL: vector(({}, total / 60)), BAD: vector(({}, bad / 60))}
    stack = watching(PROJECT, knowing(rates))
    stack.window.is_last = is_last
    return list(run(stack))


def test_what_the_objective_allows_is_no_finding() -> None:
    assert found(0, 100) == []
    assert found(10, 1000) == []


def test_a_few_more_are_a_figure_and_many_are_an_error() -> None:
    (few,) = found(11, 1000)
    assert few.level is Level.INFO
    assert few.subject == "app-promise"
    assert few.message == (
        "11 of 1000 events broke the promise: 1.100%, where 1.000% are allowed; so few may come "
        "by chance."
    )
    (many,) = found(50, 1000)
    assert many.level is Level.ERROR
    assert many.message == (
        "50 of 1000 events broke the promise: 5.000%, where 1.000% are allowed. The error budget "
        "is spent 5 times too fast."
    )
    assert many.fix == "panel 'Events' of app; runbook " + PROJECT.config.runbook_url.format(
        alert="AppPromiseFastBurn"
    )


def test_the_last_look_of_all_may_be_wrong_more_often() -> None:
    assert CHANCE_AT_ONCE < chance(17, 1000, 0.01) < CHANCE_AT_END
    assert [one.level for one in found(17, 1000)] == [Level.INFO]
    assert [one.level for one in found(17, 1000, is_last=True)] == [Level.ERROR]


def test_more_bad_ones_than_events_are_all_of_them() -> None:
    (one,) = found(30, 20)
    assert one.message.startswith("20 of 20 events broke the promise: 100.000%")


@pytest.mark.parametrize("total", [0, 0.4, math.nan])
def test_without_an_event_nothing_is_known(total: float) -> None:
    with pytest.raises(NotYet, match=r"^app-promise: no event since the watch began, so that"):
        found(0, total)


def test_without_an_objective_there_is_nothing_to_see() -> None:
    none = project(rule_files=())
    assert burn_rate.EVENTS in {x.name for x in PROJECT.recordings}
    with pytest.raises(Skip, match="the project has no objective with an error budget"):
        list(run(watching(none, knowing({}))))
