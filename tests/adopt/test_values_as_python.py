"""Python source of values: the same value again, in lines that are not too long."""

import ast

import pytest

from toolkit.adopt import values_as_python
from toolkit.adopt.values_as_python import WIDTH, distinct, identifier, literal, mapping, text

TEXTS = {
    "a": '"a"',
    'a"b': "'a\"b'",
    "a'b": '"a\'b"',
    "a\"b'c": '"a\\"b\'c"',
    "a\\b": '"a\\\\b"',
    'a\\"b': "'a\\\\\"b'",
    "tab\t, nothing\0, delete\x7f": '"tab\\t, nothing\\u0000, delete\\u007f"',
    "é\n": '"é\\n"',
    "a\nb": '(\n    "a\\n"\n    "b"\n)',
    "a\n\nb\n": '(\n    "a\\n"\n    "\\n"\n    "b\\n"\n)',
}


@pytest.mark.parametrize(("value", "source"), TEXTS.items(), ids=map(ascii, TEXTS))
def test_text_is_a_literal_of_it(value: str, source: str) -> None:
    assert ast.literal_eval(text(value)) == value
    assert text(value).replace("\\x7f", "\\u007f") == source


@pytest.mark.parametrize("value", ["word " * 60, "x" * 95 + " " + "y" * 95, "a\n" * 3 + "b " * 70])
@pytest.mark.parametrize("indent", ["", " " * 16])
def test_long_text_is_in_pieces_that_fit(value: str, indent: str) -> None:
    source = text(value, indent)
    assert ast.literal_eval(source) == value
    lines = source.splitlines()
    assert lines[0] == "("
    assert lines[-1] == f"{indent})"
    assert all(line.startswith(f'{indent}    "') for line in lines[1:-1])
    assert all(len(line) <= WIDTH for line in lines if line.count(" ") > len(indent) + 5)


def test_what_just_fits_stands_in_one_line_and_what_does_not_in_pieces() -> None:
    fits = "ab " * 32
    assert len(f'"{fits}"') == WIDTH - 2
    assert text(fits, before=1) == f'"{fits}"'
    assert text(fits, before=2).startswith("(\n")
    assert text(fits, " ", before=1).startswith("(\n")


def test_text_without_a_place_to_break_it_is_one_literal() -> None:
    assert text("x" * 200) == f'"{"x" * 200}"'


LITERALS = {
    "a number": (1.5, "1.5"),
    "truth": (True, "True"),
    "nothing": (None, "None"),
    "a list of one": (["a"], '("a",)'),
    "a tuple": (("a", 1), '("a", 1)'),
    "no entry": ((), "()"),
    "a mapping": ({"a": 1, 2: ["b"]}, '{"a": 1, "2": ("b",)}'),
}


@pytest.mark.parametrize(("value", "source"), LITERALS.values(), ids=LITERALS)
def test_a_literal(value: object, source: str) -> None:
    assert literal(value) == source


def test_a_mapping_that_does_not_fit_has_a_line_for_each_key() -> None:
    value = {f"key_{number}": "word " * 6 for number in range(4)}
    source = mapping(value, "    ")
    assert ast.literal_eval(source) == value
    assert source.splitlines() == [
        "{",
        *(f'        "key_{number}": "{"word " * 6}",' for number in range(4)),
        "    }",
    ]


def test_a_call_has_an_argument_a_line_and_comments_behind() -> None:
    call = values_as_python.call("Metric", [("name", '"x"', ""), ("unit", "COUNT", "guess")], "  ")
    assert call == 'Metric(\n      name="x",\n      unit=COUNT,  # guess\n  )'


NAMES = {
    "HighLoad": "high_load",
    "API errors (5xx)": "api_errors_5xx",
    "5xx": "group_5xx",
    "": "group",
    "é": "group",
    "class": "class_",
    "__x__": "x",
}


@pytest.mark.parametrize(("words", "name"), NAMES.items(), ids=NAMES)
def test_words_as_an_identifier(words: str, name: str) -> None:
    assert identifier(words, "group") == name


def test_names_are_distinct() -> None:
    taken = {"a"}
    assert [distinct("a", taken), distinct("a", taken), distinct("b", taken)] == ["a_2", "a_3", "b"]
    assert [distinct("HighLoad", taken), distinct("HighLoad", taken)] == ["HighLoad", "HighLoad2"]
