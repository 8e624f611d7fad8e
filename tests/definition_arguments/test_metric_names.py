"""Names of own metrics keep the conventions; foreign ones are taken as they are."""

import promql_parser
import pytest

from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit, one_of
from toolkit.errors import DefinitionError
from toolkit.promql import quantile, selectors


def foreign(name: str, kind: Kind = Kind.GAUGE, **fields: object) -> Metric:
    return Metric(name, kind, "", unit=Unit.COUNT, foreign=True, **fields)  # type: ignore[arg-type]


TAKEN = {
    "capitals": ("jvmMemoryUsed", Kind.GAUGE),
    "colons": ("job:requests:rate5m", Kind.GAUGE),
    "a counter without _total": ("node_vmstat_pgfault", Kind.COUNTER),
    "a gauge with _total": ("redis_keys_total", Kind.GAUGE),
    "a gauge that ends in _count": ("queue_count", Kind.GAUGE),
    "UTF-8": ("http.server.dauer.übrig", Kind.COUNTER),
}


@pytest.mark.parametrize(("name", "kind"), TAKEN.values(), ids=TAKEN)
def test_a_foreign_name_is_taken_and_an_own_one_refused(name: str, kind: Kind) -> None:
    metric = foreign(name, kind)
    assert Catalogue((metric,)).series[name].kind is kind
    promql_parser.parse(f"sum({metric})")
    assert [each.name for each in selectors(f"sum({metric})")] == [name]
    with pytest.raises(DefinitionError, match=f"^{name}: "):
        Metric(name, kind, "x", unit=Unit.COUNT)


def test_an_own_info_metric_ends_in_info() -> None:
    with pytest.raises(DefinitionError, match=r"^app_build: an info metric's name ends in `_info`"):
        Metric("app_build", Kind.INFO, "x", unit=Unit.COUNT)
    assert Metric("app_build_info", Kind.INFO, "x", unit=Unit.COUNT).series[0].kind is Kind.INFO


def test_other_characters_are_quoted_where_promql_needs_it() -> None:
    method = Label("http.method", at_most=9, foreign=True)
    metric = foreign("http.requests", Kind.COUNTER, labels=(method,))
    assert str(metric) == '{__name__="http.requests"}'
    chosen = metric.where(**{"http.method": one_of("GET", "PUT")})
    assert chosen == '{__name__="http.requests","http.method"=~"GET|PUT"}'
    (read,) = selectors(f"rate({chosen}[5m])")
    assert (read.name, read.matches[0].label) == ("http.requests", "http.method")


def test_a_foreign_label_may_be_called_job_but_never_le() -> None:
    assert foreign("x", labels=(Label("job", at_most=2, foreign=True),)).where(job="a")
    with pytest.raises(DefinitionError, match=r"^label 'le': is not a name"):
        foreign("x", labels=(Label("le", at_most=2, foreign=True),))
    with pytest.raises(DefinitionError, match=r"^label '__name__': is not a name"):
        Label("__name__", at_most=2, foreign=True)
    with pytest.raises(DefinitionError, match=r"^label 'Job': is not a name"):
        Metric(
            "x", Kind.GAUGE, "x", unit=Unit.COUNT, labels=(Label("Job", at_most=2, foreign=True),)
        )


SERIES = {
    Kind.COUNTER: {"x": Kind.COUNTER},
    Kind.GAUGE: {"x": Kind.GAUGE},
    Kind.HISTOGRAM: {"x_bucket": Kind.COUNTER, "x_sum": Kind.COUNTER, "x_count": Kind.COUNTER},
    Kind.SUMMARY: {"x_sum": Kind.COUNTER, "x_count": Kind.COUNTER},
    Kind.NATIVE_HISTOGRAM: {"x": Kind.NATIVE_HISTOGRAM},
    Kind.INFO: {"x": Kind.INFO},
    Kind.UNKNOWN: {"x": Kind.UNKNOWN},
}


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_exports_its_series(kind: Kind) -> None:
    assert {each.name: each.kind for each in foreign("x", kind).series} == SERIES[kind]


def test_a_summary_with_quantiles_has_a_series_of_its_name() -> None:
    metric = foreign("x", Kind.SUMMARY, quantiles=(0.5, 1))
    assert metric.series[0].label_names == {"quantile"}
    assert metric.where(quantile="1") == 'x{quantile="1"}'  # as Go's client writes it
    assert metric.where(quantile="1.0") == 'x{quantile="1.0"}'
    with pytest.raises(DefinitionError, match=r"^x: quantile is never '0.9'"):
        metric.where(quantile="0.9")


def test_parts_are_refused_where_the_kind_has_none() -> None:
    with pytest.raises(
        DefinitionError,
        match=r"^x: a summary exports no series of that name\.\n"
        r"  fix: choose \.sum or \.count\.",
    ):
        foreign("x", Kind.SUMMARY).where()
    with pytest.raises(DefinitionError, match=r"^x: an info metric has no \.sum\.$"):
        _ = foreign("x", Kind.INFO).sum
    with pytest.raises(DefinitionError, match=r"^x: quantiles belong to a summary, and this is"):
        foreign("x", quantiles=(0.5,))
    with pytest.raises(DefinitionError, match=r"^x: quantiles lie in 0\.\.1, but are \(95,\)"):
        Metric("x", Kind.SUMMARY, "x", unit=Unit.COUNT, quantiles=(95,))
    assert foreign("x", Kind.SUMMARY, quantiles=(95,)).where(quantile="95")  # as Redis' has them
    with pytest.raises(DefinitionError, match=r"^x: buckets belong to a histogram"):
        foreign("x", buckets=(1.0,))
    with pytest.raises(DefinitionError, match=r"^a metric has no name"):
        foreign("")


def test_a_foreign_bound_may_be_spelled_as_either_client_does() -> None:
    metric = foreign("x", Kind.HISTOGRAM, buckets=(0.5, 1))
    assert metric.bounds == ("0.5", "1.0", "+Inf")
    assert metric.bucket.where(le="1") == 'x_bucket{le="1"}'
    assert metric.bucket.where(le="1.0") == 'x_bucket{le="1.0"}'
    assert foreign("x", Kind.HISTOGRAM).bounds == ("+Inf",)


def test_the_quantile_of_a_native_histogram_needs_no_le() -> None:
    zone = Label("zone", at_most=2)
    metric = foreign("x", Kind.NATIVE_HISTOGRAM, labels=(zone,))
    assert quantile(0.9, metric, "5m") == "histogram_quantile(0.9, sum (rate(x[5m])))"
    assert quantile(0.9, metric, "5m", zone).endswith("sum by (zone) (rate(x[5m])))")
