"""alertmanager.yml → `ROUTING` in the module `routing` of the project's alerts.

What is generated from it again is the same configuration as Alertmanager reads it: routes,
receivers, inhibitions and time intervals. A secret is not copied: the field that names a file
stands in its place, and the report says which file must hold it. A file that Alertmanager would
refuse is not imported at all.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from toolkit.adopt.import_result import Imported, ImportedSource
from toolkit.adopt.routing_as_python import routing_module
from toolkit.adopt.values_as_python import distinct, identifier
from toolkit.alertmanager.config_model import AlertmanagerConfig, ConfigRoute
from toolkit.alertmanager.read_config import read_file
from toolkit.alertmanager.secret_fields import Secret, secret_in
from toolkit.alertmanager.yaml_positions import Value
from toolkit.errors import UsageError
from toolkit.findings import Location
from toolkit.imported.routing_as_written import (
    InhibitionAsWritten,
    RouteAsWritten,
    RoutingAsWritten,
)
from toolkit.project import Project
from toolkit.prometheus.rules import Problem
from toolkit.receivers import SECRETS, Integration, Receiver
from toolkit.time_intervals import Period, TimeInterval

_OF_ROUTES = frozenset({"receiver", "match", "match_re", "matchers", "continue", "routes"})
_OF_CONFIG = frozenset(
    {
        "global",
        "route",
        "inhibit_rules",
        "receivers",
        "templates",
        "mute_time_intervals",
        "time_intervals",
    }
)
# A part of an address so long, of letters and digits both, is a key and no word.
_KEY = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9_-]{16,}")


def import_alertmanager(paths: Sequence[Path], project: Project) -> Imported:
    """The module of one file. Raises UsageError for several, and where a routing exists."""
    target = f"{project.config.alerts.replace('.', '/')}/routing.py"
    if len(paths) > 1:
        names = ", ".join(map(str, paths))
        raise UsageError(f"{names}: a project has one routing.", fix="name one of the files.")
    if project.routing is not None:
        raise UsageError(
            f"{paths[0]}: the project has a ROUTING already, and it would be another.",
            fix=f"move {target} away, then import again.",
        )
    config = read_file(paths[0])
    if config.problems or config.route is None:
        return Imported(left=config.problems)
    reader = _Reader(config, yaml.safe_load(config.text))
    written = reader.routing(config.route)
    counts = {
        "routes": len(config.routes),
        "receivers": len(written.receivers),
        "inhibitions": len(written.inhibitions),
        "time intervals": len(written.time_intervals),
    }
    return Imported(
        texts={target: routing_module(str(paths[0]), written, _deliveries(project, written))},
        sources=(ImportedSource(str(paths[0]), target, counts),),
        left=tuple(reader.left),
        notes=tuple(reader.notes),
    )


def _deliveries(project: Project, written: RoutingAsWritten) -> dict[tuple[str, ...], list[str]]:
    """By the receivers that they reach now, the alerts of the project."""
    found: dict[tuple[str, ...], list[str]] = {}
    for alert in project.alerts:
        labels = {"alertname": alert.alertname, **alert.rule_labels}
        reached = tuple(receiver.name for receiver in written.receivers_of(labels))
        found.setdefault(reached, []).append(alert.name)
    return found


@dataclass(slots=True)
class _Reader:
    """Makes values of one configuration; `data` is the same as plain data."""

    config: AlertmanagerConfig
    data: Mapping[str, Any]
    left: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    _files: set[str] = field(default_factory=set)

    def routing(self, route: ConfigRoute) -> RoutingAsWritten:
        """All of it. What is left out is noted in `left`."""
        root = self.config.root.fields
        for key in sorted(self.data.keys() - _OF_CONFIG):
            place = root[key].key or root[key].location
            self.left.append(Problem(place, f"`{key}` is not of a routing.", "keep it by hand."))
        server = self.data.get("global") or {}
        clean = self._without_secrets(server, root["global"], "", "global") if server else {}
        return RoutingAsWritten(
            route=self._route(route, self.data["route"]),
            receivers=tuple(self._receivers()),
            inhibitions=tuple(self._inhibitions()),
            time_intervals=tuple(self._time_intervals()),
            server=clean,
            templates=tuple(self.data.get("templates") or ()),
        )

    def _route(self, route: ConfigRoute, data: Mapping[str, Any]) -> RouteAsWritten:
        below = zip(route.routes, data.get("routes") or (), strict=True)
        return RouteAsWritten(
            receiver=data.get("receiver") or "",
            matchers=tuple(map(str, route.matchers)),
            continues=route.continues,
            settings={k: v for k, v in data.items() if k not in _OF_ROUTES and v is not None},
            routes=tuple(self._route(each, given) for each, given in below),
        )

    def _inhibitions(self) -> Iterator[InhibitionAsWritten]:
        for rule in self.config.inhibitions:
            if "name" in rule.fields:
                message = f"{rule.subject}: its name is not carried."
                self.notes.append(Problem(rule.location, message))
            yield InhibitionAsWritten(
                sources=tuple(map(str, rule.sources)),
                targets=tuple(map(str, rule.targets)),
                equal=tuple(value.text for value in rule.equal),
            )

    def _time_intervals(self) -> Iterator[TimeInterval]:
        for key in ("time_intervals", "mute_time_intervals"):
            for given in self.data.get(key) or ():
                periods = tuple(map(_period, given.get("time_intervals") or ()))
                yield TimeInterval(given["name"], periods)

    def _receivers(self) -> Iterator[Receiver]:
        for receiver, data in zip(self.config.receivers, self.data["receivers"], strict=True):
            by = []
            for kind, listed in data.items():
                if kind == "labels":
                    place = receiver.fields[kind].key or receiver.location
                    self.left.append(Problem(place, f"labels of receiver {receiver.name!r}."))
                if not kind.endswith("_configs"):
                    continue
                places = receiver.fields[kind].items
                for given, value in zip(listed or (), places, strict=True):
                    clean = self._without_secrets(given or {}, value, kind, receiver.name)
                    by.append(Integration(kind.removesuffix("_configs"), clean))
            yield Receiver(receiver.name, tuple(by), silent=not by)

    def _without_secrets(
        self, data: Mapping[str, Any], value: Value, kind: str, owner: str
    ) -> dict[str, Any]:
        """The same, with a file's name in place of each secret."""
        found: dict[str, Any] = {}
        for key, given in data.items():
            below = value.fields[key]
            place = below.key or below.location
            if isinstance(given, Mapping):
                found[key] = self._without_secrets(given, below, kind, owner)
            elif isinstance(given, list):
                found[key] = [
                    self._without_secrets(x, y, kind, owner) if isinstance(x, Mapping) else x
                    for x, y in zip(given, below.items, strict=True)
                ]
            elif secret := _secret(key, kind, below.text):
                self._hide(found, key, secret, place, owner)
            elif _has_password(below.text):
                message = f"`{key}` of {owner} holds a password, and was left out."
                self.left.append(Problem(place, message, "add it by hand, without the password."))
            else:
                found[key] = given if isinstance(given, str | bool | int | float) else below.text
        return found

    def _hide(
        self, found: dict[str, Any], key: str, secret: Secret, place: Location, owner: str
    ) -> None:
        if not secret.instead:
            message = f"`{key}` of {owner} is a secret that no file can hold, and was left out."
            self.left.append(Problem(place, message, "let a role or a profile give it."))
            return
        name = distinct(identifier(f"{owner}_{key}", "secret"), self._files)
        found[secret.instead] = f"{SECRETS}/{name}"
        since = f" (since Alertmanager {secret.since})" if secret.since else ""
        message = f"`{key}` of {owner} is a secret, and was not copied: `{secret.instead}`{since}"
        fix = f"names {SECRETS}/{name}, which must hold it."
        self.notes.append(Problem(place, message, fix))


def _secret(key: str, kind: str, text: str) -> Secret | None:
    """Whether a text is a secret; an address of a webhook is one where a part of it is a key."""
    found = secret_in(key, kind, text)
    if found is None and key == "url" and kind == "webhook_configs":
        try:
            parts = urlsplit(text)
        except ValueError:
            return None  # no address at all, which Alertmanager refuses
        if parts.query or any(map(_KEY.fullmatch, parts.path.split("/"))):
            return Secret("url_file", "0.26")
    return found


def _has_password(text: str) -> bool:
    try:
        return "://" in text and bool(urlsplit(text).password)
    except ValueError:
        return False


def _period(data: Mapping[str, Any]) -> Period:
    def texts(key: str) -> tuple[str, ...]:
        return tuple(map(str, data.get(key) or ()))

    return Period(
        times=tuple((x["start_time"], x["end_time"]) for x in data.get("times") or ()),
        weekdays=texts("weekdays"),
        days_of_month=texts("days_of_month"),
        months=texts("months"),
        years=texts("years"),
        location=data.get("location") or "",
    )
