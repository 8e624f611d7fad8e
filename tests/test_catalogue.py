"""Metrics refuse what they do not have, where it is typed."""

import pytest
from prometheus_client.utils import floatToGoString

from tests.support.project_builder import DEPTH, EVENTS, KIND, LATENCY
from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit, none_of, one_of
from toolkit.dashboards import Variable
from toolkit.errors import DefinitionError


def test_a_selector_reads_as_promql() -> None:
    assert EVENTS.where(kind="read") == 'app_events_total{kind="read"}'
    assert EVENTS.where() == "app_events_total"
    assert f"rate({EVENTS}[5m])" == "rate(app_events_total[5m])"


def test_matchers_say_one_of_and_none_of() -> None:
    assert EVENTS.where(kind=one_of("read", "write")) == 'app_events_total{kind=~"read|write"}'
    assert EVENTS.where(kind=one_of("read")) == 'app_events_total{kind="read"}'
    assert EVENTS.where(kind=none_of("read")) == 'app_events_total{kind!="read"}'
    assert EVENTS.where(zone=none_of("a.b", "c")) == r'app_events_total{zone!~"a\\.b|c"}'


def test_a_dashboard_variable_is_a_matcher() -> None:
    assert EVENTS.where(kind=Variable(KIND, EVENTS, "Kind")) == 'app_events_total{kind=~"$kind"}'


def test_quotes_in_a_value_are_escaped() -> None:
    assert EVENTS.where(zone='a"b\\') == r'app_events_total{zone="a\"b\\"}'


def test_a_histogram_offers_its_three_series() -> None:
    assert LATENCY.bucket.where(kind="read", le="0.5") == 'app_latency_bucket{kind="read",le="0.5"}'
    assert [series.name for series in LATENCY.series] == [
        "app_latency_bucket",
        "app_latency_sum",
        "app_latency_count",
    ]
    assert LATENCY.bounds == ("0.1", "0.5", "1.0", "+Inf")


def test_buckets_are_written_as_the_client_writes_them() -> None:
    small = (-2e6, -1.5, 0.0, 1e-07, 0.00025, 1, 2.5, 999_999.5)
    numbers = (*small, 1e6, 1_234_567.0, 2.5e7, 123_456_789.25, 9_999_999_999.5, 1e10, 2e15, 1e16)
    metric = Metric("app_work", Kind.HISTOGRAM, "Work.", unit=Unit.COUNT, buckets=numbers)
    assert metric.bounds == (*map(floatToGoString, numbers), "+Inf")


REFUSED = {
    "an unknown label, with a guess": (
        lambda: EVENTS.where(knd="read"),
        "app_events_total: unknown label 'knd'; did you mean 'kind'? (known: kind, zone)",
    ),
    "an unknown value of a closed label": (
        lambda: EVENTS.where(kind="raed"),
        "app_events_total: kind is never 'raed'; did you mean 'read'? (known: read, write)",
    ),
    "an unknown value among several": (
        lambda: EVENTS.where(kind=one_of("read", "delete")),
        "app_events_total: kind is never 'delete' (known: read, write)",
    ),
    "a bound that is not a bucket": (
        lambda: LATENCY.bucket.where(le="0.11"),
        "app_latency_bucket: le is never '0.11'; did you mean '0.1'? (known: +Inf, 0.1, 0.5, 1.0)",
    ),
    "a histogram's bare name": (
        lambda: LATENCY.where(kind="read"),
        "app_latency: a histogram exports no series of that name.\n"
        "  fix: choose .bucket, .sum or .count, or use quantile().",
    ),
    "a gauge's buckets": (lambda: DEPTH.bucket, "app_queue_depth: a gauge has no .bucket."),
    "a counter without _total": (
        lambda: Metric("app_events", Kind.COUNTER, "x", unit=Unit.COUNT),
        "app_events: a counter's name ends in `_total`, and no other metric's does.\n"
        "  fix: it is declared as a counter; change its name or its kind, or say foreign=True "
        "where others named it.",
    ),
    "a gauge with _total": (
        lambda: Metric("app_total", Kind.GAUGE, "x", unit=Unit.COUNT),
        "app_total: a counter's name ends in `_total`, and no other metric's does.\n"
        "  fix: it is declared as a gauge; change its name or its kind, or say foreign=True "
        "where others named it.",
    ),
    "a histogram without buckets": (
        lambda: Metric("app_time", Kind.HISTOGRAM, "x", unit=Unit.SECONDS),
        "app_time: buckets belong to a histogram, and a histogram needs them.",
    ),
    "buckets that do not ascend": (
        lambda: Metric("app_time", Kind.HISTOGRAM, "x", unit=Unit.SECONDS, buckets=(1, 1)),
        "app_time: buckets must ascend, but are (1, 1).\n  fix: write buckets=(1,).",
    ),
    "exemplars of a gauge": (
        lambda: Metric("app_depth", Kind.GAUGE, "x", unit=Unit.COUNT, exemplars=True),
        "app_depth: exemplars belong to a histogram, and this is a gauge.",
    ),
    "an empty help": (
        lambda: Metric("app_depth", Kind.GAUGE, " ", unit=Unit.COUNT),
        "app_depth: help is empty.\n  fix: say what it counts.",
    ),
    "a name in camel case": (
        lambda: Metric("appDepth", Kind.GAUGE, "x", unit=Unit.COUNT),
        "appDepth: not a metric name.\n"
        "  fix: use snake_case without the suffixes that the exposition format adds, or say "
        "foreign=True where others named it.",
    ),
    "a label twice": (
        lambda: Metric("app_depth", Kind.GAUGE, "x", unit=Unit.COUNT, labels=(KIND, KIND)),
        "app_depth: a label is listed twice: kind, kind.",
    ),
    "a label with neither values nor bound": (
        lambda: Label("zone"),
        "label 'zone': needs either its values or a bound on how many it takes.\n"
        '  fix: write Label("zone", values=(…)) or Label("zone", at_most=N).',
    ),
    "a reserved label": (
        lambda: Label("le", at_most=3),
        "label 'le': is not a name that a label may have.\n"
        "  fix: use snake_case, but not instance, job, le, quantile.",
    ),
    "a value twice": (
        lambda: Label("zone", values=("a", "a")),
        "label 'zone': a value is listed twice.",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(make: "object", message: str) -> None:
    assert callable(make)
    with pytest.raises(DefinitionError) as caught:
        make()
    assert str(caught.value) == message


def test_two_metrics_may_not_export_one_series() -> None:
    twin = Metric("app_latency_sum_", Kind.GAUGE, "x", unit=Unit.COUNT)
    assert Catalogue((LATENCY, twin)).series["app_latency_sum_"].metric is twin
    with pytest.raises(DefinitionError, match=r"^app_queue_depth: exports app_queue_depth, and so"):
        Catalogue((DEPTH, DEPTH))


def test_the_catalogue_collects_a_modules_metrics_in_order() -> None:
    namespace = {"X": EVENTS, "note": "no metric", "Y": DEPTH}
    assert Catalogue.of(namespace).metrics == (EVENTS, DEPTH)


def test_client_text_is_folded_into_the_closed_set() -> None:
    label = Label("source", values=("tv", "other"))
    assert label.fold("tv") == "tv"
    assert label.fold("'; drop table") == "other"


def test_known_label_sets_are_every_combination() -> None:
    assert list(EVENTS.label_sets({"zone": ("a", "b")})) == [
        ("read", "a"),
        ("read", "b"),
        ("write", "a"),
        ("write", "b"),
    ]
    assert list(EVENTS.label_sets({})) == []
