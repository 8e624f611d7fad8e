"""`impossible-join`: two sides that can never match give nothing, for ever."""

from pathlib import Path

import pytest

from tests.support import plain_rules, project_builder
from toolkit.findings import Level
from toolkit.lint.rules.impossible_join import RULE

READS = "sum by (kind) (rate(app_events_total[5m]))"
EMPTY, KEPT = "the result is always empty", "nothing is ever removed"
SUM = "sum(rate(app_events_total[5m]))"
FLAGGED = {
    "grouped differently": (
        f"{READS} / sum by (zone) (rate(app_events_total[5m])) > 1", EMPTY,
        "only the left one has `kind`; on the right it is removed by `sum by (zone)`.",
        "sum by (zone) (rate(app_events_total[5m]))"),
    "grouped and summed": (
        f"{READS} / {SUM} > 1", EMPTY,
        "only the left one has `kind`; on the right it is removed by `sum(…)`, which has no `by`.",
        SUM),
    "the sum on the left": (
        f"{SUM} / {READS} > 1", EMPTY,
        "only the right one has `kind`; on the left it is removed by `sum(…)`, which has no `by`.",
        SUM),
    "a series and a sum": (
        "app_queue_depth / sum by (kind) (app_queue_depth) > 1", EMPTY,
        "only the left one has `instance`; on the right it is removed by `sum by (kind)`.",
        "sum by (kind) (app_queue_depth)"),
    "and": (
        f"{READS} > 1 and sum(app_queue_depth) > 1", EMPTY,
        "only the left one has `kind`; on the right it is removed by `sum(…)`, which has no `by`.",
        "sum(app_queue_depth)"),
    "unless": (
        f"{READS} > 1 unless sum(app_queue_depth) > 1", KEPT,
        "only the left one has `kind`; on the right it is removed by `sum(…)`, which has no `by`.",
        "sum(app_queue_depth)"),
    "on a label that one side dropped": (
        f"{READS} / on (kind) {SUM} > 1", EMPTY,
        "only the left one has `kind`; on the right it is removed by `sum(…)`, which has no `by`.",
        SUM),
    "ignoring too little": (
        "app_queue_depth / ignoring (kind) sum by (kind) (app_queue_depth) > 1", EMPTY,
        "only the left one has `instance`; on the right it is removed by `sum by (kind)`.",
        "sum by (kind) (app_queue_depth)"),
    "labels made up": (
        'label_replace(app_queue_depth, "zone", "a", "kind", ".*") / app_queue_depth > 1', EMPTY,
        "only the left one has `zone`; on the right it is not declared on `app_queue_depth`.",
        "app_queue_depth"),
    "one label, two values": (
        'other{window="5m"} > 1 and other{window="1h"} > 1', EMPTY,
        '`window` is "5m" on the left and "1h" on the right.',
        'window="1h"'),
    "closed values that do not meet": (
        'app_queue_depth{kind="read"} / on (kind) other{kind=~"write|none"} > 1', EMPTY,
        '`kind` is "read" on the left and "none" or "write" on the right.',
        'kind=~"write|none"'),
    "below another operator": (
        f"abs({READS} - sum(app_queue_depth)) > 1", EMPTY,
        "only the left one has `kind`; on the right it is removed by `sum(…)`, which has no `by`.",
        "sum(app_queue_depth)"),
}  # fmt: skip
LEFT_ALONE = {
    "grouped alike": f"{READS} / {READS} > 1",
    "a number": f"{READS} / 5 > 1",
    "the time": f"time() - {READS} > 1",
    "on nothing": f"{READS} / on () group_left () sum(rate(app_events_total[5m])) > 1",
    "ignoring the odd one": (
        f"{READS} / ignoring (kind) group_left () sum(rate(app_events_total[5m])) > 1"
    ),
    "or": f"{READS} > 1 or sum(app_queue_depth) > 1",
    "a recording of another file": "job:other:sum / sum by (kind) (job:other:sum) > 1",
    "what is not declared, grouped by what a scrape adds": (
        "sum by (job, instance) (other) / other > 1"
    ),
    "the state of alerts": "ALERTS > 0 and sum(other) > 1",
    "labels that may be made up": (
        'label_replace(app_queue_depth, "zone", "a", "kind", "read") / app_queue_depth > 1'
    ),
    "values that meet": 'other{window=~"5m|1h"} > 1 and other{window="1h"} > 1',
    "the odd value ignored": 'other{w="5m"} > 1 and ignoring (w) other{w="1h"} > 1',
    "the odd value not among those": 'other{w="5m"} > 1 and on (api) other{w="1h"} > 1',
    "one side of an or fits": f"{READS} / (sum(app_queue_depth) or {READS}) > 1",
    "a variable": 'other{window="$a"} > 1 and other{window="$b"} > 1',
    "an argument that is calculated": (
        "predict_linear(app_queue_depth[6h], 24 * 3600) < 0 and app_queue_depth < 5"
    ),
}


