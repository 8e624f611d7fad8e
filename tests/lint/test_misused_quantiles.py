"""What is said of quantiles that are none: each message, with its way out."""

from pathlib import Path

import pytest

from tests.support import plain_rules
from toolkit.lint.rules.misused_function import RULE

SAID = {
    'avg(a{quantile="0.9"}) > 1': "the `avg` of quantiles is not a quantile of anything.",
    "sum(histogram_quantile(0.9, rate(a_bucket[5m]))) > 1":
        "the `sum` of quantiles is not a quantile of anything.",
    "histogram_quantile(0.9, sum by (le) (rate(a_sum[5m]))) > 0.5":
        "`histogram_quantile` reads buckets, and `a_sum` has none.",
    "quantile(95, a) > 1":
        "the quantile 95 is not between 0 and 1, so that the result is infinite.",
    "histogram_quantile(0.9, a_bucket) > 1":
        "the buckets of `a_bucket` count since the start of the process.",
    "histogram_quantile(0.9, avg by (le) (rate(a_bucket[5m]))) > 1":
        "the quantile of averaged buckets weighs idle instances like busy ones.",
    "histogram_quantile(0.9, sum by (job) (rate(a_bucket[5m]))) > 1":
        "`histogram_quantile` needs the buckets' `le`, which is removed by `sum by (job)`.",
}  # fmt: skip


@pytest.mark.parametrize(("expr", "message"), SAID.items(), ids=SAID)
def test_says(tmp_path: Path, expr: str, message: str) -> None:
    project = plain_rules.project(tmp_path, f"alert: A\nexpr: '{expr}'")
    assert message in plain_rules.messages(RULE, project)
