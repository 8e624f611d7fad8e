"""`unguarded-ratio`: a share of hardly any events judges nothing."""

import pytest

from tests.support import plain_rules, project_builder
from toolkit.alerts import Recording
from toolkit.lint.rules.unguarded_ratio import RULE

BAD = 'sum(rate(app_events_total{kind="read"}[5m]))'
ALL = "sum(rate(app_events_total[5m]))"
FLAGGED = {
    "bare": f"{BAD} / {ALL} > 0.1",
    "in percent": f"100 * ({BAD} / {ALL}) > 10",
    "in percent, the other way": f"({BAD} / {ALL}) * 100 > 10",
    "under a limit": f"{BAD} / {ALL} < 0.9",
    "the guard is another ratio": f"{BAD} / {ALL} > 0.1 and {BAD} / {ALL} > 0.2",
}
LEFT_ALONE = {
    "the whole is compared": f"{BAD} / ({ALL} > 0.05) > 0.1",
    "a condition next to it": f"{BAD} / {ALL} > 0.1 and {ALL} > 0.05",
    "in brackets": f"(({BAD} / {ALL} > 0.1) and {ALL} > 0.05)",
    "gauges": "app_queue_depth / app_queue_depth > 0.9",
    "divided by a number": f"{BAD} / 60 > 5",
    "a mean": "sum(rate(x_sum[5m])) / sum(rate(x_count[5m])) > 5",
    "no ratio": f"{BAD} > 5",
    "a quantile": "histogram_quantile(0.9, sum by (le) (rate(app_latency_bucket[5m]))) > 1",
}


@pytest.mark.parametrize("expr", FLAGGED.values(), ids=FLAGGED)
def test_flags(expr: str) -> None:
    found = plain_rules.messages(RULE, project_builder.project_with(expr))
    assert found
    assert set(found) == {
        "a share of `sum(rate(app_events_total[5m]))` is compared however few events there are."
    }


@pytest.mark.parametrize("expr", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(expr: str) -> None:
    assert plain_rules.messages(RULE, project_builder.project_with(expr)) == []


def test_leaves_recordings_alone() -> None:
    rule = Recording(name="a:b:c", expr=FLAGGED["bare"], because="It is tested.")
    assert plain_rules.messages(RULE, project_builder.project(recordings=(rule,))) == []


@pytest.mark.parametrize("operator", [">", "<", ">=", "<="])
@pytest.mark.parametrize("function", ["rate", "irate", "increase"])
def test_every_rate_and_every_order_is_judged(operator: str, function: str) -> None:
    expr = f"{function}(app_events_total[5m]) / {function}(app_events_total[5m]) {operator} 0.5"
    assert len(plain_rules.messages(RULE, project_builder.project_with(expr))) == 1


@pytest.mark.parametrize("operator", ["==", "!="])
def test_equality_is_left_alone(operator: str) -> None:
    expr = f"{BAD} / {ALL} {operator} 1"
    assert plain_rules.messages(RULE, project_builder.project_with(expr)) == []
