"""The rules that hold an expression against the catalogue."""

import pytest

from tests.support import plain_rules, project_builder
from toolkit.lint.rule import Rule
from toolkit.lint.rules import (
    alert_always_fires,
    counter_without_rate,
    impossible_join,
    range_under_four_scrapes,
    rate_after_sum,
    rate_of_gauge,
    redundant_regexp,
    threshold_not_a_bucket,
    unguarded_ratio,
    unknown_label,
    unknown_label_value,
    unknown_metric,
)

P95 = "histogram_quantile(0.95, sum by (le) (rate(app_latency_bucket[5m])))"
FLAGGED: dict[str, tuple[Rule, str, str]] = {
    "a counter, bare": (
        counter_without_rate.RULE, "app_events_total > 5",
        "`app_events_total` is a counter; its raw value restarts with the process.",
    ),
    "a counter, summed first": (
        counter_without_rate.RULE, "sum(app_events_total) > 5",
        "`app_events_total` is a counter; its raw value restarts with the process.",
    ),
    "a counter, as the second operand": (
        counter_without_rate.RULE, "rate(app_events_total[5m]) / app_events_total > 5",
        "`app_events_total` is a counter; its raw value restarts with the process.",
    ),
    "a gauge's rate": (
        rate_of_gauge.RULE, "rate(app_queue_depth[5m]) > 5",
        "`app_queue_depth` is a gauge; `rate` reads its falls as restarts.",
    ),
    "a gauge's increase": (
        rate_of_gauge.RULE, "increase(app_queue_depth[5m]) > 5",
        "`app_queue_depth` is a gauge; `increase` reads its falls as restarts.",
    ),
    "a label in a selector": (
        unknown_label.RULE, 'app_queue_depth{knid="read"} > 1',
        "`app_queue_depth` has no label `knid`; did you mean 'kind'?",
    ),
    "a label in by": (
        unknown_label.RULE, "sum by (knid) (app_queue_depth) > 1",
        "`by (knid)` groups by a label that nothing here carries; did you mean 'kind'?",
    ),
    "a label in on": (
        unknown_label.RULE, "app_queue_depth / on (zoen) app_queue_depth > 1",
        "`on (zoen)` groups by a label that nothing here carries",
    ),
    "a value": (
        unknown_label_value.RULE, 'app_queue_depth{kind="raed"} > 1',
        "`kind` of `app_queue_depth` is never 'raed'; did you mean 'read'?",
    ),
    "a value in a list": (
        unknown_label_value.RULE, 'app_queue_depth{kind=~"read|wriet"} > 1',
        "`kind` of `app_queue_depth` is never 'wriet'; did you mean 'write'?",
    ),
    "another job": (
        unknown_label_value.RULE, 'up{job="apps"} == 0',
        "`job` of `up` is never 'apps'; did you mean 'app'?",
    ),
    "a metric": (
        unknown_metric.RULE, "rate(app_event_total[5m]) > 1",
        "`app_event_total` is not declared; did you mean `app_events_total`?",
    ),
}  # fmt: skip
LEFT_ALONE: dict[str, tuple[Rule, str]] = {
    "a rate inside a sum": (counter_without_rate.RULE, "sum(rate(app_events_total[5m])) > 1"),
    "absence of a counter": (counter_without_rate.RULE, "absent(app_events_total)"),
    "a counter's name in a string": (
        counter_without_rate.RULE,
        'app_queue_depth{kind="app_events_total"} > 5',
    ),
    "a gauge's slope": (rate_of_gauge.RULE, "deriv(app_queue_depth[5m]) > 5"),
    "a counter's rate": (rate_of_gauge.RULE, "rate(app_events_total[5m]) > 5"),
    "known labels": (unknown_label.RULE, 'sum by (kind) (app_queue_depth{job="app"}) > 1'),
    "without what is not there": (unknown_label.RULE, "sum without (x) (app_queue_depth) > 1"),
    "labels of what is not declared": (unknown_label.RULE, 'other{anything="x"} > 1'),
    "an open label": (unknown_label_value.RULE, 'app_events_total{zone="anything"} > 1'),
    "a pattern": (unknown_label_value.RULE, 'app_queue_depth{kind=~"r.*"} > 1'),
    "the servers' own": (unknown_metric.RULE, "prometheus_ready + up + ALERTS > 1"),
}


@pytest.mark.parametrize(("rule", "expr", "message"), FLAGGED.values(), ids=FLAGGED)
def test_flags(rule: Rule, expr: str, message: str) -> None:
    (found,) = plain_rules.messages(rule, project_builder.project_with(expr))
    assert found.partition(" (known")[0] == message


