"""What was sent is what the service counted: kind by kind, both sides shown."""

import pytest

from tests.support.load_runs import figures, judged
from toolkit.catalogue import Kind, Label, Metric, Unit
from toolkit.errors import ExitStatus
from toolkit.load import counter_reconciliation
from toolkit.load.counter_reconciliation import ConservationError
from toolkit.load.definitions import AnswerCounter
from toolkit.load.statistics import NO_ANSWER
from toolkit.prometheus import exposition

STATUS = Label("status", values=("ok", "late"))
ORDERS = Metric("shop_orders_total", Kind.COUNTER, "Orders.", unit=Unit.COUNT, labels=(STATUS,))
COUNTERS = (
    AnswerCounter("orders", ("200", "202"), ORDERS, {"status": ("ok",)}),
    AnswerCounter("late", ("late",), ORDERS, {"status": ("late",)}),
)
TOTAL = figures(judged(), judged(), judged(answer="202"), judged(answer="late")).total
BEFORE = {"orders": 10.0, "late": 0.0}


def read(text: str) -> dict[str, float]:
    return counter_reconciliation.read(COUNTERS, tuple(exposition.samples(text)))


def test_a_counter_is_the_sum_of_the_series_that_it_selects() -> None:
    assert read(
        'shop_orders_total{status="ok",shop="a"} 3\n'
        'shop_orders_total{status="ok",shop="b"} 4\n'
        'shop_orders_total{status="late"} 5\n'
        'shop_sales_total{status="ok"} 9\n'
    ) == {"orders": 7, "late": 5}


def test_a_series_that_does_not_exist_yet_is_0() -> None:
    assert read("") == {"orders": 0, "late": 0}


def test_balances_that_agree_are_a_line() -> None:
    agreed = counter_reconciliation.balance(COUNTERS, BEFORE, {"orders": 13.0, "late": 1.0}, TOTAL)
    assert [balance.holds for balance in agreed] == [True, True]
    assert counter_reconciliation.render(agreed, TOTAL) == (
        "Conservation holds: 2 of 2 balances agree, 4 requests sent"
    )


def test_balances_that_differ_are_shown_with_both_sides() -> None:
    found = counter_reconciliation.balance(COUNTERS, BEFORE, {"orders": 12.0, "late": 1.0}, TOTAL)
    assert counter_reconciliation.render(found, TOTAL).splitlines() == [
        '✗ orders: sent 3, counted 2 (shop_orders_total{status="ok"})',
        "Conservation DIFFERS: 1 of 2 balances agree, 4 requests sent",
    ]


def test_answers_that_no_balance_is_about_are_told_and_nothing_else_is_not_enough() -> None:
    total = figures(judged(), judged(answer="teapot"), judged(answer="teapot")).total
    found = counter_reconciliation.balance(COUNTERS, BEFORE, {"orders": 11.0, "late": 0.0}, total)
    assert counter_reconciliation.render(found, total).splitlines()[0] == (
        "! 2 answers are in no balance: 2 × teapot"
    )
    counter_reconciliation.require_covered(COUNTERS, total)
    counter_reconciliation.require_covered(COUNTERS, figures(judged(answer=NO_ANSWER)).total)
    with pytest.raises(ConservationError, match="none of 1 answers is in a balance") as caught:
        counter_reconciliation.require_covered(COUNTERS, figures(judged(answer="teapot")).total)
    assert caught.value.status is ExitStatus.UNKNOWN


def test_requests_without_an_answer_are_a_reason_to_doubt() -> None:
    total = figures(judged(answer=NO_ANSWER)).total
    found = counter_reconciliation.balance(COUNTERS, BEFORE, BEFORE, total)
    assert counter_reconciliation.render(found, total).splitlines()[0] == (
        "! 1 requests got no answer: it is not known whether the service counted them"
    )
