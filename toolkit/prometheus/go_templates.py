"""What a Go template in a rule's label or annotation reads: `$labels.x`, `$value` and so on.

Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
"""

import re
from collections.abc import Iterator

_ACTION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`')
_FIELD = re.compile(r"(?:\$labels|(?<![\w)])\.Labels)\.(\w+)")
_INDEX = re.compile(r'index\s+(?:\$labels|\.Labels)\s+"(\w+)"')
_EXTERNAL = re.compile(r"(?:\$externalLabels|(?<![\w)])\.ExternalLabels)\.(\w+)")
_VALUE = re.compile(r"\$value\b|(?<![\w)])\.Value\b")
_RANGE = re.compile(r"\b(?:range|with)\b")


def labels_read(text: str) -> tuple[str, ...]:
    """The labels of the alert that a template reads; none where `range` changes the dot."""
    return tuple(dict.fromkeys(_found(text, _FIELD, _INDEX)))


def external_labels_read(text: str) -> tuple[str, ...]:
    """The external labels that a template reads."""
    return tuple(dict.fromkeys(_found(text, _EXTERNAL)))


def reads_value(text: str) -> bool:
    """Whether a template shows the alert's value."""
    return any(_VALUE.search(_STRING.sub("", action)) for action in _ACTION.findall(text))


def _found(text: str, *patterns: re.Pattern[str]) -> Iterator[str]:
    for action in _ACTION.findall(text):
        if _RANGE.search(action):
            return  # after it, the dot is something else
        plain = _STRING.sub("", action)
        for pattern in patterns:
            yield from pattern.findall(action if pattern is _INDEX else plain)
