"""A dashboard's variables → the choice of each, as its reader would first see it.

A value given on the command line goes first, then what the dashboard was saved with, then
the first that the server knows. Variables are resolved in order: one may ask about another.
Source: https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.durations import duration, seconds
from toolkit.errors import ConfigurationError, ToolkitError, UsageError
from toolkit.grafana.adhoc_filters import AdhocFilter, filters_of
from toolkit.grafana.rate_interval import rate_interval
from toolkit.grafana.variable_interpolation import Choice, VariableValue, expand
from toolkit.preview.data_source import DataSource
from toolkit.preview.foreign_data_sources import other_source, source_uid
from toolkit.preview.time_range import TimeRange, rounded_step
from toolkit.preview.variable_query import VariableOption, answered, in_order, matched
from toolkit.unknown_name_did_you_mean import did_you_mean

EVERYTHING = "$__all"
AUTO = "auto"
_AUTO_PARTS, _AUTO_LEAST = 30, "10s"  # Grafana's own, where an interval variable does not say
_HIDDEN = 2  # Grafana's `hide`: 1 hides the label alone
_PIXELS = 1000  # about as wide as a page: the step that `$__interval` stands for


@dataclass(frozen=True, slots=True)
class ResolvedVariables:
    """The choice of each variable by name, and notes about those that cannot be known.

    `filters` apply to the queries of their data source. `options` are what each variable may be,
    as far as that is known.
    """

    choices: Mapping[str, Choice]
    notes: tuple[str, ...] = ()
    filters: tuple[AdhocFilter, ...] = ()
    options: Mapping[str, tuple[VariableOption, ...]] = field(default_factory=dict)


NO_VARIABLES = ResolvedVariables({})


def resolve(
    model: Mapping[str, Any],
    source: DataSource,
    time_range: TimeRange,
    given: Mapping[str, tuple[str, ...]],
    *,
    only_known: bool = False,
) -> ResolvedVariables:
    """Resolve every variable. Raises UsageError for a `given` one that the dashboard lacks.

    With `only_known`, given values that are no longer among the options are left out: another
    variable was changed, on which these depend.
    """
    _refuse_unknown(model, given)
    choices = _of_the_dashboard(model)
    notes: list[str] = []
    listed: dict[str, tuple[VariableOption, ...]] = {}
    step = time_range.step(_PIXELS, "1s")
    own = time_range.own_variables(step, rate_interval("15s", step))
    for variable in defined(model):
        name = variable["name"]
        values: dict[str, VariableValue] = {**own, **choices}
        kind = other_source(variable.get("datasource"), choices)
        if kind and variable["type"] in {"query", "adhoc"}:
            notes.append(f"Variable {name}: it asks {kind}, not Prometheus.")
            options: tuple[VariableOption, ...] = ()
        else:
            try:
                options = tuple(_options(variable, source, time_range, values))
            except ToolkitError as error:
                notes.append(f"Variable {name}: {error.message}")
                options = ()
        listed[name] = options
        values_given = given.get(name, ())
        if only_known and options:
            known_values = {EVERYTHING, AUTO, *(option.value for option in options)}
            values_given = tuple(value for value in values_given if value in known_values)
        choices[name] = _chosen(variable, options, values_given)
    filters = tuple(_filters(model, own, choices, notes))  # last: they may name any variable
    return ResolvedVariables(choices, tuple(notes), filters, listed)


def _refuse_unknown(model: Mapping[str, Any], given: Mapping[str, tuple[str, ...]]) -> None:
    known = names(model)
    for name in given:
        if name not in known:
            title = model.get("title", "the dashboard")
            raise UsageError(f"{title}: there is no variable {name!r}{did_you_mean(name, known)}")


def _of_the_dashboard(model: Mapping[str, Any]) -> dict[str, Choice]:
    """The variables that Grafana has of every dashboard."""
    return {
        "__dashboard": Choice((str(model.get("title") or ""),)),
        "__dashboard.uid": Choice((str(model.get("uid") or ""),)),
        "__timezone": Choice((str(model.get("timezone") or "browser"),)),
    }


def _filters(
    model: Mapping[str, Any],
    own: Mapping[str, VariableValue],
    choices: dict[str, Choice],
    notes: list[str],
) -> Iterator[AdhocFilter]:
    """What ad-hoc variables filter by; adds their texts to `choices`, their problems to `notes`."""
    for variable in defined(model):
        if variable["type"] == "adhoc" and not other_source(variable.get("datasource"), choices):
            source_of = source_uid(variable.get("datasource"), choices)
            read, problems = filters_of(variable, {**own, **choices}, source_of)
            yield from read
            notes += [f"Variable {variable['name']}: {problem}" for problem in problems]
            choices[variable["name"]] = Choice(tuple(each.text for each in read))


def defined(model: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The variables of a dashboard, as it has them."""
    return list((model.get("templating") or {}).get("list") or [])


