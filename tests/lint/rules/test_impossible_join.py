"""`impossible-join`: two sides that can never match give nothing, for ever."""

import pytest

from tests.support import plain_rules, project_builder
from toolkit.lint.rules.impossible_join import RULE

READS = "sum by (kind) (rate(app_events_total[5m]))"
FLAGGED = {
    "grouped differently": (f"{READS} / sum by (zone) (rate(app_events_total[5m])) > 1", "kind"),
    "grouped and summed": (f"{READS} / sum(rate(app_events_total[5m])) > 1", "kind"),
    "a series and a sum": ("app_queue_depth / sum by (kind) (app_queue_depth) > 1", "instance"),
    "and": (f"{READS} > 1 and sum(app_queue_depth) > 1", "kind"),
    "unless": (f"{READS} > 1 unless sum(app_queue_depth) > 1", "kind"),
    "on a label that one side dropped": (
        f"{READS} / on (kind) sum(rate(app_events_total[5m])) > 1",
        "kind",
    ),
    "ignoring too little": (
        "app_queue_depth / ignoring (kind) sum by (kind) (app_queue_depth) > 1",
        "instance",
    ),
}
LEFT_ALONE = {
    "grouped alike": f"{READS} / {READS} > 1",
    "a number": f"{READS} / 5 > 1",
    "the time": f"time() - {READS} > 1",
    "on nothing": f"{READS} / on () group_left () sum(rate(app_events_total[5m])) > 1",
    "ignoring the odd one": (
        f"{READS} / ignoring (kind) group_left () sum(rate(app_events_total[5m])) > 1"
    ),
    "or": f"{READS} > 1 or sum(app_queue_depth) > 1",
    "a series that is not declared": "other / sum by (kind) (other) > 1",
    "labels made up": (
        'label_replace(app_queue_depth, "zone", "a", "kind", ".*") / app_queue_depth > 1'
    ),
}


@pytest.mark.parametrize(("expr", "odd"), FLAGGED.values(), ids=FLAGGED)
def test_flags(expr: str, odd: str) -> None:
    (message,) = plain_rules.messages(RULE, project_builder.project_with(expr))
    assert message.endswith(f"never match: only the left one has `{odd}`.")


@pytest.mark.parametrize("expr", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(expr: str) -> None:
    assert plain_rules.messages(RULE, project_builder.project_with(expr)) == []
