"""YAML with places: where values and keys stand, and what is refused."""

import pytest

from toolkit.alertmanager.yaml_positions import Reader, of_data
from toolkit.findings import Location


def test_values_and_keys_know_their_place() -> None:
    reader = Reader("x.yml")
    root = reader.read("a:\n  b: 'text'\n  c: [1, {d: }]\n")
    assert root is not None
    b, c = (root.fields["a"].fields[name] for name in "bc")
    assert (b.text, b.quoted, b.location, b.key) == (
        "text",
        True,
        Location("x.yml", 2, 6),
        Location("x.yml", 2, 3),
    )
    assert [x.kind for x in (root, b, c, c.items[1].fields["d"])] == [
        "mapping",
        "text",
        "list",
        "nothing",
    ]
    assert (c.items[0].text, c.items[0].location) == ("1", Location("x.yml", 3, 7))
    assert reader.problems == []


def test_a_merge_adds_and_what_is_said_itself_wins() -> None:
    root = Reader("x.yml").read("- &a {x: 1, y: 1}\n- &b {y: 2, z: 2}\n- {<<: [*a, *b], z: 3}\n")
    assert root is not None
    assert {k: v.text for k, v in root.items[2].fields.items()} == {"x": "1", "y": "1", "z": "3"}


BOMB = (
    "a: &a ["
    + "x," * 99
    + "x]\n"
    + "".join(
        f"{k}: &{k} [{', '.join([f'*{before}'] * 100)}]\n" for before, k in ("ab", "bc", "cd")
    )
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "more than 500000 values, by aliases of aliases."),
        ("a: &a [*a]", "nested more than 100 deep."),
        ("[" * 102 + "]" * 102, "nested more than 100 deep."),
        ("", "the file is empty."),
        ("a: b: c", "not YAML: mapping values are not allowed in this context."),
    ],
)
def test_what_cannot_be_read_is_a_problem(text: str, message: str) -> None:
    reader = Reader("x.yml")
    assert reader.read(text) is None
    assert [problem.message for problem in reader.problems] == [message]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("x: 1\na: b: c", Location("x.yml", 2, 5)),
        ("[" * 100_000, Location("x.yml", 1, 1001)),
        ("a: \x01", Location("x.yml", 1, 0)),
        ("\n\n", Location("x.yml", 1)),
        ("a: 1\n---\nb: 2\n", Location("x.yml", 3, 1)),
    ],
    ids=["not YAML", "too deep for the parser", "a character", "nothing", "two documents"],
)
def test_a_problem_has_its_place_where_there_is_one(text: str, place: Location) -> None:
    reader = Reader("x.yml")
    reader.read(text)
    assert [problem.location for problem in reader.problems] == [place]


def test_plain_data_has_the_places_that_it_is_given() -> None:
    made = of_data({"a": [True, None, 3]}, lambda way: Location(".".join(map(str, way)), 1))
    items = made.fields["a"].items
    assert [(x.text, x.kind, x.location.path) for x in items] == [
        ("true", "text", "a.0"),
        ("", "nothing", "a.1"),
        ("3", "text", "a.2"),
    ]
