"""Where the parts of a rule stand in its file: values, templates, the lines of the expression."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from toolkit.findings import Location
from toolkit.prometheus.text_positions import (
    Cut,
    Extent,
    Places,
    SourceTexts,
    line_of,
    lines_of,
    slice_of,
)


def places(path: Path, fields: Mapping[str, yaml.Node]) -> Places:
    """Where every value of a rule begins, those of labels and annotations among them."""
    marks = {key: _begin(node) for key, node in fields.items()}
    for key in ("labels", "annotations"):
        node = fields.get(key)
        if isinstance(node, yaml.MappingNode):
            marks |= {f"{key}.{k.value}": _begin(v) for k, v in node.value}
    return Places(str(path), marks)


def _begin(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line, node.start_mark.column


def sources(
    path: Path, lines: Sequence[str], rule: yaml.Node, fields: Mapping[str, yaml.Node]
) -> SourceTexts:
    """Templates as they are written, the lines of durations, and those of the rule ("")."""
    found: dict[str, Cut] = {"": (lines_of, Extent.of(rule))}
    for key, node in fields.items():
        if key in {"for", "keep_firing_for"}:
            found[key] = (line_of, Extent.of(node))
        elif key in {"labels", "annotations"} and isinstance(node, yaml.MappingNode):
            for name, value in node.value:
                if isinstance(value, yaml.ScalarNode) and "{{" in value.value:
                    found[f"{key}.{name.value}"] = (slice_of, Extent.of(value))
    return SourceTexts(str(path), lines, found)


def lines_of_expression(
    path: Path, lines: Sequence[str], node: yaml.Node, expr: str
) -> tuple[Location, ...]:
    """Where each line of the expression stands; empty where YAML folded it."""
    first = node.start_mark.line
    block = isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}
    found = []
    # YAML keeps only where a scalar begins; a line that is not found below was folded.
    for number, line in enumerate(expr.rstrip("\n").split("\n")):
        row = first + number + (1 if block else 0)
        column = lines[row].find(line.strip()) if row < len(lines) else -1
        if column < 0:
            return ()
        indent = len(line) - len(line.lstrip())
        found.append(Location(str(path), row + 1, column + 1 - indent))
    return tuple(found)
