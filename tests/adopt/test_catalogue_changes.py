"""What differs between a scrape and a declared catalogue, in sentences."""

import pytest

from tests.adopt.test_discover import SCRAPE
from toolkit.adopt.catalogue_changes import changes
from toolkit.adopt.discover import discover
from toolkit.catalogue import Catalogue

DECLARED = Catalogue(tuple(each.metric for each in discover(SCRAPE)))


def test_an_equal_scrape_has_no_changes() -> None:
    assert changes(SCRAPE, DECLARED) == ()
    assert changes(SCRAPE + "process_open_fds 1\n", DECLARED) == ()


def test_a_summary_that_has_observed_nothing_has_no_other_quantiles() -> None:
    quiet = SCRAPE.replace('rpc_latency{quantile="0.9",quantile_of="x"} 1\n', "")
    assert quiet != SCRAPE
    assert changes(quiet, DECLARED) == ()


CHANGED = {
    "a new metric": (
        ("# TYPE build_info", '# TYPE b gauge\nb{x="1"} 1\n# TYPE build_info'),
        "b: is new, a gauge with the labels x.",
    ),
    "a metric that is gone": (
        ('# TYPE build_info gauge\nbuild_info{version="1"} 1\n', ""),
        "build_info: is declared, and not in the scrape.",
    ),
    "another kind": (
        ("# TYPE shop_sales_total counter", "# TYPE shop_sales_total gauge"),
        "shop_sales_total: is a gauge, and declared as a counter.",
    ),
    "another label": (
        ("build_info{version=", "build_info{rev="),
        "build_info: carries the label rev, which is not declared.\n"
        "build_info: lacks its declared label version.",
    ),
    "another value": (
        ('result="paid"', 'result="gift"'),
        "shop_sales_total: result takes 'gift', which is not declared.",
    ),
    "other buckets": (
        ('le="0.5"', 'le="0.7"'),
        "shop_took_seconds: has the buckets 0.7, 1, and is declared with 0.5, 1.",
    ),
    "other quantiles": (
        ('quantile="0.9"', 'quantile="0.5"'),
        "rpc_latency: has the quantiles 0.5, and is declared with 0.9.",
    ),
    "too many values": (
        (
            "# TYPE build_info gauge\n",
            "# TYPE build_info gauge\n"
            + "".join(f'build_info{{version="b{n}"}} 1\n' for n in range(10)),
        ),
        "build_info: version takes 11 values; at most 10 are declared.",
    ),
}


@pytest.mark.parametrize(("edit", "sentences"), CHANGED.values(), ids=CHANGED)
def test_each_change_is_said(edit: tuple[str, str], sentences: str) -> None:
    assert edit[0] in SCRAPE
    assert changes(SCRAPE.replace(*edit), DECLARED) == tuple(sentences.split("\n"))
