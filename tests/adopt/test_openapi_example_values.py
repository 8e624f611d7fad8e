"""An example of a schema: what its author says, else the smallest value that it allows."""

from typing import Any

import pytest

from toolkit.adopt.openapi_example_values import example, resolved

NAME = {"type": "string", "example": "Ann"}
DOCUMENT: dict[str, Any] = {
    "components": {
        "schemas": {
            "Name": NAME,
            "Person": {
                "required": ["name"],
                "properties": {"name": {"$ref": "#/components/schemas/Name"}, "age": {}},
            },
            "Tree": {
                "type": "object",
                "required": ["child"],
                "properties": {"child": {"$ref": "#/components/schemas/Tree"}},
            },
            "Alias": {"$ref": "#/components/schemas/Name"},
            "Circle": {"$ref": "#/components/schemas/Circle"},
        },
        "a/b~c": {"const": 5},
    }
}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


SCHEMAS: dict[str, tuple[Any, Any]] = {
    "its example before its default": ({"default": 1, "example": 2, "const": 3}, 2),
    "its default": ({"type": "integer", "default": 0}, 0),
    "an example of nothing is one": ({"type": "string", "example": None}, None),
    "the first of its examples": ({"examples": ["a", "b"], "enum": ["c"]}, "a"),
    "the first of its values": ({"examples": [], "enum": ["c", "d"]}, "c"),
    "one of several, which is not nothing": ({"oneOf": [{"type": "null"}, NAME]}, "Ann"),
    "nothing where that is all": ({"anyOf": [{"type": "null"}]}, None),
    "one that is named": ({"anyOf": [ref("Name")]}, "Ann"),
    "all of several": (
        {
            "allOf": [
                ref("Person"),
                {"type": "string"},
                {"required": ["x"], "properties": {"x": {"const": 7}}},
            ]
        },
        {"name": "Ann", "x": 7},
    ),
    "an object has what it must have": (ref("Person"), {"name": "Ann"}),
    "an object of nothing": ({"type": "object"}, {}),
    "a type or nothing": ({"type": ["null", "string"]}, "text"),
    "nothing alone": ({"type": ["null"]}, None),
    "a list has one": ({"type": "array", "items": NAME}, ["Ann"]),
    "a list may have none": ({"type": "array", "items": NAME, "minItems": 0}, []),
    "a list has as many as it must, up to three": (
        {"type": "array", "items": NAME, "minItems": 9},
        ["Ann"] * 3,
    ),
    "a list of anything": ({"type": "array"}, [None]),
    "text": ({"type": "string"}, "text"),
    "text of a format": ({"type": "string", "format": "ipv4"}, "192.0.2.1"),
    "text of a format that is not known": ({"type": "string", "format": "x"}, "text"),
    "long text": ({"type": "string", "minLength": 6}, "textxx"),
    "short text": ({"type": "string", "maxLength": 2}, "te"),
    "a number": ({"type": "number"}, 1),
    "a number from one on": ({"type": "integer", "minimum": 5}, 5),
    "a number over one": ({"type": "integer", "exclusiveMinimum": 5}, 6),
    "a number under one": ({"type": "number", "maximum": 0.5}, 0.5),
    "a number up to one": ({"type": "number", "maximum": 1}, 1),
    "a number that may be less than nothing": ({"type": "integer", "minimum": -5}, 1),
    "truth": ({"type": "boolean"}, True),
    "a type that is not known": ({"type": "file"}, None),
    "nothing is said": ({}, None),
    "no schema": (True, None),
}


@pytest.mark.parametrize(("schema", "value"), SCHEMAS.values(), ids=SCHEMAS)
def test_an_example(schema: Any, value: Any) -> None:
    assert example(schema, DOCUMENT) == value


def test_a_schema_that_holds_itself_ends() -> None:
    found, depth = example(ref("Tree"), DOCUMENT), 0
    while found is not None:
        found, depth = found["child"], depth + 1
    assert depth == 9


def test_a_reference_is_followed_to_what_is_none() -> None:
    assert resolved(ref("Alias"), DOCUMENT) == NAME
    assert resolved({"$ref": "#/components/a~1b~0c"}, DOCUMENT) == {"const": 5}
    assert resolved(NAME, DOCUMENT) is NAME
    assert resolved(ref("Circle"), DOCUMENT) == ref("Circle")


@pytest.mark.parametrize("path", ["#/components/schemas/Nobody", "other.json#/a", "http://x/y"])
def test_a_reference_to_nothing_or_elsewhere_is_an_error(path: str) -> None:
    with pytest.raises(KeyError):
        resolved({"$ref": path}, DOCUMENT)
