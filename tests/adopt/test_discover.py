"""A scrape becomes metrics: kinds, units, labels, buckets; and guesses are said to be such."""

import pytest

from toolkit.adopt.discover import constants, discover, unit_of
from toolkit.catalogue import Kind, Label, Metric, Unit
from toolkit.errors import UsageError

SCRAPE = """\
# HELP shop_sales_total Sales
# TYPE shop_sales_total counter
shop_sales_total{result="paid",code="200"} 1
shop_sales_total{result="refused",code="402"} 1
# TYPE shop_took_seconds histogram
shop_took_seconds_bucket{le="0.5"} 1
shop_took_seconds_bucket{le="1"} 1
shop_took_seconds_bucket{le="+Inf"} 1
shop_took_seconds_sum 1
shop_took_seconds_count 1
# TYPE "Pool.Size" untyped
{"Pool.Size",Pool="a"} 1
# TYPE rpc_latency summary
rpc_latency{quantile="0.9",quantile_of="x"} 1
rpc_latency_sum{quantile_of="x"} 1
rpc_latency_count{quantile_of="x"} 1
# TYPE build_info gauge
build_info{version="1"} 1
# TYPE native histogram
native_bucket{le="+Inf"} 1
native_sum 1
native_count 1
"""


def test_a_histogram_that_has_observed_nothing_is_not_taken_for_a_native_one() -> None:
    (empty,) = discover("# HELP took Took.\n# TYPE took histogram\n")
    assert empty.guesses == (
        "it has no series yet: its labels and buckets are to be seen once it has observed",
    )


def test_what_is_no_exposition_is_named_by_where_it_came_from() -> None:
    for text, words in (
        (
            "orders total 1\n",
            "shop.txt: is not the text exposition format: line 1: 'orders total 1'",
        ),
        ("\n", "shop.txt: holds no metric."),
    ):
        with pytest.raises(UsageError) as caught:
            discover(text, source="shop.txt")
        assert caught.value.message == words


def found(text: str = SCRAPE, *, list_values: bool = True) -> dict[str, Metric]:
    metrics = discover(text, list_values=list_values)
    return {each.metric.name: each.metric for each in metrics}


def test_each_metric_has_what_the_scrape_says_of_it() -> None:
    metrics = found()
    code = Label("code", at_most=10)
    assert metrics["shop_sales_total"] == Metric(
        "shop_sales_total",
        Kind.COUNTER,
        "Sales",
        unit=Unit.COUNT,
        foreign=True,
        labels=(code, Label("result", values=("paid", "refused"))),
    )
    assert metrics["shop_took_seconds"].buckets == (0.5, 1)
    assert metrics["shop_took_seconds"].unit is Unit.SECONDS
    assert metrics["rpc_latency"].quantiles == (0.9,)
    assert metrics["Pool.Size"].labels == (Label("Pool", at_most=10, foreign=True),)
    assert {name: metric.kind for name, metric in metrics.items()} == {
        "Pool.Size": Kind.UNKNOWN,
        "build_info": Kind.INFO,
        "native": Kind.HISTOGRAM,
        "rpc_latency": Kind.SUMMARY,
        "shop_sales_total": Kind.COUNTER,
        "shop_took_seconds": Kind.HISTOGRAM,
    }


def test_values_are_bounded_where_they_are_not_wanted() -> None:
    result = found(list_values=False)["shop_sales_total"].labels[1]
    assert result == Label("result", at_most=10)


@pytest.mark.parametrize(
    ("values", "closed"),
    [
        (["paid", "refused"], True),
        (["paid"], False),
        (["a1b2", "c3d4"], False),
        ([f"state{chr(97 + n)}" for n in range(10)], True),
        ([f"state{chr(97 + n)}" for n in range(11)], False),
    ],
)
def test_few_words_are_taken_for_a_closed_set(values: list[str], *, closed: bool) -> None:
    lines = "".join(f'x{{result="{value}"}} 1\n' for value in values)
    assert bool(found(lines)["x"].labels[0].values) is closed


def test_guesses_are_said() -> None:
    said = {each.metric.name: each.guesses for each in discover(SCRAPE)}
    assert said["shop_sales_total"] == ("the values of result are those seen",)
    assert said["native"][0].startswith("only the bucket +Inf is seen: Kind.NATIVE_HISTOGRAM")
    assert said["build_info"] == ()


UNITS = {
    "a_seconds_total": Unit.SECONDS,
    "callDurationSeconds": Unit.SECONDS,
    "jvm.memory.bytes": Unit.BYTES,
    "cache_hit_ratio": Unit.RATIO,
    "up": Unit.STATE,
    "seconds_behind_leaders": Unit.COUNT,
    "x_total": Unit.COUNT,
}


@pytest.mark.parametrize(("name", "unit"), UNITS.items())
def test_the_unit_is_the_names_last_word(name: str, unit: Unit) -> None:
    assert unit_of(name) is unit


def test_every_metric_gets_a_constant_of_its_own() -> None:
    odd = ("a.b", "a_b", "aB", "9lives", "catalogue", "Ärger")
    metrics = [Metric(name, Kind.GAUGE, "", unit=Unit.COUNT, foreign=True) for name in odd]
    assert list(constants(metrics)) == [
        "A_B",
        "A_B_2",
        "A_B_3",
        "METRIC_9LIVES",
        "METRIC_CATALOGUE",
        "RGER",
    ]


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_a_scrape_without_metrics_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="the scrape: holds no metric"):
        discover(text)
