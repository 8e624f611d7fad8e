"""`rate-after-sum`: first the rate of each counter, then the sum."""

from pathlib import Path

import pytest

from tests.support import plain_rules, project_builder
from toolkit.lint.rules.rate_after_sum import RULE

FLAGGED = {
    "a subquery over a sum": "rate(sum(app_events_total)[5m:15s]) > 1",
    "over a sum of sums": "rate(sum(sum by (kind) (app_events_total))[5m:15s]) > 1",
    "an increase": "increase((sum(app_events_total))[5m:15s]) > 1",
}
LEFT_ALONE = {
    "the rate first": "sum(rate(app_events_total[5m])) > 1",
    "a sum of gauges": "deriv(sum(app_queue_depth)[5m:15s]) > 1",
    "the highest of a sum": "max_over_time(sum(app_queue_depth)[5m:15s]) > 1",
    "a subquery over a rate": "max_over_time(sum(rate(app_events_total[5m]))[1h:1m]) > 1",
}


@pytest.mark.parametrize("expr", FLAGGED.values(), ids=FLAGGED)
def test_flags(expr: str) -> None:
    (message,) = plain_rules.messages(RULE, project_builder.project_with(expr))
    assert message.startswith("a rate is taken of the sum `")
    assert message.endswith("`, which falls when one counter restarts.")


@pytest.mark.parametrize("expr", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(expr: str) -> None:
    assert plain_rules.messages(RULE, project_builder.project_with(expr)) == []


@pytest.mark.parametrize(
    ("recorded", "wanted"),
    [("sum(x_total)", 1), ("sum(rate(x_total[5m]))", 1), ("sum(x)", 0), ("x_total", 0)],
)
def test_looks_at_what_a_recording_records(tmp_path: Path, recorded: str, wanted: int) -> None:
    rules = (f"record: job:x:sum\nexpr: {recorded}", "alert: X\nexpr: rate(job:x:sum[5m]) > 1")
    assert len(plain_rules.messages(RULE, plain_rules.project(tmp_path, *rules))) == wanted


@pytest.mark.parametrize(
    "inner", ["a_total + b_total", "max(a_total)", "(sum(a_total) - (b_total))", "avg(a_count)"]
)
def test_what_is_made_of_counters_falls_too(inner: str) -> None:
    (message,) = plain_rules.messages(
        RULE, project_builder.project_with(f"rate(({inner})[5m:]) > 1")
    )
    assert message.endswith("falls when one counter restarts.")


@pytest.mark.parametrize("inner", ["rate(a_total[5m])", "sum(irate(a_total[5m]))"])
def test_a_rate_of_a_rate(inner: str) -> None:
    (found,) = RULE.check(project_builder.project_with(f"rate({inner}[5m:]) > 1"))
    assert found.message == f"a rate is taken of `{inner}`, whose falls are no restarts."
    assert found.fix == "write deriv(…) or delta(…) for the change of a rate."


@pytest.mark.parametrize("inner", ["a_total + b", "a_total / b_total", "count(a_total)", "a"])
def test_what_is_not_made_of_counters_alone_is_left_alone(inner: str) -> None:
    found = project_builder.project_with(f"rate(({inner})[5m:]) > 1")
    assert plain_rules.messages(RULE, found) == []


@pytest.mark.parametrize("function", ["rate", "irate", "increase"])
@pytest.mark.parametrize("suffix", ["_total", "_count", "_sum", "_bucket"])
def test_every_rate_of_every_sum_of_counters_is_flagged(function: str, suffix: str) -> None:
    found = project_builder.project_with(f"{function}(sum(x{suffix})[5m:15s]) > 1")
    (finding,) = RULE.check(found)
    assert finding.message.startswith(f"a rate is taken of the sum `sum(x{suffix}")
    assert finding.fix == "take the rate of the counters, then sum."


def test_other_functions_and_other_names_are_left_alone() -> None:
    for expr in ("max_over_time(sum(x_total)[5m:15s]) > 1", "rate(sum(x_depth)[5m:15s]) > 1"):
        assert plain_rules.messages(RULE, project_builder.project_with(expr)) == []
