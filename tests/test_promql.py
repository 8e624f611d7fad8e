"""What an expression selects, inside which function, and where it stands."""

import pytest

from tests.support.project_builder import DEPTH, EVENTS, KIND, LATENCY, ZONE
from toolkit.errors import DefinitionError
from toolkit.promql import (
    LabelMatch,
    PromQLError,
    canonical,
    depth,
    functions,
    parse,
    quantile,
    ratio,
    selectors,
)


def test_quantile_keeps_le() -> None:
    assert quantile(0.95, LATENCY, "5m", KIND) == (
        "histogram_quantile(0.95, sum by (le, kind) (rate(app_latency_bucket[5m])))"
    )
    assert quantile(0.5, LATENCY, "1m", where={"kind": "read"}) == (
        'histogram_quantile(0.5, sum by (le) (rate(app_latency_bucket{kind="read"}[1m])))'
    )


def test_quantile_refuses_what_has_no_buckets_and_labels_it_lacks() -> None:
    with pytest.raises(DefinitionError, match=r"app_queue_depth: quantile\(\) needs a histogram"):
        quantile(0.95, DEPTH, "5m")
    with pytest.raises(DefinitionError, match="app_latency: has no label 'zone' to group by"):
        quantile(0.95, LATENCY, "5m", ZONE)
    with pytest.raises(DefinitionError, match=r"quantile 95 is not in 0\.\.1"):
        quantile(95, LATENCY, "5m")


def test_ratio_divides_by_nothing_never() -> None:
    assert ratio("sum(a)", "sum(b)") == "(sum(a)) / (sum(b) > 0)"
    assert ratio("a", "b", above=0.5) == "(a) / (b > 0.5)"
    parse(ratio("a", "b"))


CALLS = {
    "rate(app_events_total[5m])": ("rate",),
    "sum by (kind) (rate(app_events_total[5m]))": ("rate",),
    "app_events_total > 5": ("",),
    "sum(app_events_total)": ("",),
    "absent(app_events_total)": ("absent",),
    "count(app_events_total)": ("count",),
    "rate(a_total[5m]) / app_events_total": ("rate", ""),
    "-(a + increase(b_total[1h:1m]))": ("", "increase"),
    "topk(3, rate(a_total[5m]))": ("rate",),
    'label_replace(rate(a_total[5m]), "x", "$1", "y", "(.*)")': ("rate",),
    "vector(1)": (),
}


@pytest.mark.parametrize(("text", "calls"), CALLS.items(), ids=CALLS)
def test_each_selector_comes_with_the_function_that_reads_it(
    text: str, calls: tuple[str, ...]
) -> None:
    assert tuple(selector.call for selector in selectors(text)) == calls


def test_functions_are_found_at_any_depth_and_an_aggregation_is_none() -> None:
    inner = "sum by (le) (rate(a_bucket[$__rate_interval]))"
    text = f"max(histogram_quantile(0.9, {inner})) or vector(1)"
    assert functions(text) == {"histogram_quantile", "rate", "vector"}
    assert functions("sum(a) / b") == frozenset()


SPANS = {
    "plain": ("1 < app_events_total", ["app_events_total"]),
    "with matchers": ('sum(x_total{a="b"}) > y', ['x_total{a="b"}', "y"]),
    "a brace inside a value": ('x{a="}"} + y', ['x{a="}"}', "y"]),
    "the name inside a label value": ('x{a="y"} / y', ['x{a="y"}', "y"]),
    "the name as a grouping label": ("sum by (x) (x)", ["x"]),
    "twice": ("x / (x + 1)", ["x", "x"]),
    "a parameter that selects": ("topk(scalar(k), x) > y", ["k", "x", "y"]),
    "the name as a label to match on": ("a * on (b) b", ["a", "b"]),
    "the name of a function": ("rate(rate[5m]) + sum(sum)", ["rate", "sum"]),
    "a longer name that begins alike": ("x_total + x", ["x_total", "x"]),
    "blanks before the braces": ('x {a="b"} > y', ['x {a="b"}', "y"]),
    "a string in other quotes": ("x{a='y'} / y{a=`x`}", ["x{a='y'}", "y{a=`x`}"]),
    "an escaped quote": (r'x{a="\"y"} / y', [r'x{a="\"y"}', "y"]),
    "a recording rule": ("a:b:rate5m > 1", ["a:b:rate5m"]),
    "across lines": ("sum(\n  rate(x_total[5m])\n)\n> y", ["x_total", "y"]),
    "grafana's variables": (
        'rate(x_total{a=~"$a"}[$__rate_interval]) + y',
        ['x_total{a=~"$a"}', "y"],
    ),
}


@pytest.mark.parametrize(("text", "found"), SPANS.values(), ids=SPANS)
def test_a_selector_knows_its_place(text: str, found: list[str]) -> None:
    assert [text[s.span[0] : s.span[1]] for s in selectors(text)] == found
    assert [s.text for s in selectors(text)] == found


@pytest.mark.parametrize("text", ['{__name__="x"} / y > 1', '{a="b"} / y > 1'])
def test_a_selector_without_a_name_before_its_braces_has_the_whole_for_a_place(text: str) -> None:
    whole, named = selectors(text)
    assert (whole.span, whole.text) == ((0, len(text)), text)
    assert named.text == "y"


def test_ranges_are_read_in_seconds_and_grafanas_as_four_minutes() -> None:
    assert [s.range_seconds for s in selectors("rate(a[1h30m]) + b")] == [5400, None]
    assert [s.range_seconds for s in selectors("rate(a[$__rate_interval])")] == [240]
    assert [s.range_seconds for s in selectors("rate(a[${__rate_interval}])")] == [240]


