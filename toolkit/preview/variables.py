"""A dashboard's variables → the choice of each, as its reader would first see it.

A value given on the command line goes first, then what the dashboard was saved with, then
the first that the server knows. Variables are resolved in order: one may ask about another.
Source: https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.errors import ToolkitError, UsageError, did_you_mean
from toolkit.grafana.interpolation import Choice, VariableValue, expand
from toolkit.preview.data_source import DataSource
from toolkit.preview.time_range import TimeRange

EVERYTHING = "$__all"
_LABEL_VALUES = re.compile(
    r"label_values\(\s*(?:(?P<series>.+?)\s*,\s*)?(?P<label>\w+)\s*\)", re.DOTALL
)
_LABEL_NAMES = re.compile(r"label_names\((?P<series>.*)\)", re.DOTALL)
_METRICS = re.compile(r"metrics\((?P<pattern>.*)\)", re.DOTALL)
_RESULT = re.compile(r"query_result\((?P<expr>.*)\)", re.DOTALL)
_DESCENDING = frozenset({2, 4, 6, 8})
_BY_NUMBER = frozenset({3, 4})
_HEEDS_CASE = range(5)
_HIDDEN = 2  # Grafana's `hide`: 1 hides the label alone
_PIXELS = 1000  # about as wide as a page: the step that `$__interval` stands for


@dataclass(frozen=True, slots=True)
class ResolvedVariables:
    """The choice of each variable by name, and notes about those that cannot be known."""

    choices: Mapping[str, Choice]
    notes: tuple[str, ...] = ()


def resolve(
    model: Mapping[str, Any],
    source: DataSource,
    time_range: TimeRange,
    given: Mapping[str, tuple[str, ...]],
) -> ResolvedVariables:
    """Resolve every variable. Raises UsageError for a `given` one that the dashboard lacks."""
    known = names(model)
    for name in given:
        if name not in known:
            title = model.get("title", "the dashboard")
            raise UsageError(f"{title}: there is no variable {name!r}{did_you_mean(name, known)}")
    choices: dict[str, Choice] = {}
    notes = []
    own = time_range.own_variables(time_range.step(_PIXELS, "1s"), "15s")
    for variable in defined(model):
        name = variable["name"]
        values: dict[str, VariableValue] = {**own, **choices}
        try:
            options = tuple(_options(variable, source, time_range, values))
        except ToolkitError as error:
            notes.append(f"Variable {name}: {error.message}")
            options = ()
        choices[name] = _chosen(variable, options, given.get(name, ()))
    return ResolvedVariables(choices, tuple(notes))


def defined(model: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The variables of a dashboard, as it has them."""
    return list((model.get("templating") or {}).get("list") or [])


def names(model: Mapping[str, Any]) -> frozenset[str]:
    """The names of a dashboard's variables."""
    return frozenset(variable["name"] for variable in defined(model))


def in_the_head(model: Mapping[str, Any], choices: Mapping[str, Choice]) -> list[dict[str, str]]:
    """The variables that the head of the page shows: label and value."""
    return [
        {"label": str(x.get("label") or x["name"]), "value": choices[x["name"]].text}
        for x in defined(model)
        if x.get("hide") != _HIDDEN and x["type"] not in {"constant", "datasource"}
    ]


def _options(
    variable: Mapping[str, Any],
    source: DataSource,
    time_range: TimeRange,
    known: Mapping[str, VariableValue],
) -> Iterator[str]:
    query = variable.get("query")
    text = str((query.get("query") if isinstance(query, Mapping) else query) or "")
    match variable["type"]:
        case "query":
            asked = expand(text or str(variable.get("definition") or ""), known)
            values = _answered(asked.strip(), source, time_range)
            pattern = expand(str(variable.get("regex") or ""), known)
            yield from _sorted(_filtered(values, pattern), int(variable.get("sort") or 0))
        case "custom" | "interval":
            # A comma in a value is escaped; `name : value` shows another text than it stands for.
            for part in re.split(r"(?<!\\),", text):
                name, colon, value = part.replace("\\,", ",").partition(" : ")
                yield (value if colon else name).strip()
        case "constant" | "datasource" | "textbox":
            yield text


def _answered(query: str, source: DataSource, time_range: TimeRange) -> list[str]:
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
    expr = result["expr"] if result else query
    data = source.ask("/api/v1/query", {"query": expr, "time": bounds["end"]})
    if data["resultType"] == "scalar":
        return [str(data["result"][1])]
    return [_sample(row) for row in data["result"]]


def _sample(row: Mapping[str, Any]) -> str:
    """A sample in the words that Grafana matches a variable's regex against."""
    labels = dict(row["metric"])
    name = labels.pop("__name__", "")
    inside = ",".join(f'{key}="{value}"' for key, value in labels.items())
    time, value = row["value"]
    return f"{name}{{{inside}}} {value} {float(time) * 1000:.0f}"


def _filtered(values: list[str], pattern: str) -> list[str]:
    """Those that match; of a group, what it caught. Grafana writes `/pattern/flags`."""
    if not pattern:
        return list(dict.fromkeys(values))
    # Without slashes Grafana matches the whole value, as Prometheus does.
    slashed = re.fullmatch(r"/(.*)/([a-z]*)", pattern, re.DOTALL)
    body, flags = (slashed[1], slashed[2]) if slashed else (f"^{pattern}$", "")
    try:
        # JavaScript writes a named group `(?<name>…)`, Python `(?P<name>…)`; `(?<=` and `(?<!`
        # mean the same in both.
        compiled = re.compile(
            re.sub(r"\(\?<(?=\w)", "(?P<", body), re.IGNORECASE if "i" in flags else 0
        )
    except re.error as error:
        raise UsageError(f"its regex {pattern!r} is not understood: {error}.") from None
    found = []
    for value in values:
        match = compiled.search(value)
        if match:
            named = match.groupdict()
            caught = named.get("value") or named.get("text") or next(iter(match.groups()), None)
            found.append(caught if caught is not None else value)
    return list(dict.fromkeys(found))


def _sorted(values: list[str], order: int) -> list[str]:
    if order == 0:
        return values

    def key(value: str) -> tuple[float, str]:
        digits = re.search(r"\d+", value) if order in _BY_NUMBER else None
        number = float(digits[0]) if digits else -1.0
        return number, value if order in _HEEDS_CASE else value.lower()

    return sorted(values, key=key, reverse=order in _DESCENDING)


def _chosen(
    variable: Mapping[str, Any], options: tuple[str, ...], given: tuple[str, ...]
) -> Choice:
    multi = bool(variable.get("multi") or variable.get("includeAll"))
    saved = (variable.get("current") or {}).get("value")
    wanted = given or tuple(
        map(str, saved if isinstance(saved, list) else [saved] if saved else ())
    )
    if variable["type"] in {"textbox", "constant"}:
        return Choice(wanted[:1] or options)
    if variable["type"] == "datasource":
        return Choice(options)
    may_be_all = bool(variable.get("includeAll"))
    if may_be_all and ({EVERYTHING, "All"} & set(wanted) or not wanted):
        all_value = str(variable.get("allValue") or "")
        otherwise = "" if options else ".*"  # nothing is known, so nothing may be left out
        return Choice(options, multi=True, is_all=True, all_value=all_value or otherwise)
    # What the dashboard was saved with may be gone from the server since; a value that the user
    # gives is taken as it is.
    if not given:
        still = tuple(value for value in wanted if value in options)
        wanted = still or options[:1] or wanted
    return Choice(wanted if multi else wanted[:1], multi=multi)
