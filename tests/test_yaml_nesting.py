"""Depth is refused before it is read, wherever it comes from, and width is not."""

from collections.abc import Callable

import pytest
import yaml

from toolkit.yaml_nesting import MOST_DEPTH, refuse_deep


def flow(depth: int, opening: str = "[", closing: str = "]") -> str:
    return opening * depth + closing * depth


def block(depth: int) -> str:
    """A mapping in a mapping, each a column further in."""
    return "".join(f"{' ' * level}a:\n" for level in range(depth))


DEEP: dict[str, Callable[[int], str]] = {
    "lists": flow,
    "mappings": lambda depth: flow(depth, "{a: ", "}"),
    "mappings without spaces": lambda depth: flow(depth, '{"a":', "}"),
    "both": lambda depth: flow(depth // 2, "[{a: ", "}]") if depth % 2 == 0 else flow(depth),
    "keys without a blank": lambda depth: flow(depth, "{?", "}"),
    "one in a line": lambda depth: flow(depth, "[\n", "]\n"),
    "dashes": lambda depth: "- " * depth + "a",
    "indentation": block,
    "in a value": lambda depth: f"a:\n  b: {flow(depth - 2)}\n",
    "in a second document": lambda depth: f"a: 1\n---\n{flow(depth)}\n",
    "behind texts with brackets": lambda depth: f"- ']]]}}}}'\n- {flow(depth - 1)}\n",
}


@pytest.mark.parametrize("made", DEEP.values(), ids=DEEP)
def test_a_thousand_levels_are_read_and_a_few_more_are_not(made: Callable[[int], str]) -> None:
    refuse_deep(made(MOST_DEPTH))
    with pytest.raises(yaml.MarkedYAMLError, match="nested more than 1000 deep"):
        refuse_deep(made(MOST_DEPTH + 4))


def test_the_place_is_that_of_the_level_too_many() -> None:
    with pytest.raises(yaml.MarkedYAMLError) as raised:
        refuse_deep("a: 1\nb: " + "[" * 100_000)
    mark = raised.value.problem_mark
    assert mark is not None
    assert (mark.line, mark.column) == (1, 3 + MOST_DEPTH - 1)


WIDE = {
    "many lists": "- [a, {b: c}]\n" * 5000,
    "many expressions": "- 'sum(rate({job=~\"a\"} [5m])) > {{ [ x'\n" * 5000,
    "a text far in": "a: |\n" + " " * 2000 + "[[[[\n",
    "what is not YAML": "[" * 900 + "}" + "[" * 900,
    "nothing": "",
}


@pytest.mark.parametrize("text", WIDE.values(), ids=WIDE)
def test_what_is_not_deep_is_left_alone(text: str) -> None:
    refuse_deep(text)
