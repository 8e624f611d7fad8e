"""alertmanager.yml that a user wrote, or a routing, as a configuration with places.

What is wrong with a file becomes a `Problem` with line and column, never a traceback, and the
rest is still read.
Source: https://prometheus.io/docs/alerting/latest/configuration/
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.alertmanager.config_model import (
    AlertmanagerConfig,
    ConfigInhibition,
    ConfigReceiver,
    ConfigRoute,
)
from toolkit.alertmanager.yaml_positions import Reader, Value, of_data, read_text
from toolkit.durations import seconds
from toolkit.errors import ConfigurationError, DefinitionError
from toolkit.findings import Allow, Location
from toolkit.label_matchers.alertmanager_matchers import Matcher, read_matcher, split_matchers
from toolkit.unknown_name_did_you_mean import did_you_mean

if TYPE_CHECKING:
    from toolkit.routing import Routing

MAX_BYTES = 10_000_000
_MARK = re.compile(r"^(?:route|receivers|inhibit_rules)\s*:", re.MULTILINE)
_GROUPS = re.compile(r"^groups\s*:", re.MULTILINE)
_ALLOW = re.compile(r"#\s*allow\s+(?P<rule>[a-z-]+):(?P<reason>.*)")
TOP_KEYS = frozenset({
    "global", "route", "inhibit_rules", "receivers", "templates", "mute_time_intervals",
    "time_intervals", "tracing", "event_recorder",
})  # fmt: skip
ROUTE_KEYS = frozenset({
    "receiver", "group_by", "match", "match_re", "matchers", "mute_time_intervals",
    "active_time_intervals", "continue", "routes", "group_wait", "group_interval",
    "repeat_interval", "labels",
})  # fmt: skip
INHIBITION_KEYS = frozenset({
    "name", "source_match", "source_match_re", "source_matchers", "target_match",
    "target_match_re", "target_matchers", "equal",
})  # fmt: skip
_INHERITED = ("receiver", "group_by", "group_wait", "group_interval", "repeat_interval")
_NOTHING = Value(Location("", 1), kind="nothing")


def is_alertmanager_file(path: Path) -> bool:
    """Whether a file's keys at the left edge say that it configures Alertmanager."""
    try:
        text = read_text(path, MAX_BYTES)
    except ValueError:
        return False
    return _MARK.search(text) is not None and _GROUPS.search(text) is None


def read_file(path: Path) -> AlertmanagerConfig:
    """The configuration in a file, with what keeps parts of it from being read."""
    reader = Reader(str(path))
    text = ""
    root = None
    try:
        text = read_text(path, MAX_BYTES)
        root = reader.read(text)
    except ValueError as error:
        reader.problem(Location(str(path), 1), str(error))
    return _Parts(reader).configuration(root, text)


def of_routing(routing: "Routing") -> AlertmanagerConfig:
    """The generated configuration; its places are those of the definitions."""
    from toolkit.alertmanager.write_config import alertmanager_config

    def place(way: tuple[str | int, ...]) -> Location:
        if way[:1] == ("inhibit_rules",) and len(way) > 1 and routing.inhibitions:
            defined = routing.inhibitions[int(way[1])].defined
            return defined.argument("equal") if way[2:3] == ("equal",) else defined
        return routing.defined

    reader = Reader(routing.defined.path)
    return _Parts(reader).configuration(of_data(alertmanager_config(routing), place), "")


