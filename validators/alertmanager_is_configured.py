"""Alertmanager runs on the generated configuration.

Why: a route that was never loaded notifies no receiver, and one that was added there by hand is
lost with the next deployment. Of an Alertmanager that is shared with others, our receivers,
routes, inhibitions and time intervals must be there, and whatever else is there is theirs.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.alertmanager.write_config import alertmanager_config
from toolkit.durations import seconds
from toolkit.errors import ConfigurationError
from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup, Skip

# Where messages are templated from is a path of that machine; receivers hold secrets, which
# Alertmanager blots out, so that their names and means are all that can be compared.
MERGE = "merge alerts/generated/alertmanager.yml into the shared file, and reload Alertmanager."
# What leads to our tree of routes in a shared file is its owners' choice.
_WAY_IN = frozenset({"matchers", "continue"})
PARTS = ("route", "receivers", "inhibit_rules", "time_intervals")


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Compare what is loaded with what the code says, part by part, ignoring defaults."""
    routing = stack.project.routing
    if routing is None:
        raise Skip("the project declares no routing")
    wanted, loaded = alertmanager_config(routing), stack.alertmanager.configuration()
    if "alertmanager" in stack.shared:
        for place, message in _lacking(_plain(wanted), _plain(loaded)):
            yield CHECK.wrong(message, subject=place, fix=MERGE)
        return
    for part in PARTS:
        for place in _differences(_plain(wanted.get(part)), _plain(loaded.get(part)), part):
            yield CHECK.wrong(
                "is not loaded as generated.",
                subject=place,
            )


def _lacking(ours: Any, theirs: Any) -> Iterator[tuple[str, str]]:
    """What of ours a configuration lacks that others write too; what else it holds is theirs."""
    yield from _lacking_named(ours, theirs)
    for number, rule in enumerate(ours.get("inhibit_rules") or ()):
        if not any(_agrees(rule, each) for each in theirs.get("inhibit_rules") or ()):
            yield f"inhibit_rules[{number}]", "is not loaded as generated."
    loaded = list(_routes(theirs["route"]))
    root = {key: each for key, each in ours["route"].items() if key not in _WAY_IN}
    if any(_agrees(root, each) for each in loaded):
        return
    for number, route in enumerate(root.pop("routes", ())):
        if not any(_agrees(route, each) for each in loaded):
            yield f"route.routes[{number}]", "is not among the loaded routes."
    if not any(_agrees(root, each) for each in loaded):
        yield "route", f"no route sends what is left to {root['receiver']}, as ours does."


def _lacking_named(ours: Any, theirs: Any) -> Iterator[tuple[str, str]]:
    for part in ("receivers", "time_intervals"):
        there = {each["name"]: each for each in theirs.get(part) or ()}
        for each in ours.get(part) or ():
            place = f"{part}.{each['name']}"
            if each["name"] not in there:
                yield place, "is not loaded."
            elif list(_differences(each, there[each["name"]], place)):
                yield place, "is not loaded as generated."


def _routes(route: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The route and every route below it."""
    yield route
    for child in route.get("routes") or ():
        yield from _routes(child)


def _agrees(ours: Any, theirs: Any) -> bool:
    return not list(_differences(ours, theirs, ""))


def _plain(value: Any) -> Any:
    """One spelling: durations in seconds, matchers without spaces, means by their kind alone."""
    match value:
        case dict() if "name" in value and "time_intervals" not in value:
            # Newer Alertmanagers give a receiver labels too; only `…_configs` are its means.
            given = {key: x for key, x in value.items() if key.endswith("_configs") and x}
            means = sorted(f"{key} × {len(x)}" for key, x in given.items())
            return {"name": value["name"], "means": means}
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list():
            plain = [_plain(each) for each in value]
            # Alertmanager sorts matchers; a route's children keep their order, which counts.
            return sorted(plain) if all(isinstance(each, str) for each in plain) else plain
        case str():
            try:
                return seconds(value)
            except ConfigurationError:
                return re.sub(r"\s*(=~|!~|!=|=)\s*", r"\1", value)
        case _:
            return value


def _differences(ours: Any, theirs: Any, place: str) -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            yield from _differences(value, theirs.get(key), f"{place}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from _differences(mine, other, f"{place}[{number}]")
    elif ours != theirs:
        yield place


CHECK = Check(
    "alertmanager-is-configured",
    "Alertmanager's routes, receivers and inhibitions are the generated ones",
    CheckGroup.PROMETHEUS_IS_CONFIGURED,
    run,
    fix="load alerts/generated/alertmanager.yml and reload Alertmanager.",
)
