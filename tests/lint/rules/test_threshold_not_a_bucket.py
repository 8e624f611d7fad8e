"""`threshold-not-a-bucket`: between two edges a quantile is a guess."""

import pytest

from tests.support import plain_rules, project_builder
from toolkit.alerts import Recording
from toolkit.lint.rules.threshold_not_a_bucket import RULE

P95 = "histogram_quantile(0.95, sum by (le) (rate(app_latency_bucket[5m])))"


@pytest.mark.parametrize(
    ("limit", "wanted"),
    [
        ("0.5", []),
        ("1", []),
        ("0.4", ["0.4 is not a bucket edge of `app_latency`."]),
        (
            "2",
            [
                "2 is not a bucket edge of `app_latency`; no quantile exceeds the last edge, so "
                "that it never fires."
            ],
        ),
        ("5 * 0.1", []),
    ],
)
def test_the_limit_of_a_quantile_is_an_edge(limit: str, wanted: list[str]) -> None:
    assert plain_rules.messages(RULE, project_builder.project_with(f"{P95} > {limit}")) == wanted


def test_looks_through_a_recording() -> None:
    recording = Recording(name="a:latency:p95", expr=P95, because="It is tested.")
    found = project_builder.project(
        recordings=(recording,), alerts=(project_builder.alert(expr="a:latency:p95 > 0.3"),)
    )
    assert plain_rules.messages(RULE, found) == ["0.3 is not a bucket edge of `app_latency`."]


@pytest.mark.parametrize(
    "expr",
    ["app_queue_depth > 0.4", P95.replace("app_latency", "other") + " > 0.4"],
    ids=["no quantile", "a histogram that is not declared"],
)
def test_leaves_alone(expr: str) -> None:
    assert plain_rules.messages(RULE, project_builder.project_with(expr)) == []
