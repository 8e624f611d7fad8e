"""A configuration of Alertmanager as values with places: routes, inhibitions, receivers.

`toolkit.alertmanager.read_config` makes it of a file or of a routing. Nothing here
judges it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.alertmanager.yaml_positions import Value
from toolkit.findings import Allow, Location
from toolkit.label_matchers.alertmanager_matchers import Matcher
from toolkit.prometheus.rules import Problem

# Source: https://prometheus.io/docs/alerting/latest/configuration/#route
DEFAULT_INTERVALS = {"group_wait": "30s", "group_interval": "5m", "repeat_interval": "4h"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigRoute:
    """One route. `above` are the matchers of the routes that it stands below.

    `settings` are what it says itself or inherits: `receiver`, `group_by` and the intervals.
    """

    subject: str
    location: Location
    matchers: tuple[Matcher, ...]
    above: tuple[Matcher, ...]
    continues: bool
    fields: Mapping[str, Value]
    settings: Mapping[str, Value]
    routes: tuple["ConfigRoute", ...] = ()

    @property
    def all_matchers(self) -> tuple[Matcher, ...]:
        """What an alert must satisfy to arrive here."""
        return (*self.above, *self.matchers)

    def walk(self) -> Iterator["ConfigRoute"]:
        """This route, and all below it, in the order in which Alertmanager tries them."""
        yield self
        for route in self.routes:
            yield from route.walk()

    def interval(self, name: str) -> str:
        """An interval as the route has it: its own, an inherited one, or the default."""
        given = self.settings.get(name)
        return given.text if given is not None and given.text else DEFAULT_INTERVALS[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigInhibition:
    """One rule of `inhibit_rules`."""

    subject: str
    location: Location
    sources: tuple[Matcher, ...]
    targets: tuple[Matcher, ...]
    equal: tuple[Value, ...]
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class ConfigReceiver:
    """One of `receivers`, by its name; `location` is where the name stands."""

    name: str
    location: Location
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertmanagerConfig:
    """One configuration. `text` is the file's, and empty for one that is generated.

    `problems` are what keeps a part of it from being read, which is then left out.
    """

    path: str
    root: Value
    route: ConfigRoute | None = None
    inhibitions: tuple[ConfigInhibition, ...] = ()
    receivers: tuple[ConfigReceiver, ...] = ()
    time_intervals: tuple[ConfigReceiver, ...] = ()
    problems: tuple[Problem, ...] = ()
    text: str = ""
    allowances: Mapping[int, tuple[Allow, ...]] = field(default_factory=dict)

    @property
    def is_file(self) -> bool:
        """Whether a user wrote it."""
        return bool(self.text)

    @property
    def file(self) -> Path:
        """The path of the file."""
        return Path(self.path)

    @property
    def routes(self) -> tuple[ConfigRoute, ...]:
        """Every route, the root first."""
        return tuple(self.route.walk()) if self.route else ()

    def allowed(self, location: Location) -> tuple[Allow, ...]:
        """What a comment on the line, or on the one above it, allows."""
        above, same = (self.allowances.get(location.line - n, ()) for n in (1, 0))
        return (*above, *same)
