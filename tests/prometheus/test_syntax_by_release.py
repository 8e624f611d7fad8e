"""Which release knew what first, written a second time from Prometheus' changelog."""

from toolkit.prometheus import syntax_by_release as known

FIRST = {
    (2, 29): "present_over_time",
    (2, 31): "acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh deg rad pi",
    (2, 33): "day_of_year",
    (2, 40): "histogram_count histogram_sum histogram_fraction",
    (2, 47): "histogram_stddev histogram_stdvar",
    (2, 49): "mad_over_time sort_by_label sort_by_label_desc",
    (2, 51): "histogram_avg",
    (2, 54): "limitk limit_ratio",
    (2, 55): "info",
    (3, 0): "double_exponential_smoothing",
    (3, 5): "ts_of_max_over_time ts_of_min_over_time ts_of_last_over_time",
    (3, 7): "first_over_time ts_of_first_over_time",
    (3, 11): "histogram_quantiles",
    (3, 12): "start end range step",
    (3, 13): "min_of max_of",
    (3, 14): "start_timestamp",
    (3, 16): "integral",
}


def test_the_first_release_of_each_function() -> None:
    listed = {name: release for release, names in FIRST.items() for name in names.split()}
    assert listed == known.SINCE
    assert known.UNTIL == {"holt_winters": (3, 0)}
    assert known.TEMPLATES == {"now": (3, 6), "toDuration": (3, 6), "urlQueryEscape": (3, 8)}


def test_what_is_experimental_is_all_that_came_with_the_flag() -> None:
    stable = {*FIRST[2, 29].split(), *FIRST[2, 31].split(), *FIRST[2, 33].split()}
    stable |= {name for name in known.SINCE if name.startswith("histogram_")}
    stable.remove("histogram_quantiles")
    assert known.EXPERIMENTAL.keys() == known.SINCE.keys() - stable
    assert {x: known.EXPERIMENTAL[x] for x in known.EXPERIMENTAL if known.EXPERIMENTAL[x]} == {
        "first_over_time": (3, 14)
    }


def test_the_first_release_of_each_way_to_write() -> None:
    assert (known.NUMBERS, known.NAMED_GROUPS) == ((2, 54), (2, 51))
    assert (known.UTF8_NAMES, known.ELSE_WITH) == ((3, 0), (3, 0))
    assert (known.NO_OFFSET, known.FILL) == ((3, 4), (3, 10))
