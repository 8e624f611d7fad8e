"""PromQL with Grafana's variables in it → PromQL of the same length that a parser reads.

The same length, so that what is found in it stands at the same place in the original.
"""

import re
from collections.abc import Iterator

_VARIABLE = re.compile(r"\$\{[^}]*\}|\[\[\w+(?::\w+)?\]\]|\$\w+")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`')
_NAME = re.compile(r"\$\{(\w+)|\[\[(\w+)|\$(\w+)")
_DURATION_BEFORE = re.compile(r"(?:\[[^\]]*|\boffset\s+-?)$")
_FOLLOWED_AS_NAME = re.compile(r"\w|\s*[\[{(]")
_BEHIND_DIGITS = re.compile(r"(?<![\w:.])\d+\.?$")
_CALLED = re.compile(r"\b(\w+)\s*(?:(?:by|without)\s*\([^()]*\)\s*)?$", re.IGNORECASE)
_LONGEST_CALL = 300
# Which arguments are a number and never a name; of promql/parser/functions.go of Prometheus.
_NUMBERS = {
    "bottomk": {0}, "clamp": {1, 2}, "clamp_max": {1}, "clamp_min": {1},
    "double_exponential_smoothing": {1, 2}, "histogram_fraction": {0, 1},
    "histogram_quantile": {0}, "holt_winters": {1, 2}, "limit_ratio": {0}, "limitk": {0},
    "predict_linear": {1}, "quantile": {0}, "quantile_over_time": {0}, "round": {1},
    "topk": {0}, "vector": {0},
}  # fmt: skip
_NUMBER_BEFORE = re.compile(r"(?:[<>=!+\-*/%^]\s*(?:bool\s+)?|\()$")


def variables_in(text: str) -> frozenset[str]:
    """The names of the variables that a text uses, Grafana's own included."""
    return frozenset(next(filter(None, found.groups())) for found in _NAME.finditer(text))


def readings(expr: str) -> Iterator[str]:
    """The expression with its variables read as names, then as numbers where one may stand.

    Arguments that only a number can be are numbers in both.
    """
    if "$" not in expr and "[[" not in expr:
        yield expr
        return
    yield _filled(expr, numbers=False)
    yield _filled(expr, numbers=True)


def _filled(expr: str, *, numbers: bool) -> str:
    plain = _STRING.sub(lambda found: "s" * len(found[0]), expr)
    inside = [(found.start(), found.end()) for found in _STRING.finditer(expr)]

    def fill(match: re.Match[str]) -> str:
        if any(start < match.start() < end for start, end in inside):
            return match[0]  # any text may stand in a string
        width, before = len(match[0]), expr[: match.start()]
        if _DURATION_BEFORE.search(before):
            return "5m".ljust(width)
        is_name = _FOLLOWED_AS_NAME.match(expr, match.end())
        if not is_name and _takes_number(plain[: match.start()]):
            return "1".ljust(width)
        if numbers and _NUMBER_BEFORE.search(before):
            return "1".ljust(width)
        return re.sub(r"\W", "_", match[0])

    return _VARIABLE.sub(fill, expr)


def _takes_number(before: str) -> bool:
    """Whether a number must stand behind a text that has no strings: its rest, or an argument."""
    if _BEHIND_DIGITS.search(before[-_LONGEST_CALL:]):
        return True
    closed = commas = 0
    for at in range(len(before) - 1, -1, -1):
        match before[at]:
            case ")" | "]" | "}":
                closed += 1
            case "(" | "[" | "{" if closed:
                closed -= 1
            case "," if not closed:
                commas += 1
            case "(":
                called = _CALLED.search(before[max(0, at - _LONGEST_CALL) : at])
                return called is not None and commas in _NUMBERS.get(called[1].lower(), ())
            case "[" | "{":
                return False
    return False
