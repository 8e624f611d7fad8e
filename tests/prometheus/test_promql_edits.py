"""Where the parts of an expression stand that are changed, and that the rest is kept."""

import pytest

from toolkit.prometheus import promql_edits
from toolkit.prometheus.promql_syntax_tree import tree
from toolkit.promql import canonical, matches_of

DURATIONS = {
    "x": (None, None, None),
    "x[5m]": ("5m", None, None),
    'x{a="[1m]"}[ 5m ] offset 1h': (" 5m ", None, "1h"),
    "x offset - 1h @ 5": (None, None, "- 1h"),
    "x @ end() OFFSET 1h": (None, None, "1h"),
    "x[1h:5m] @ start() offset 2h": ("1h", "5m", "2h"),
    "(x offset 1h)[1h:]": ("1h", "", None),
    "rate(x[5m])": (None, None, None),
    "x[$__range:$__interval]": ("$__range", "$__interval", None),
}


@pytest.mark.parametrize(("text", "written"), DURATIONS.items())
def test_the_durations_of_the_outermost_node(
    text: str, written: tuple[str | None, str | None, str | None]
) -> None:
    found = promql_edits.durations(text, tree(text))
    spans = (found.range, found.step, found.offset)
    assert tuple(None if x is None else text[slice(*x)] for x in spans) == written


NAMES = {
    "x": "x",
    'x:y{a="x"}[5m]': "x:y",
    '{"my.name", a="b"}': '"my.name"',
    '{a="b", "my.name"}': '"my.name"',
    "{a='b', __name__='x'}": "'x'",
    '{__name__=~"x"}': None,
    '{a="b"}': None,
}


@pytest.mark.parametrize(("text", "written"), NAMES.items())
def test_the_name_of_a_selector(text: str, written: str | None) -> None:
    span = promql_edits.name_span(text, tree(text))
    assert (None if span is None else text[slice(*span)]) == written


def test_the_operator_stands_between_its_operands() -> None:
    text = "a # > b\n  >= bool b"
    assert text[slice(*promql_edits.operator_span(text, tree(text)))] == ">="


STRINGS = ("plain", 'say "x"', r"a\.b", "two\nlines", "tab\t", "\u20ac\x01", "`'")


@pytest.mark.parametrize("value", STRINGS)
def test_a_quoted_string_is_read_as_the_same_value(value: str) -> None:
    (match,) = matches_of(tree(f"x{{a={promql_edits.quoted(value)}}}").expr)
    assert match.text == value


def test_several_edits_do_not_move_each_other() -> None:
    assert promql_edits.edited("ab cd", [((0, 2), "long"), ((3, 5), "")]) == "long "


def test_a_matcher_is_taken_out_with_one_comma() -> None:
    for text, place, rest in (
        ('x{a="1", b="2"}', 0, 'x{b="2"}'),
        ('x{a="1", b="2"}', 1, 'x{a="1"}'),
        ('x{a="1",}', 0, "x{}"),
        ('{"n", a="1"}[5m]', 0, '{"n"}[5m]'),
    ):
        node = tree(text)
        edit = promql_edits.without_matcher(text, node, node.labels[place].span)
        assert promql_edits.edited(text, [edit]) == rest
        assert canonical(rest)
