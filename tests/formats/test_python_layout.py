"""Python expressions are laid out as formatters do, and literals read back the same."""

import ast

import pytest

from toolkit.formats.python_layout import Brackets, assignment, comment, docstring, number, text

TEXTS = ("plain", 'with "quotes"', "it's", 'both \' and ""', 'back\\slash"', "new\nline", "ü\x7f")


@pytest.mark.parametrize("value", TEXTS)
def test_texts_read_back_the_same(value: str) -> None:
    assert ast.literal_eval(text(value)) == value


@pytest.mark.parametrize("value", [0, 1.0, 0.1, 1e-05, 2.5, 1e20])
def test_numbers_read_back_the_same(value: float) -> None:
    assert ast.literal_eval(number(value)) == value


def test_whole_numbers_have_no_point() -> None:
    assert (number(1.0), number(0.5)) == ("1", "0.5")


def test_what_fits_stays_on_one_line() -> None:
    call = Brackets("Metric(", ('"a"', Brackets("buckets=(", ("1",))))
    assert assignment("A", call) == 'A = Metric("a", buckets=(1,))'


def test_what_does_not_fit_has_its_items_on_one_line_or_on_their_own() -> None:
    item = f'"{"x" * 46}"'
    two = Brackets("Metric(", (item, item))
    assert assignment("A", two) == f"A = Metric(\n    {item},\n    {item},\n)"
    shorter = f'"{"x" * 45}"'
    assert assignment("A", Brackets("Metric(", (shorter, shorter))) == (
        f"A = Metric(\n    {shorter}, {shorter}\n)"
    )


def test_a_docstring_holds_whatever_it_is_given() -> None:
    for words in ('of """ it', "a\\b", "two\nlines"):
        tree = ast.parse(docstring(words))
        assert ast.get_docstring(tree) == words.replace('"""', "'''")


def test_a_comment_is_wrapped() -> None:
    assert comment("a b") == "# a b"
    assert all(line.startswith("# ") for line in comment("word " * 50).splitlines())
    assert max(map(len, comment("word " * 50).splitlines())) <= 100