UNDERLINED: dict[str, tuple[Rule, str, str]] = {
    "a counter": (counter_without_rate.RULE, "1 < app_events_total", "app_events_total"),
    "a gauge": (rate_of_gauge.RULE, "rate(app_queue_depth[5m]) > 5", "app_queue_depth"),
    "the selector of a label": (
        unknown_label.RULE, '1 < app_queue_depth{knid="read"}', 'app_queue_depth{knid="read"}'),
    "a label that is also in a word before": (
        unknown_label.RULE, "sum by (kind, s) (app_queue_depth) > 1", "s"),
    "the selector of a value": (
        unknown_label_value.RULE, 'up{job="apps"} == 0', 'up{job="apps"}'),
    "a metric": (unknown_metric.RULE, "rate(app_event_total[5m]) > 1", "app_event_total"),
    "a short range": (
        range_under_four_scrapes.RULE, "1 < rate(app_events_total[30s])", "app_events_total"),
    "a pattern": (redundant_regexp.RULE, '0 == up{job=~"app"}', 'job=~"app"'),
    "from the sum on": (
        rate_after_sum.RULE, "1 < rate(sum(app_events_total)[5m:15s])",
        "sum(app_events_total)[5m:15s]"),
    "from the limit on": (
        threshold_not_a_bucket.RULE, f"{P95} > 0.4", "0.4"),
    "the side of a join that lost the label": (
        impossible_join.RULE, "sum by (kind) (app_queue_depth) / sum(app_queue_depth) > 1",
        "sum(app_queue_depth)"),
    "the whole of a ratio": (
        unguarded_ratio.RULE, "rate(app_events_total[5m]) / rate(app_latency_count[5m]) > 1",
        "rate(app_latency_count[5m])"),
    "the whole of what always fires": (
        alert_always_fires.RULE, "sum(app_queue_depth)", "sum(app_queue_depth)"),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "expr", "text"), UNDERLINED.values(), ids=UNDERLINED)
def test_underlines(rule: Rule, expr: str, text: str) -> None:
    (finding, *_) = rule.check(project_builder.project_with(expr))
    assert finding.span is not None
    assert finding.excerpt == expr
    assert expr[slice(*finding.span)] == text
    place = expr.index(text) if text != "s" else expr.index(" s)") + 1
    assert finding.span == (place, place + len(text))


@pytest.mark.parametrize(("rule", "expr"), LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(rule: Rule, expr: str) -> None:
    assert plain_rules.messages(rule, project_builder.project_with(expr)) == []


READS = ("absent", "count", "group", "timestamp")
READS_RANGE = (
    "rate",
    "irate",
    "increase",
    "resets",
    "changes",
    "absent_over_time",
    "present_over_time",
    "count_over_time",
)


@pytest.mark.parametrize("function", [*READS, *READS_RANGE])
def test_what_does_not_read_a_counters_value_is_left_alone(function: str) -> None:
    counter = "app_events_total" + ("[5m]" if function in READS_RANGE else "")
    found = project_builder.project_with(f"{function}({counter}) > 1")
    assert plain_rules.messages(counter_without_rate.RULE, found) == []


@pytest.mark.parametrize("function", ["avg_over_time", "max_over_time", "delta", "deriv"])
def test_what_reads_a_counters_value_is_flagged(function: str) -> None:
    found = project_builder.project_with(f"{function}(app_events_total[5m]) > 1")
    assert len(plain_rules.messages(counter_without_rate.RULE, found)) == 1


@pytest.mark.parametrize(
    ("function", "instead"),
    [("rate", "deriv"), ("irate", "idelta"), ("increase", "delta")],
)
def test_a_gauge_has_a_function_of_its_own(function: str, instead: str) -> None:
    found = project_builder.project_with(f"{function}(app_queue_depth[5m]) > 1")
    (finding,) = rate_of_gauge.RULE.check(found)
    assert finding.fix == f"write {instead}(…) instead."


@pytest.mark.parametrize("function", ["rate", "irate", "increase", "delta", "idelta", "deriv"])
def test_every_rate_needs_four_scrapes(function: str) -> None:
    for window, wanted in (("59s", 1), ("60s", 0)):
        found = project_builder.project_with(f"{function}(app_queue_depth[{window}]) > 1")
        assert len(plain_rules.messages(range_under_four_scrapes.RULE, found)) == wanted


@pytest.mark.parametrize(
    "name",
    [
        "up",
        "scrape_duration_seconds",
        "scrape_samples_scraped",
        "scrape_series_added",
        "scrape_samples_post_metric_relabeling",
        "ALERTS",
        "ALERTS_FOR_STATE",
        "prometheus_build_info",
        "alertmanager_alerts",
    ],
)
def test_what_the_servers_write_is_known(name: str) -> None:
    found = project_builder.project_with(f"{name} > 1")
    assert plain_rules.messages(unknown_metric.RULE, found) == []
    assert plain_rules.messages(unknown_metric.RULE, project_builder.project_with("u > 1")) != []