VALUES = {
    ("=", "read"): ("read",),
    ("!=", "read"): ("read",),
    ("=~", "read|write"): ("read", "write"),
    ("=~", r"a\.b|c"): ("a.b", "c"),
    ("=~", r"a\|b|c"): ("a|b", "c"),
    ("=~", r"a\\|b"): ("a\\", "b"),
    ("=~", r"eth\d"): (),
    ("=~", r"\w|b"): (),
    ("=~", r"a\\.|b"): (),
    ("=~", "a|"): ("a", ""),
    ("=~", "read.*"): (),
    ("=~", "$kind"): (),
    ("=", "$kind"): (),
    ("!=", ""): (),
}


@pytest.mark.parametrize(("given", "values"), VALUES.items(), ids=[" ".join(g) for g in VALUES])
def test_literal_values_are_told_from_patterns_and_variables(
    given: tuple[str, str], values: tuple[str, ...]
) -> None:
    assert LabelMatch("kind", *given).values == values


@pytest.mark.parametrize(
    ("text", "words"),
    {
        "sum(": "unclosed left parenthesis",
        "raet(a[5m])": "unknown function with name 'raet'",
        "rate(a)": "expected type matrix in call to function 'rate', got vector",
    }.items(),
)
def test_what_is_no_promql_is_refused_with_the_parsers_words(text: str, words: str) -> None:
    with pytest.raises(PromQLError, match=words):
        parse(text)


def test_a_raw_string_has_no_escapes() -> None:
    (selector,) = selectors(r"rate(x{path=~`/v\d+/\.\\`, zone='`a\\d`'}[5m]) # it's `\d`")
    assert [match.text for match in selector.matches] == [r"/v\d+/\.\\", r"`a\d`"]
    assert selector.text == r"x{path=~`/v\d+/\.\\`, zone='`a\\d`'}"
    with pytest.raises(PromQLError, match="escape"):
        parse(r'x{path=~"\d"}')


def test_thousands_of_patterns_are_read() -> None:
    (selector,) = selectors("x{" + ",".join('a=~"b{1}"' for _ in range(5000)) + "}")
    assert len(selector.matches) == 5000


@pytest.mark.parametrize("end", ["", " or info(y)", ' + x{a=~"b.*?"}'])
def test_a_chain_longer_than_python_recurses_is_read(end: str) -> None:
    assert depth(parse("x or " * 1000 + "x" + end)) > 1000


def test_two_spellings_of_one_expression_are_the_same() -> None:
    assert canonical("sum(rate(a[5m]))by(x)>1") == canonical("sum by (x) (rate(a[5m])) > 1")
    assert canonical("a > 1") != canonical("a > 2")


def test_every_selector_of_the_catalogue_parses() -> None:
    for series in (*EVENTS.series, *DEPTH.series, *LATENCY.series):
        assert [s.name for s in selectors(series.where(kind="read"))] == [series.name]


NUMBERS = {
    "1_000": "1000",
    "x > 1_000.5": "x > 1000.5",
    'x{a="1_000"} > 1_0': 'x{a="1_000"} > 10',
    "x_1_0 > 1_0": "x_1_0 > 10",
    "0x_F": "15",
}


@pytest.mark.parametrize(("text", "plain"), NUMBERS.items(), ids=NUMBERS)
def test_numbers_may_have_underscores(text: str, plain: str) -> None:
    assert canonical(text) == plain


@pytest.mark.parametrize("text", ["1_", "1__0", "5m_1s", "x > 1_"])
def test_not_every_underscore_is_within_a_number(text: str) -> None:
    with pytest.raises(PromQLError):
        parse(text)


REFUSED = {
    'x{a=~"b**"}': r"'b\*\*' is not a pattern: '\*\*' repeats too often",
    'x{a!~"b{2,1001}"}': r"'\{2,1001\}' repeats too often",
    'rate({__name__="x",a=~"b++"}[5m])': r"'\+\+' repeats too often",
    'x{a=~"(b{500}){3}"}': r"'\{3\}' repeats too often",
    "rate(x[293y])": "'293y' is longer than Prometheus reads",
    "x offset 300y > 1": "'300y' is longer than Prometheus reads",
    "max_over_time(x[5m:15251w])": "'15251w' is longer than Prometheus reads",
    "x offset -292y200d": "'292y200d' is longer than Prometheus reads",
    "info(x, y)": "`info` takes matchers in braces, not `y",
    "sum(info(x, y{a='b'})) > 1": "`info` takes matchers in braces, not `y",
}
TAKEN = (
    'x{a="b**"}',
    'x{a=~"b*?"}',
    'x{a=~"[**]"}',
    'x{a="300y"}',
    "rate(x[292y])",
    "x_300y + a:300y + 5 # 300y",
    "x offset 106751d",
    "info(x)",
    'info(x, {a="b"})',
    'info(x, {__name__="y"})',
    "y + on (a) info",
    'x{info="y"}',
)


@pytest.mark.parametrize(("text", "words"), REFUSED.items(), ids=REFUSED)
def test_what_prometheus_refuses_and_the_parser_takes(text: str, words: str) -> None:
    with pytest.raises(PromQLError, match=words):
        parse(text)


@pytest.mark.parametrize("text", TAKEN)
def test_what_looks_like_it_is_taken(text: str) -> None:
    parse(text)
