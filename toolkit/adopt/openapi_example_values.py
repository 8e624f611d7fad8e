"""An example value for a JSON schema, as OpenAPI has them: the author's own, else the smallest."""

from collections.abc import Mapping
from typing import Any

_DEEPEST = 8  # a schema may hold itself
_BY_FORMAT = {
    "date": "2024-01-31",
    "date-time": "2024-01-31T12:00:00Z",
    "email": "someone@example.com",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "uri": "http://example.com/",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
}


def resolved(node: Any, document: Mapping[str, Any]) -> Any:
    """The node that a `$ref` within the document names; any other node is itself.

    Raises KeyError for one that is not there, or in another document.
    """
    for _ in range(_DEEPEST):
        if not isinstance(node, Mapping) or "$ref" not in node:
            break
        path = str(node["$ref"])
        if not path.startswith("#/"):
            raise KeyError(path)
        node = document
        for key in path.removeprefix("#/").split("/"):
            node = node[key.replace("~1", "/").replace("~0", "~")]
    return node


def example(schema: Any, document: Mapping[str, Any], depth: int = 0) -> Any:
    """A value that the schema allows; None where nothing is known of it."""
    schema = resolved(schema, document)
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return None
    for key in ("example", "default", "const"):
        if key in schema:
            return schema[key]
    for key in ("examples", "enum"):
        if isinstance(schema.get(key), list) and schema[key]:
            return schema[key][0]
    for key in ("anyOf", "oneOf"):
        if schema.get(key):
            chosen = [x for x in schema[key] if resolved(x, document).get("type") != "null"]
            return example((chosen or schema[key])[0], document, depth + 1)
    if "allOf" in schema:
        parts = [example(part, document, depth + 1) for part in schema["allOf"]]
        return {k: v for part in parts if isinstance(part, Mapping) for k, v in part.items()}
    return _by_type(schema, document, depth)


def _by_type(schema: Mapping[str, Any], document: Mapping[str, Any], depth: int) -> Any:
    kind = schema.get("type", "object" if "properties" in schema else None)
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if kind == "object":
        properties = schema.get("properties", {})
        wanted = schema.get("required", [])
        return {
            name: example(properties[name], document, depth + 1)
            for name in properties
            if name in wanted
        }
    if kind == "array":
        fewest = int(schema.get("minItems", 1))
        return [example(schema.get("items", {}), document, depth + 1)] * min(fewest, 3)
    if kind == "string":
        text = _BY_FORMAT.get(str(schema.get("format")), "text")
        return text.ljust(int(schema.get("minLength", 0)), "x")[: schema.get("maxLength")]
    if kind in {"integer", "number"}:
        least = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        return max(1, least) if schema.get("maximum", 1) >= 1 else schema["maximum"]
    return {"boolean": True}.get(str(kind))
