"""A dashboard's variables → what each stands for, as its reader would first see it.

A value given on the command line goes first, then what the dashboard was saved with, then
the first that the server knows. Variables are filled in order: one may ask about another.
Source: https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.errors import ToolkitError, UsageError, did_you_mean
from toolkit.grafana.interpolation import Choice, Filling, expand
from toolkit.preview.data_source import Source
from toolkit.preview.time_range import Window

EVERYTHING = "$__all"
_LABEL_VALUES = re.compile(
    r"label_values\(\s*(?:(?P<series>.+?)\s*,\s*)?(?P<label>\w+)\s*\)", re.DOTALL
)
_LABEL_NAMES = re.compile(r"label_names\((?P<series>.*)\)", re.DOTALL)
_METRICS = re.compile(r"metrics\((?P<pattern>.*)\)", re.DOTALL)
_RESULT = re.compile(r"query_result\((?P<expr>.*)\)", re.DOTALL)
_DESCENDING = frozenset({2, 4, 6, 8})
_BY_NUMBER = frozenset({3, 4})


def resolve(
    dashboard: Mapping[str, Any],
    source: Source,
    window: Window,
    given: Mapping[str, tuple[str, ...]],
    notes: list[str],
) -> dict[str, Choice]:
    """By name, the choice of each variable; what cannot be known goes to `notes`."""
    variables = listed(dashboard)
    known = {variable["name"] for variable in variables}
    for name in given:
        if name not in known:
            title = dashboard.get("title", "the dashboard")
            raise UsageError(f"{title}: there is no variable {name!r}{did_you_mean(name, known)}")
    found: dict[str, Choice] = {}
    for variable in variables:
        name = variable["name"]
        filled: dict[str, Filling] = {**window.filled(window.step(1000, "1s"), "15s"), **found}
        try:
            options = tuple(_options(variable, source, window, filled))
        except ToolkitError as error:
            notes.append(f"Variable {name}: {error.message}")
            options = ()
        found[name] = _chosen(variable, options, given.get(name, ()))
    return found


def listed(dashboard: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The variables of a dashboard, as it has them."""
    return list((dashboard.get("templating") or {}).get("list") or [])


def shown(dashboard: Mapping[str, Any], found: Mapping[str, Choice]) -> list[dict[str, str]]:
    """The variables that the head of the page shows: label and value."""
    return [
        {"label": str(x.get("label") or x["name"]), "value": found[x["name"]].text}
        for x in listed(dashboard)
        if x.get("hide") != 2 and x["type"] not in {"constant", "datasource"}  # noqa: PLR2004
    ]


def _options(
    variable: Mapping[str, Any], source: Source, window: Window, filled: Mapping[str, Filling]
) -> Iterator[str]:
    query = variable.get("query")
    text = str((query.get("query") if isinstance(query, Mapping) else query) or "")
    match variable["type"]:
        case "query":
            asked = expand(text or str(variable.get("definition") or ""), filled)
            values = _asked(asked.strip(), source, window)
            pattern = expand(str(variable.get("regex") or ""), filled)
            yield from _sorted(_filtered(values, pattern), int(variable.get("sort") or 0))
        case "custom" | "interval":
            for part in re.split(r"(?<!\\),", text):
                name, colon, value = part.replace("\\,", ",").partition(" : ")
                yield (value if colon else name).strip()
        case "datasource":
            yield "prometheus" if text == "prometheus" else text
        case "constant" | "textbox":
            yield text


def _asked(query: str, source: Source, window: Window) -> list[str]:
    bounds = {"start": f"{window.start:.0f}", "end": f"{window.end:.0f}"}
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
    slashed = re.fullmatch(r"/(.*)/([a-z]*)", pattern, re.DOTALL)
    body, flags = (slashed[1], slashed[2]) if slashed else (f"^{pattern}$", "")
    try:
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
        return number, value if order < 5 else value.lower()  # noqa: PLR2004

    return sorted(values, key=key, reverse=order in _DESCENDING)


def _chosen(
    variable: Mapping[str, Any], options: tuple[str, ...], given: tuple[str, ...]
) -> Choice:
    several = bool(variable.get("multi") or variable.get("includeAll"))
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
        instead = str(variable.get("allValue") or "")
        nothing = "" if options else ".*"
        return Choice(options, several=True, everything=True, instead=instead or nothing)
    if not given:
        still = tuple(value for value in wanted if value in options)
        wanted = still or options[:1] or wanted
    return Choice(wanted if several else wanted[:1], several=several)
