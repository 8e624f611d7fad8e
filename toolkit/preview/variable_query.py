"""A query variable: what Prometheus answers, what its regex makes of that, and in which order.

Source: https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.errors import UsageError
from toolkit.preview.data_source import DataSource
from toolkit.preview.time_range import TimeRange

_LABEL_VALUES = re.compile(
    r"label_values\(\s*(?:(?P<series>.+?)\s*,\s*)?(?P<label>\w+)\s*\)", re.DOTALL
)
_LABEL_NAMES = re.compile(r"label_names\((?P<series>.*)\)", re.DOTALL)
_METRICS = re.compile(r"metrics\((?P<pattern>.*)\)", re.DOTALL)
_RESULT = re.compile(r"query_result\((?P<expr>.*)\)", re.DOTALL)
_DESCENDING = frozenset({2, 4, 6, 8})
_BY_NUMBER = frozenset({3, 4})
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
_HEEDS_CASE = range(5)


@dataclass(frozen=True, slots=True)
class VariableOption:
    """A value that a variable may take, and the words that the reader sees for it."""

    value: str
    text: str


def answered(query: str, source: DataSource, time_range: TimeRange) -> list[str]:
    """The values that a query of a variable finds.

    Raises RefusedError or UnreachableError as the source does.
    """
    bounds = {"start": f"{time_range.start:.0f}", "end": f"{time_range.end:.0f}"}
    if found := _LABEL_VALUES.fullmatch(query):
        series = {"match[]": found["series"]} if found["series"] else {}
        return list(source.ask(f"/api/v1/label/{found['label']}/values", {**bounds, **series}))
    if found := _LABEL_NAMES.fullmatch(query):
        series = {"match[]": found["series"]} if found["series"].strip() else {}
        return list(source.ask("/api/v1/labels", {**bounds, **series}))
    if found := _METRICS.fullmatch(query):
        names = source.ask("/api/v1/label/__name__/values", bounds)
        return [name for name in names if re.search(found["pattern"].strip(), name)]
    result = _RESULT.fullmatch(query)
    if not result:  # a selector alone lists series
        series = source.ask("/api/v1/series", {**bounds, "match[]": query})
        return [_series(labels) for labels in series]
    data = source.ask("/api/v1/query", {"query": result["expr"], "time": bounds["end"]})
    if data["resultType"] == "scalar":
        return [str(data["result"][1])]
    return [_sample(row) for row in data["result"]]


def _sample(row: Mapping[str, Any]) -> str:
    """A sample in the words that Grafana matches a variable's regex against."""
    time, value = row["value"]
    return f"{_series(row['metric'])} {value} {float(time) * 1000:.0f}"


def _series(labels: Mapping[str, str]) -> str:
    inside = ",".join(f'{key}="{text}"' for key, text in labels.items() if key != "__name__")
    return f"{labels.get('__name__', '')}{{{inside}}}"


def matched(values: Iterable[str], pattern: str) -> list[VariableOption]:
    """What the regex catches of the values; all of them without one. Raises UsageError."""
    if not pattern:
        return [VariableOption(value, value) for value in dict.fromkeys(values)]
    # Without slashes Grafana matches the whole value, as Prometheus does.
    slashed = re.fullmatch(r"/(.*)/([a-z]*)", pattern, re.DOTALL)
    body, flags = (slashed[1], slashed[2]) if slashed else (f"^{pattern}$", "")
    try:
        # JavaScript writes a named group `(?<name>…)`, Python `(?P<name>…)`; `(?<=` and `(?<!`
        # mean the same in both. `[^]` is any character there.
        translated = re.sub(r"\(\?<(?=\w)", "(?P<", body).replace("[^]", "[\\s\\S]")
        compiled = re.compile(translated, sum(_FLAGS[each] for each in flags if each in _FLAGS))
    except re.error as error:
        raise UsageError(f"its regex {pattern!r} is not understood: {error}.") from None
    found: dict[str, VariableOption] = {}
    for value in values:
        matches = list(compiled.finditer(value))
        for option in _caught(matches if "g" in flags else matches[:1], value):
            found.setdefault(option.value, option)
    return list(found.values())


def _caught(matches: list[re.Match[str]], whole: str) -> Iterator[VariableOption]:
    """The options of one value: named groups over all matches, a group of each, or itself."""
    if not matches:
        return
    named = {
        name: next((text for match in matches if (text := match.groupdict().get(name))), "")
        for name in ("value", "text")
    }
    if named["value"] or named["text"]:
        value = named["value"] or named["text"]
        yield VariableOption(value, named["text"] or value)
    elif not matches[0].re.groups:
        yield VariableOption(whole, whole)
    else:
        for match in matches:
            caught = match[1] if match[1] is not None else ""
            if caught or len(matches) == 1:
                yield VariableOption(caught or whole, caught or whole)


def in_order(options: list[VariableOption], order: int) -> list[VariableOption]:
    """The options in one of Grafana's orders: alphabetic, by number, either way round."""
    if order == 0:
        return options

    def key(option: VariableOption) -> tuple[float, str]:
        digits = re.search(r"\d+", option.text) if order in _BY_NUMBER else None
        number = float(digits[0]) if digits else -1.0
        return number, option.text if order in _HEEDS_CASE else option.text.lower()

    return sorted(options, key=key, reverse=order in _DESCENDING)
