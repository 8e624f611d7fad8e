"""A routing as it was written elsewhere → the Python module that defines it."""

from collections.abc import Iterable, Mapping

from toolkit.adopt.values_as_python import INDENT, call, literal, mapping, text
from toolkit.imported.routing_as_written import (
    InhibitionAsWritten,
    RouteAsWritten,
    RoutingAsWritten,
)
from toolkit.receivers import AnyIntegration, Integration, Receiver
from toolkit.time_intervals import Period, TimeInterval

_HEAD = '''"""Who is notified, as {source} says. Imported by `toolkit import`."""

{imports}

ROUTING = '''


def routing_module(
    source: str, written: RoutingAsWritten, deliveries: Mapping[tuple[str, ...], list[str]]
) -> str:
    """The module's text; `deliveries` are alerts by the receivers that they reach."""
    one, two = INDENT, 2 * INDENT
    arguments = [
        ("route", _route(written.route, two), ""),
        ("receivers", _tuple((_receiver(x, two + INDENT) for x in written.receivers), two), ""),
    ]
    if written.inhibitions:
        rules = (_inhibition(x, two + INDENT) for x in written.inhibitions)
        arguments.append(("inhibitions", _tuple(rules, two), ""))
    if written.time_intervals:
        named = (_interval(x, two + INDENT) for x in written.time_intervals)
        arguments.append(("time_intervals", _tuple(named, two), ""))
    if written.server:
        arguments.append(("server", mapping(written.server, two), ""))
    if written.templates:
        arguments.append(("templates", literal(written.templates, two), ""))
    whole = [("as_written", call("RoutingAsWritten", arguments, one), "")]
    if deliveries:
        reached = (
            f"Delivery({literal(tuple(names), two)}, to={literal(to, two)})"
            for to, names in deliveries.items()
        )
        whole.append(("deliveries", _tuple(reached, one), "what happens now"))
    body = call("Routing", whole)
    head = _HEAD.format(source=source.replace("\\", "/"), imports=_imports(body))
    return f"{head}{body}\n"


def _imports(body: str) -> str:
    """The imports of the names that the text uses."""
    modules = {
        "toolkit.receivers": ("Integration", "Receiver"),
        "toolkit.routing": ("Delivery", "Routing"),
        "toolkit.imported.routing_as_written": (
            "InhibitionAsWritten",
            "RouteAsWritten",
            "RoutingAsWritten",
        ),
        "toolkit.time_intervals": ("Period", "TimeInterval"),
    }
    lines = []
    for module, names in modules.items():
        used = [name for name in names if f"{name}(" in body]
        if used:
            lines.append(f"from {module} import {', '.join(used)}")
    return "\n".join(lines)


def _route(route: RouteAsWritten, indent: str) -> str:
    inner = indent + INDENT
    arguments = []
    if route.receiver:
        arguments.append(("receiver", text(route.receiver, inner), ""))
    if route.matchers:
        arguments.append(("matchers", literal(route.matchers, inner), ""))
    if route.continues:
        arguments.append(("continues", "True", ""))
    if route.settings:
        arguments.append(("settings", mapping(route.settings, inner), ""))
    if route.routes:
        below = (_route(each, inner + INDENT) for each in route.routes)
        arguments.append(("routes", _tuple(below, inner), ""))
    return call("RouteAsWritten", arguments, indent) if arguments else "RouteAsWritten()"


def _receiver(receiver: Receiver, indent: str) -> str:
    if receiver.silent:
        return f"Receiver({text(receiver.name)}, silent=True)"
    inner = indent + INDENT
    by = _tuple((_integration(x, inner + INDENT) for x in receiver.by), inner)
    return call("Receiver", [("name", text(receiver.name), ""), ("by", by, "")], indent)


def _integration(given: AnyIntegration, indent: str) -> str:
    if not isinstance(given, Integration):
        raise TypeError(f"{given!r}: an imported receiver passes all fields through")
    return f"Integration({text(given.kind)}, {mapping(given.fields, indent)})"


def _inhibition(rule: InhibitionAsWritten, indent: str) -> str:
    arguments = [
        (name, literal(getattr(rule, name), indent + INDENT), "")
        for name in ("sources", "targets", "equal")
        if getattr(rule, name) or name != "equal"
    ]
    return call("InhibitionAsWritten", arguments, indent)


def _interval(interval: TimeInterval, indent: str) -> str:
    inner = indent + INDENT
    periods = _tuple((_period(x) for x in interval.periods), inner)
    return call(
        "TimeInterval", [("name", text(interval.name), ""), ("periods", periods, "")], indent
    )


def _period(period: Period) -> str:
    names = ("times", "weekdays", "days_of_month", "months", "years", "location")
    said = ((name, getattr(period, name)) for name in names)
    return f"Period({', '.join(f'{name}={literal(value)}' for name, value in said if value)})"


def _tuple(items: Iterable[str], indent: str) -> str:
    """A tuple with each item on lines of its own."""
    return "(\n" + "".join(f"{indent}{INDENT}{item},\n" for item in items) + f"{indent})"
