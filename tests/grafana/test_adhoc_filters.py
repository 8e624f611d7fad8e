"""Ad-hoc filters reach every selector of a query."""

from typing import Any

import pytest

from toolkit.grafana.adhoc_filters import AdhocFilter, filters_of, with_filters

WEB = AdhocFilter("instance", "=~", "web.*")
ADDED = 'instance=~"web.*"'
FILTERED = {
    "a bare name": ("up", f"up{{{ADDED}}}"),
    "matchers": ('up{job="a"}', f'up{{{ADDED}, job="a"}}'),
    "empty braces": ("up{}", f"up{{{ADDED}}}"),
    "no name": ('{job="a"}', f'{{{ADDED}, job="a"}}'),
    "two of one name": ("up / up", f"up{{{ADDED}}} / up{{{ADDED}}}"),
    "inside functions": (
        'sum by (up) (rate(up{a="}"}[5m]))',
        f'sum by (up) (rate(up{{{ADDED}, a="}}"}}[5m]))',
    ),
    "a name in a string": (
        'label_replace(up, "a", "$1", "b", "up{}")',
        f'label_replace(up{{{ADDED}}}, "a", "$1", "b", "up{{}}")',
    ),
    "a space before the braces": ('up {job="a"}', f'up {{{ADDED}, job="a"}}'),
    "a comment": ("up # of {all}", f"up{{{ADDED}}} # of {{all}}"),
    "a name in quotes": ('{"up", job="a"}', f'{{{ADDED}, "up", job="a"}}'),
    "not PromQL": ("sum(", "sum("),
}


@pytest.mark.parametrize(("expr", "expected"), FILTERED.values(), ids=FILTERED)
def test_every_selector_has_the_filter(expr: str, expected: str) -> None:
    assert with_filters(expr, [WEB]) == expected
    assert with_filters(expr, []) == expr


def read(**says: Any) -> tuple[list[str], list[str]]:
    found, problems = filters_of({"filters": [{"key": "a", "value": "x", **says}]}, {})
    return [each.matcher for each in found], problems


def test_operators_are_those_of_prometheus_and_one_of_several() -> None:
    assert read(operator="!=") == (['a!="x"'], [])
    assert read(operator="=", value='a"b\\c') == (['a="a\\"b\\\\c"'], [])
    assert read(operator="=|", values=["x", "y"]) == (['a=~"(x|y)"'], [])
    assert read(operator="!=|", values=["x.y"]) == (['a!~"x\\\\.y"'], [])


def test_a_label_that_is_not_a_word_is_quoted() -> None:
    assert read(key="http.method") == (['"http.method"="x"'], [])


def test_a_filter_reaches_the_queries_of_its_own_data_source() -> None:
    found, _ = filters_of({"filters": [{"key": "a", "value": "x"}]}, {}, "main")
    (of_main,) = found
    assert [of_main.reaches(uid) for uid in ("main", "other", "")] == [True, False, True]
    assert WEB.reaches("other")


def test_an_operator_that_prometheus_lacks_is_named() -> None:
    assert read(operator="<") == (
        [],
        ["the filter a < x is left out: Prometheus has !=, !~, =, =~."],
    )