class _Parts:
    """Takes the parts of a configuration out of its values, and notes what is wrong with them."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def configuration(self, root: Value | None, text: str) -> AlertmanagerConfig:
        path = self.reader.path
        if root is None:
            empty = Value(Location(path, 1), kind="mapping")
            problems = tuple(self.reader.problems)
            return AlertmanagerConfig(path=path, root=empty, problems=problems, text=text)
        fields = self._fields(root, TOP_KEYS, "the file")
        receivers = tuple(self._named(fields, "receivers", "receiver"))
        intervals = tuple(
            each
            for key in ("time_intervals", "mute_time_intervals")
            for each in self._named(fields, key, "time interval")
        )
        for receiver in receivers:
            self._integrations(receiver)
        route = None
        if "route" in fields:
            route = self._route(fields["route"], "route", (), {})
            self._root(route)
        else:
            self.reader.problem(root.location, "there is no `route`.", "add one with a receiver.")
        inhibitions = self._list(fields, "inhibit_rules")
        return AlertmanagerConfig(
            path=path,
            root=root,
            route=route,
            inhibitions=tuple(self._inhibition(n, each) for n, each in enumerate(inhibitions)),
            receivers=receivers,
            time_intervals=intervals,
            allowances=dict(self._allowances(text)),
            problems=tuple(self.reader.problems),
            text=text,
        )

    def _fields(self, value: Value, known: frozenset[str], what: str) -> Mapping[str, Value]:
        if value.kind != "mapping":
            self.reader.problem(value.location, f"{what} must be a mapping.")
            return {}
        for key, given in value.fields.items():
            if key not in known:
                hint = did_you_mean(key, known)
                place = given.key or given.location
                self.reader.problem(place, f"{what}: unknown key {key!r}{hint}")
        return value.fields

    def _list(self, fields: Mapping[str, Value], key: str) -> tuple[Value, ...]:
        value = fields.get(key, _NOTHING)
        if value.kind in {"list", "nothing"}:
            return value.items
        self.reader.problem(
            value.location,
            f"`{key}` must be a list, but is {value.text or 'a mapping'}.",
            f"write `{key}: [{value.text or '…'}]`.",
        )
        return ()

    def _named(self, fields: Mapping[str, Value], key: str, what: str) -> Iterator[ConfigReceiver]:
        seen: dict[str, Location] = {}
        for item in self._list(fields, key):
            name = item.fields.get("name", _NOTHING)
            if not name.text:
                self.reader.problem(item.location, f"a {what} without a name.", "give it a name.")
                continue
            if name.text in seen:
                line = seen[name.text].line
                self.reader.problem(
                    name.location,
                    f"two {what}s are named {name.text!r}; the first is on line {line}.",
                    "rename one of them.",
                )
            seen.setdefault(name.text, name.location)
            yield ConfigReceiver(name.text, name.location, item.fields)

    def _integrations(self, receiver: ConfigReceiver) -> None:
        from toolkit.receivers import INTEGRATIONS

        known = {"name", "labels", *INTEGRATIONS}
        for key, value in receiver.fields.items():
            if key not in known:
                hint = did_you_mean(key, known)
                message = f"receiver {receiver.name!r}: unknown key {key!r}{hint}"
                self.reader.problem(value.key or value.location, message)
            elif key in INTEGRATIONS:
                self._list(receiver.fields, key)

    def _route(
        self,
        value: Value,
        subject: str,
        above: tuple[Matcher, ...],
        inherited: Mapping[str, Value],
    ) -> ConfigRoute:
        fields = self._fields(value, ROUTE_KEYS, subject)
        for name in ("group_wait", "group_interval", "repeat_interval"):
            self._duration(fields, name)
        matchers = tuple(self._matchers(fields, "match", "match_re", "matchers"))
        own = {key: fields[key] for key in _INHERITED if key in fields}
        settings = {**inherited, **own}
        if "group_by" in fields:
            self._list(fields, "group_by")
        below = (*above, *matchers)
        routes = tuple(
            self._route(each, f"{subject}.routes[{number}]", below, settings)
            for number, each in enumerate(self._list(fields, "routes"))
        )
        return ConfigRoute(
            subject=subject,
            location=value.location,
            matchers=matchers,
            above=above,
            continues=fields.get("continue", _NOTHING).text.lower() in {"true", "yes", "on"},
            fields=fields,
            settings=settings,
            routes=routes,
        )

    def _root(self, route: ConfigRoute) -> None:
        """What Alertmanager refuses of the root, which every alert must pass."""
        if "receiver" not in route.fields:
            self.reader.problem(
                route.location, "the root route has no receiver.", "name the receiver of the rest."
            )
        for key in (
            "match",
            "match_re",
            "matchers",
            "continue",
            "mute_time_intervals",
            "active_time_intervals",
        ):
            given = route.fields.get(key, _NOTHING)
            if given.items or given.fields or given.text not in {"", "false"}:
                self.reader.problem(
                    given.key or given.location,
                    f"the root route takes every alert, and has no `{key}`.",
                    "move it into a route below.",
                )

    def _inhibition(self, number: int, value: Value) -> ConfigInhibition:
        subject = f"inhibit_rules[{number}]"
        fields = self._fields(value, INHIBITION_KEYS, subject)
        return ConfigInhibition(
            subject=subject,
            location=value.location,
            sources=tuple(
                self._matchers(fields, "source_match", "source_match_re", "source_matchers")
            ),
            targets=tuple(
                self._matchers(fields, "target_match", "target_match_re", "target_matchers")
            ),
            equal=self._list(fields, "equal"),
            fields=fields,
        )

    def _matchers(
        self, fields: Mapping[str, Value], equal: str, regexp: str, listed: str
    ) -> Iterator[Matcher]:
        for key, op in ((equal, "="), (regexp, "=~")):
            for name, value in fields.get(key, _NOTHING).fields.items():
                yield Matcher(name, op, value.text, value.key or value.location)
        for item in self._list(fields, listed):
            for text in split_matchers(item.text):
                matcher = read_matcher(text, item.location)
                if matcher is None:
                    self.reader.problem(
                        item.location,
                        f"{text.strip()!r} is not a matcher.",
                        'write it like severity="critical" or team=~"a|b".',
                    )
                else:
                    yield matcher

    def _duration(self, fields: Mapping[str, Value], key: str) -> None:
        value = fields.get(key)
        if value is None or value.kind == "nothing":
            return
        try:
            seconds(value.text)
        except ConfigurationError as error:
            self.reader.problem(value.location, f"`{key}`: {error.message}", error.fix)

    def _allowances(self, text: str) -> Iterator[tuple[int, tuple[Allow, ...]]]:
        for number, line in enumerate(text.splitlines(), 1):
            match = _ALLOW.search(line)
            if match:
                try:
                    yield number, (Allow(match["rule"], match["reason"].strip()),)
                except DefinitionError as error:
                    place = Location(self.reader.path, number)
                    self.reader.problem(place, error.message, error.fix)


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The configurations of Alertmanager among files, and in folders."""
    for path in paths:
        found = [path] if path.is_file() else sorted(path.rglob("*.y*ml"))
        yield from (x for x in found if x.is_file() and is_alertmanager_file(x))
