"""Every node of an expression knows where it stands, and where its labels are named."""

import promql_parser as parser
import pytest

from tests.support.random_promql import expressions
from toolkit.prometheus.promql_syntax_tree import tree
from toolkit.promql import PromQLError, parse, selectors

WRITTEN = (
    "a + on (x) group_left (y, z) b",
    'x{a="b",c=~"d|"} offset 5m',
    "sum_over_time(rate(a[5m])[1h:1m] @ start())",
    "-1 * -a",
    "2 - -1",
    '{"http.x", "s.n"="c"}',
    'sum by ("s.n") (a)',
    "topk by (x) (5, a)",
    "SUM(a) BY (b)",
    "a > bool b",
    "a @ 123 offset -1w",
    "(((a)))",
    "1e3 - 0x1f + Inf",
    "a + fill (0) b",
    "a # a comment with sum(b)\n+ b",
    "sum(sum)",
    'count_values("v", a)',
    "rate(a[$__rate_interval])",
    "5m * a",
)


@pytest.mark.parametrize("text", WRITTEN)
def test_the_text_of_every_node_reads_as_that_node(text: str) -> None:
    for node in tree(text).walk():
        assert node.text == text[slice(*node.span)]
        assert parse(node.text).prettify() == node.expr.prettify()


def test_the_text_of_every_node_of_many_expressions_reads_as_that_node() -> None:
    for text in expressions(seed=1, count=300):
        for node in tree(text).walk():
            assert parse(node.text).prettify() == node.expr.prettify(), text


def test_the_selectors_of_every_node_are_those_of_its_text() -> None:
    for text in (*WRITTEN, *expressions(seed=2, count=300)):
        for node in tree(text).walk():
            found = [x._replace(span=(0, 0), text="") for x in node.selectors()]
            assert found == [x._replace(span=(0, 0), text="") for x in selectors(node.text)], text


@pytest.mark.parametrize(
    ("text", "found"),
    {
        "1 < x": ["x"],
        'sum(x {a="}"} offset 5m) > y': ['x {a="}"}', "y"],
        "rate(rate[5m]) + sum(sum)": ["rate", "sum"],
        "x{a='y'} / on (y) y{a=`x`}": ["x{a='y'}", "y{a=`x`}"],
        '{__name__="x"} / y > 1': ['{__name__="x"}', "y"],
        '{"x.y", a="b"}[5m]': ['{"x.y", a="b"}'],
    }.items(),
)
def test_a_selector_stands_where_its_name_and_its_braces_are(text: str, found: list[str]) -> None:
    inside = tree(text).selectors()
    assert [text[slice(*x.span)] for x in inside] == found
    assert [x.text for x in inside] == found


def test_the_function_around_a_node_reads_what_no_other_reads() -> None:
    assert [x.call for x in tree("a + rate(b[5m]) + count(c)").selectors("abs")] == [
        "abs",
        "rate",
        "count",
    ]
    nested = tree("scalar(count(count by (a) (b))) + max(count(sum(c)))")
    assert [x.call for x in nested.selectors()] == ["count", "count"]


def test_nodes_of_one_kind_come_from_the_outside_in() -> None:
    root = tree("sum(a + b) / (c - 1)")
    assert [x.operator for x in root.all_of(parser.BinaryExpr)] == ["/", "+", "-"]
    assert [x.text for x in root.below[1].all_of(parser.BinaryExpr)] == ["c - 1"]
    assert list(root.all_of(parser.Call)) == []


def test_a_label_is_found_in_the_list_or_the_matcher_that_names_it() -> None:
    text = 'sum by (x) (a{x="1", y!~"x"}) / on (x, "s.n") group_left (z) b'
    root = tree(text)
    (summed, _) = root.below
    assert text[slice(*root.place_of("x", "on"))] == "x"
    assert root.place_of("x", "on")[0] == text.index("on (x") + 4
    assert text[slice(*root.place_of("s.n", "on"))] == '"s.n"'
    assert root.place_of("z", "group_left")[0] == text.index("left (z") + 6
    assert summed.place_of("x", "by") == (8, 9)
    selector = summed.below[0]
    assert text[slice(*selector.place_of("x", "{"))] == 'x="1"'
    assert text[slice(*selector.place_of("y", "{"))] == 'y!~"x"'
    assert selector.place_of("z", "{") == selector.span


def test_what_stands_behind_a_list_of_labels_is_not_in_it() -> None:
    text = "a * on (x) group_left (y) z + on () job"
    added = tree(text)
    (multiplied, _) = added.below
    for label, clause in (("y", "on"), ("z", "group_left"), ("group_left", "on")):
        assert multiplied.place_of(label, clause) == multiplied.span
    assert added.place_of("job", "on") == added.span


def test_what_is_not_promql_is_refused() -> None:
    with pytest.raises(PromQLError):
        tree("sum(")
