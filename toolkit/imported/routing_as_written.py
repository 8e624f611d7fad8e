"""An imported alertmanager.yml in its own words: any tree of routes, any inhibitions.

A `Routing` of one's own is narrower: it has a route for each severity, and says why an alert
inhibits another. An imported one is kept as it is until its owner takes it over.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.errors import DefinitionError
from toolkit.findings import Location, definition_site
from toolkit.label_matchers.alertmanager_matchers import read_matcher
from toolkit.receivers import Receiver
from toolkit.time_intervals import TimeInterval

TIMES = frozenset({"active_time_intervals", "mute_time_intervals"})
WAITS = frozenset({"group_wait", "group_interval"})


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class RouteAsWritten:
    """A route, and those below it. `receiver` is a name; empty, it is that of the route above.

    `settings` are Alertmanager's other fields of a route, such as `group_by` and
    `mute_time_intervals`; what is left out is inherited.
    """

    receiver: str = ""
    matchers: tuple[str, ...] = ()
    continues: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    routes: tuple["RouteAsWritten", ...] = ()
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    def __post_init__(self) -> None:
        for text in self.matchers:
            if read_matcher(text, self.defined) is None:
                raise DefinitionError(
                    f"RouteAsWritten to {self.receiver!r}: {text!r} is not a matcher.",
                    fix="write it like 'team=\"db\"' or 'zone=~\"a|b\"'.",
                    argument="matchers",
                )

    def as_data(self, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
        """The route as alertmanager.yml has it; the settings named in `without` are left out."""
        found: dict[str, Any] = {"receiver": self.receiver} if self.receiver else {}
        if self.matchers:
            found["matchers"] = list(self.matchers)
        if self.continues:
            found["continue"] = True
        found |= {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in self.settings.items()
            if key not in without
        }
        if self.routes:
            found["routes"] = [route.as_data(without=without) for route in self.routes]
        return found

    def takes(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert with these labels arrives here, once it is tried."""
        found = (read_matcher(text, self.defined) for text in self.matchers)
        return all(x.takes(labels.get(x.name, ""), unknown=False) for x in found if x is not None)

    def receivers_of(self, labels: Mapping[str, str], above: str = "") -> Iterator[str]:
        """The names of those who are notified, as Alertmanager walks the tree."""
        own = self.receiver or above
        taken = False
        for route in self.routes:
            if route.takes(labels):
                taken = True
                yield from route.receivers_of(labels, own)
                if not route.continues:
                    return
        if not taken:
            yield own


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class InhibitionAsWritten:
    """One rule of `inhibit_rules`, by its matchers."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    equal: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The rule as alertmanager.yml has it."""
        found: dict[str, Any] = {}
        if self.sources:
            found["source_matchers"] = list(self.sources)
        if self.targets:
            found["target_matchers"] = list(self.targets)
        return found | ({"equal": list(self.equal)} if self.equal else {})


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingAsWritten:
    """The parts of an imported alertmanager.yml.

    `server` are its `global` settings; `templates` are paths of message templates of its own.
    """

    route: RouteAsWritten
    receivers: tuple[Receiver, ...]
    inhibitions: tuple[InhibitionAsWritten, ...] = ()
    time_intervals: tuple[TimeInterval, ...] = ()
    server: Mapping[str, Any] = field(default_factory=dict)
    templates: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = {receiver.name for receiver in self.receivers}
        for name in _receivers(self.route):
            if name not in known:
                raise DefinitionError(
                    f"routing: no receiver is named {name!r}.",
                    fix="add it to receivers, or correct the route.",
                    argument="route",
                )

    def receivers_of(self, labels: Mapping[str, str]) -> tuple[Receiver, ...]:
        """Everyone who is notified of an alert with these labels, in the order of the routes."""
        by_name = {receiver.name: receiver for receiver in self.receivers}
        return tuple(by_name[name] for name in dict.fromkeys(self.route.receivers_of(labels)))


def _receivers(route: RouteAsWritten) -> Iterator[str]:
    """The names of the receivers of a route, and of all below it."""
    if route.receiver:
        yield route.receiver
    for below in route.routes:
        yield from _receivers(below)