@pytest.mark.parametrize(("expr", "then", "why", "place"), FLAGGED.values(), ids=FLAGGED)
def test_flags(expr: str, then: str, why: str, place: str) -> None:
    (found,) = RULE.check(project_builder.project_with(expr))
    assert found.message.startswith("the sides of `")
    assert found.message.endswith(f"` never match, so that {then}: {why}")
    assert found.span is not None
    assert expr[slice(*found.span)] == place


@pytest.mark.parametrize("expr", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(expr: str) -> None:
    assert plain_rules.messages(RULE, project_builder.project_with(expr)) == []


SCRAPED = {
    "other / sum(other) > 1": (
        "only the left one has `instance`; on the right it is removed by `sum(…)`, which has no "
        "`by`.",
        "sum(other)",
    ),
    "sum by (instance) (other) / other > 1": (
        "only the right one has `job`; on the left it is removed by `sum by (instance)`.",
        "sum by (instance) (other)",
    ),
    "other > 1 unless absent(other)": (
        "only the left one has `instance`; on the right it is not given by `=` in the selector of "
        "`absent`.",
        "other",
    ),
}


@pytest.mark.parametrize(("expr", "wanted"), SCRAPED.items(), ids=SCRAPED)
def test_what_a_scrape_adds_is_nearly_certain(expr: str, wanted: tuple[str, str]) -> None:
    (found,) = RULE.check(project_builder.project_with(expr))
    assert found.level is Level.WARNING
    why, place = wanted
    assert found.message.endswith(why)
    assert expr[slice(*found.span or ())] == place


RECORDED = {
    "anchored patterns and a word": (
        "max by (z) (x{z=~'^(p|q)$'})",
        "max by (z) (x{z='r'})",
        ["error"],
    ),
    "patterns that exclude each other": (
        "max by (z) (x{z=~'p.*'})",
        "max by (z) (x{z=~'q.*'})",
        ["error"],
    ),
    "patterns that do not": ("max by (z) (x{z=~'p.*'})", "max by (z) (x{z=~'.*q'})", []),
    "a label of the scrape on one side": ("sum by (job) (x)", "sum by (z) (x)", ["warning"]),
    "a label of the scrape on both sides": ("sum by (job) (x)", "sum by (job) (y)", []),
    "a label that may be on neither": ("sum by (z) (x)", "sum by (y) (x)", []),
}


@pytest.mark.parametrize(("one", "other", "levels"), RECORDED.values(), ids=RECORDED)
def test_compares_what_is_recorded(tmp_path: Path, one: str, other: str, levels: list[str]) -> None:
    rules = (f'record: a:b:c\nexpr: "{one}"', f'record: d:e:f\nexpr: "{other}"')
    project = plain_rules.project(tmp_path, *rules, "alert: A\nexpr: a:b:c > d:e:f")
    assert [x.level.value for x in RULE.check(project)] == levels
