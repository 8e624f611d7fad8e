"""Generated files in YAML: block style, no aliases, the same bytes on every machine."""

from collections.abc import Mapping
from typing import Any

import yaml


class _Style:
    """Block style throughout; texts of several lines as literal blocks; no aliases."""

    def ignore_aliases(self, _data: object) -> bool:
        return True

    def represent_text(self, text: str) -> yaml.ScalarNode:
        style = "|" if "\n" in text else None
        node: yaml.ScalarNode = self.represent_scalar(  # type: ignore[attr-defined]
            "tag:yaml.org,2002:str", text, style=style
        )
        return node


class _Dumper(_Style, yaml.SafeDumper):
    """Written in Python: it is there on every machine."""


class _FastDumper(_Style, getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """The same in C, where PyYAML was built with it: five times as fast, and the same bytes."""


for _each in (_Dumper, _FastDumper):
    _each.add_representer(str, _each.represent_text)


def yaml_text(data: Mapping[str, Any], source: str, command: str) -> str:
    """`data` as YAML below a line that says which file to edit instead."""
    body = _dump(data, _FastDumper)
    if "\\U" in body:  # C escapes what lies beyond the basic plane, such as emoji
        body = _dump(data, _Dumper)
    return f"# Generated from {source}: edit that, then run `{command}`.\n{body}"


def _dump(data: Mapping[str, Any], dumper: type) -> str:
    text: str = yaml.dump(data, Dumper=dumper, sort_keys=False, allow_unicode=True, width=1000)
    return text
