"""PromQL with Grafana's variables in it → PromQL of the same length that a parser reads.

The same length, so that what is found in it stands at the same place in the original.
"""

import re
from collections.abc import Iterator

_VARIABLE = re.compile(r"\$\{[^}]*\}|\[\[\w+(?::\w+)?\]\]|\$\w+")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`')
_NAME = re.compile(r"\$\{(\w+)|\[\[(\w+)|\$(\w+)")
_DURATION_BEFORE = re.compile(r"(?:\[[^\]]*|\boffset\s+-?)$")
_NUMBER_BEFORE = re.compile(r"(?:[<>=!+\-*/%^]\s*(?:bool\s+)?|\()$")


def variables_in(text: str) -> frozenset[str]:
    """The names of the variables that a text uses, Grafana's own included."""
    return frozenset(next(filter(None, found.groups())) for found in _NAME.finditer(text))


def readings(expr: str) -> Iterator[str]:
    """The expression with its variables read as names, then as numbers where one may stand."""
    if "$" not in expr and "[[" not in expr:
        yield expr
        return
    yield _filled(expr, numbers=False)
    yield _filled(expr, numbers=True)


def _filled(expr: str, *, numbers: bool) -> str:
    inside = [(found.start(), found.end()) for found in _STRING.finditer(expr)]

    def fill(match: re.Match[str]) -> str:
        if any(start < match.start() < end for start, end in inside):
            return match[0]  # any text may stand in a string
        width, before = len(match[0]), expr[: match.start()]
        if _DURATION_BEFORE.search(before):
            return "5m".ljust(width)
        if numbers and _NUMBER_BEFORE.search(before):
            return "1".ljust(width)
        return re.sub(r"\W", "_", match[0])

    return _VARIABLE.sub(fill, expr)
