"""Every node of an expression knows where it stands, and where its labels are named."""

import pytest

from tests.support.random_promql import expressions
from toolkit.prometheus.promql_syntax_tree import tree
from toolkit.promql import PromQLError, parse

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


def test_what_is_not_promql_is_refused() -> None:
    with pytest.raises(PromQLError):
        tree("sum(")
