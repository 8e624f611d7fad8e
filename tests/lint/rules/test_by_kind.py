"""Each rule that asks for a metric's kind, on every kind."""

import pytest

from tests.support.project_builder import CATALOGUE, alert, project
from toolkit.catalogue import Catalogue, Kind, Metric, Unit
from toolkit.lint.rule import Rule
from toolkit.lint.rules import (
    counter_without_rate,
    rate_of_gauge,
    threshold_not_a_bucket,
    unknown_metric,
    unused_metric,
)
from toolkit.project import Project

NAME = "other.System:Thing"
SELECTED = f'{{__name__="{NAME}"}}'


def metric(kind: Kind, name: str = NAME) -> Metric:
    return Metric(name, kind, "", unit=Unit.SECONDS, foreign=True)


def about(expr: str, *metrics: Metric) -> Project:
    catalogue = Catalogue((*CATALOGUE.metrics, *metrics))
    return project(alerts=(alert(expr=expr),), catalogue=catalogue)


def found(rule: Rule, checked: Project) -> list[str]:
    return [finding.message for finding in rule.check(checked)]


RAW = {
    Kind.COUNTER: "`other.System:Thing` is a counter; its raw value restarts with the process.",
    Kind.NATIVE_HISTOGRAM: "`other.System:Thing` is a native histogram; its raw value restarts "
    "with the process.",
}
RATE = {
    Kind.GAUGE: "`other.System:Thing` is a gauge; `rate` reads its falls as restarts.",
    Kind.INFO: "`other.System:Thing` is an info metric; `rate` reads its falls as restarts.",
}


@pytest.mark.parametrize("kind", Kind)
def test_what_accumulates_is_not_read_raw(kind: Kind) -> None:
    wanted = [RAW[kind]] if kind in RAW else []
    assert found(counter_without_rate.RULE, about(f"{SELECTED} > 5", metric(kind))) == wanted


@pytest.mark.parametrize("kind", Kind)
def test_no_rate_of_what_does_not_accumulate(kind: Kind) -> None:
    checked = about(f"rate({SELECTED}[5m]) > 5", metric(kind))
    assert found(rate_of_gauge.RULE, checked) == ([RATE[kind]] if kind in RATE else [])


def test_a_summarys_quantiles_are_gauges_and_its_count_is_a_counter() -> None:
    summary = Metric("rpc", Kind.SUMMARY, "", unit=Unit.SECONDS, quantiles=(0.5,), foreign=True)
    assert found(rate_of_gauge.RULE, about("rate(rpc[5m]) > 1", summary)) == [
        "`rpc` is a gauge; `rate` reads its falls as restarts."
    ]
    assert found(counter_without_rate.RULE, about("rpc_count > 1", summary)) == [
        "`rpc_count` is a counter; its raw value restarts with the process."
    ]
    assert found(counter_without_rate.RULE, about("rpc > 1", summary)) == []


@pytest.mark.parametrize(
    ("kind", "expr"),
    [
        (Kind.NATIVE_HISTOGRAM, "histogram_quantile(0.9, rate(h[5m])) > 0.12"),
        (Kind.HISTOGRAM, "histogram_quantile(0.9, rate(h_bucket[5m])) > 0.12"),
    ],
)
def test_a_histogram_without_edges_has_none_to_keep_to(kind: Kind, expr: str) -> None:
    assert found(threshold_not_a_bucket.RULE, about(expr, metric(kind, "h"))) == []


def test_a_foreign_histogram_with_edges_has() -> None:
    edges = Metric("h", Kind.HISTOGRAM, "", unit=Unit.SECONDS, buckets=(0.1, 1), foreign=True)
    checked = about("histogram_quantile(0.9, rate(h_bucket[5m])) > 0.5", edges)
    assert found(threshold_not_a_bucket.RULE, checked) == ["0.5 is not a bucket edge of `h`."]


@pytest.mark.parametrize("kind", Kind)
def test_foreign_metrics_need_not_be_read(kind: Kind) -> None:
    names = {each.subject for each in unused_metric.RULE.check(about("up > 1", metric(kind)))}
    assert names == {"app_queue_depth", "app_latency"}


def test_a_mistyped_foreign_name_is_guessed() -> None:
    wrong = about('{__name__="other.System:Thign"} > 5', metric(Kind.GAUGE))
    assert found(unknown_metric.RULE, wrong) == [
        "`other.System:Thign` is not declared; did you mean `other.System:Thing`?"
    ]
    assert found(unknown_metric.RULE, about(f"{SELECTED} > 5", metric(Kind.GAUGE))) == []


@pytest.mark.parametrize(
    ("expr", "count"),
    [
        ("x_errors_total > 5", 1),
        ("sum(x_requests_total) > 5", 1),
        ("x_bytes_total > 5", 0),  # many exporters have gauges of that name
        ("x_total > 5", 0),
        ("rate(x_errors_total[5m]) > 5", 0),
        ("delta(x_errors_total[5m]) > 5", 0),  # `misused-function` says so
    ],
)
def test_names_of_events_are_counters_where_nobody_says_otherwise(expr: str, count: int) -> None:
    assert len(found(counter_without_rate.RULE, about(expr))) == count
    gauge = metric(Kind.GAUGE, "x_errors_total")
    assert found(counter_without_rate.RULE, about(expr, gauge))[:1] == (
        []
        if "errors" in expr or not count
        else ["`x_requests_total` is a counter; its raw value restarts with the process."]
    )