def names(model: Mapping[str, Any]) -> frozenset[str]:
    """The names of a dashboard's variables."""
    return frozenset(variable["name"] for variable in defined(model))


def in_the_head(model: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The variables that the head of the page shows."""
    return [
        variable
        for variable in defined(model)
        if variable.get("hide") != _HIDDEN and variable["type"] not in {"constant", "datasource"}
    ]


def _options(
    variable: Mapping[str, Any],
    source: DataSource,
    time_range: TimeRange,
    known: Mapping[str, VariableValue],
) -> Iterator[VariableOption]:
    query = variable.get("query")
    text = str((query.get("query") if isinstance(query, Mapping) else query) or "")
    match variable["type"]:
        case "query":
            asked = expand(text or str(variable.get("definition") or ""), known)
            values = answered(asked.strip(), source, time_range)
            pattern = expand(str(variable.get("regex") or ""), known)
            yield from in_order(matched(values, pattern), int(variable.get("sort") or 0))
        case "custom" if variable.get("valuesFormat") == "json":
            yield from _listed(text)
        case "custom" | "interval":
            if variable["type"] == "interval" and variable.get("auto"):
                auto = _auto(variable, time_range)
                yield VariableOption(auto, auto)
            # A comma in a value is escaped; `name : value` shows another text than it stands for.
            for part in re.split(r"(?<!\\),", text):
                name, colon, value = part.replace("\\,", ",").partition(" : ")
                yield VariableOption((value if colon else name).strip(), name.strip())
        case "datasource":
            # The value is the kind of data source, of which there is one here.
            chosen = (variable.get("current") or {}).get("text")
            shown = ", ".join(map(str, chosen)) if isinstance(chosen, list) else str(chosen or "")
            yield VariableOption(text, shown or text)
        case "constant" | "textbox":
            yield VariableOption(text, text)


def _listed(text: str) -> Iterator[VariableOption]:
    """The options of a custom variable that are written as JSON. Raises UsageError."""
    try:
        for each in json.loads(text):
            pair = each if isinstance(each, Mapping) else {"value": each}
            value = str(pair["value"])
            yield VariableOption(value, str(pair.get("text") or value))
    except (ValueError, TypeError, KeyError):
        raise UsageError("its list is not JSON of texts and values.") from None


def _auto(variable: Mapping[str, Any], time_range: TimeRange) -> str:
    """What Grafana takes for `auto`: the range in so many parts, rounded, but no shorter."""
    parts = int(variable.get("auto_count") or _AUTO_PARTS)
    try:
        least = seconds(str(variable.get("auto_min") or _AUTO_LEAST))
    except ConfigurationError:
        least = seconds(_AUTO_LEAST)
    return duration(max(least, rounded_step(time_range.seconds / max(1, parts))))


def _auto_values(variable: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """How `auto` is written, today and by older releases, and by a person."""
    return (("$__auto",), (f"$__auto_interval_{variable['name']}",), (AUTO,))


def _chosen(
    variable: Mapping[str, Any], options: tuple[VariableOption, ...], given: tuple[str, ...]
) -> Choice:
    multi = bool(variable.get("multi") or variable.get("includeAll"))
    texts: dict[str, str] = {}
    for option in options:
        texts.setdefault(option.value, option.text)
    saved = (variable.get("current") or {}).get("value")
    listed = saved if isinstance(saved, list) else [] if saved is None or saved == "" else [saved]
    wanted = given or tuple(map(str, listed))
    if variable["type"] == "interval" and wanted[:1] in _auto_values(variable):
        given = wanted = ()  # the first option
    if variable["type"] in {"textbox", "constant"}:
        return Choice(wanted[:1] or tuple(texts))
    if variable["type"] == "datasource":
        return Choice(tuple(texts), texts=tuple(texts.values()))
    may_be_all = bool(variable.get("includeAll"))
    if may_be_all and ({EVERYTHING, "All"} & set(wanted) or not wanted):
        all_value = str(variable.get("allValue") or "")
        otherwise = "" if options else ".*"  # nothing is known, so nothing may be left out
        return Choice(tuple(texts), multi=True, is_all=True, all_value=all_value or otherwise)
    # What the dashboard was saved with may be gone from the server since; a value that the user
    # gives is taken as it is.
    if not given:
        still = tuple(value for value in wanted if value in texts)
        wanted = still or tuple(texts)[:1] or wanted
    chosen = wanted if multi else wanted[:1]
    return Choice(chosen, multi=multi, texts=tuple(texts.get(value, value) for value in chosen))
