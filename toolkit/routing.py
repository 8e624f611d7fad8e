"""Who is notified: receivers, routes, inhibitions, and the receivers that each alert must reach.

`toolkit.receivers` has the integrations and `toolkit.time_intervals` the times.
`toolkit.alertmanager.write_config` writes alertmanager.yml from this, and
`toolkit.rule_tests.run_amtool` asks amtool about it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from toolkit.alerts import Alert, refuse_duration
from toolkit.definition_arguments.durations_and_ranges import (
    Duration,
    OptionalDuration,
    PositiveDuration,
)
from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.errors import DefinitionError
from toolkit.findings import Location, definition_site
from toolkit.imported.routing_as_written import RoutingAsWritten
from toolkit.label_matchers.alertmanager_matchers import Matcher, read_matcher
from toolkit.receivers import SECRETS, PagerDuty, Receiver, Slack, Webhook
from toolkit.time_intervals import TimeInterval
from toolkit.unknown_name_did_you_mean import did_you_mean

# What users have always imported from here.
__all__ = [
    "SECRETS",
    "Delivery",
    "Inhibition",
    "PagerDuty",
    "Receiver",
    "Route",
    "Routing",
    "Slack",
    "Webhook",
]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Alerts that all of `severity`, `component` and `matchers` fit go to `receiver`.

    `matchers` are texts as Alertmanager has them, such as `team="db"` or `zone=~"a|b"`. The
    route of a severity alone takes what no narrower one of that severity takes; a route
    without a severity is tried before all those. An alert goes on to later routes where the
    route `continues`.

    While they fire, the notification is repeated every `repeat`; a narrower route inherits
    it. At times in `muted`, and outside those of `active`, there are no notifications.
    """

    receiver: Receiver
    severity: StrEnum | None = None
    repeat: OptionalDuration = ""
    component: str = ""
    matchers: tuple[str, ...] = ()
    continues: bool = False
    group_by: tuple[str, ...] = ()
    active: tuple[TimeInterval, ...] = ()
    muted: tuple[TimeInterval, ...] = ()
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.severity is None and not self.is_narrower:
            raise DefinitionError(
                f"Route to {self.receiver.name!r}: says nothing about the alerts that it takes.",
                fix="give it a severity, a component or matchers.",
            )
        for text in self.matchers:
            if read_matcher(text, self.defined) is None:
                raise DefinitionError(
                    f"{self.name}: {text!r} is not a matcher.",
                    fix="write it like 'team=\"db\"' or 'zone=~\"a|b\"'.",
                )
        if self.repeat or not self.is_narrower:
            refuse_duration(self.name, "repeat", self.repeat)

    @property
    def name(self) -> str:
        """How messages name it: `Route(critical)`."""
        parts = (self.severity.value if self.severity else "", self.component, *self.matchers)
        return f"Route({', '.join(part for part in parts if part)})"

    @property
    def is_narrower(self) -> bool:
        """Whether it takes less than all alerts of a severity."""
        return bool(self.component or self.matchers)

    @property
    def narrowing(self) -> tuple[Matcher, ...]:
        """What an alert must satisfy besides the severity."""
        texts = ((f'component="{self.component}"',) if self.component else ()) + self.matchers
        found = (read_matcher(text, self.defined) for text in texts)
        return tuple(matcher for matcher in found if matcher is not None)


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Inhibition:
    """While the alert `source` fires, there are no notifications of its targets.

    Targets are the named `alerts`, or all alerts of `components`.

    `equal` are labels whose values must agree. Both sides must carry them: Alertmanager
    takes a label that is missing on both sides for equal.
    """

    source: str
    because: str
    alerts: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    equal: tuple[str, ...] = ()
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    def __post_init__(self) -> None:
        if bool(self.alerts) == bool(self.components):
            raise DefinitionError(
                f"inhibition by {self.source}: needs either alerts or components to inhibit.",
                fix="set one of the two.",
            )
        if not self.because.strip():
            raise DefinitionError(
                f"inhibition by {self.source}: because is empty.",
                fix="say why the source makes its targets needless; runbooks show it.",
            )

    def inhibits(self, alert: Alert) -> bool:
        """Whether `alert` is one of its targets. An alert never inhibits itself."""
        named = alert.name in self.alerts or alert.component in self.components
        return named and alert.name != self.source


@checked
@dataclass(frozen=True, slots=True)
class Delivery:
    """What the routes must come to: `alerts` reach exactly the receivers named `to`."""

    alerts: tuple[str, ...]
    to: tuple[str, ...]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """How Alertmanager groups, routes, repeats and inhibits; every severity has its route.

    The severities are all members of the enumeration that the routes use, the most urgent
    first; what no route takes goes where the last goes. `deliveries` are the tests: `toolkit
    test` asks amtool whether they hold.

    `as_written` is an imported configuration, which is generated as it is: it has the routes,
    receivers, inhibitions and waits then, and `routes` and `inhibitions` stay empty.
    """

    routes: tuple[Route, ...] = ()
    inhibitions: tuple[Inhibition, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    group_by: tuple[str, ...] = ("alertname", "component")
    group_wait: Duration = "10s"
    group_interval: PositiveDuration = "1m"
    as_written: RoutingAsWritten | None = None
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.as_written is not None:
            if self.routes or self.inhibitions:
                raise DefinitionError(
                    "routing: has as_written, and routes or inhibitions as well.",
                    fix="keep either what was imported or your own.",
                    argument="as_written",
                )
            return
        kinds = {type(route.severity) for route in self.routes if route.severity is not None}
        if len(kinds) != 1:
            names = ", ".join(sorted(kind.__name__ for kind in kinds)) or "none"
            raise DefinitionError(
                f"routing: routes use {len(kinds)} enumerations of severities: {names}.",
                fix="give each severity of one enumeration a route.",
            )
        self._refuse_routes()

    def _refuse_routes(self) -> None:
        keys = [(route.severity, route.component, route.matchers) for route in self.routes]
        for severity in self.severities:
            if keys.count((severity, "", ())) != 1:
                raise DefinitionError(
                    f"routing: {keys.count((severity, '', ()))} routes for severity "
                    f"{severity.value}.",
                    fix="give each severity one route without a component.",
                )
        for route, key in zip(self.routes, keys, strict=True):
            if keys.count(key) > 1:
                what = " ".join((repr(route.component), *route.matchers))
                urgency = f"{route.severity.value} " if route.severity else ""
                raise DefinitionError(
                    f"routing: {urgency}alerts of {what} have two routes.",
                    fix="keep one of them.",
                )
        for kind, named in (
            ("receivers", [route.receiver for route in self.routes]),
            ("time intervals", [x for route in self.routes for x in (*route.active, *route.muted)]),
        ):
            for one in named:
                if any(one.name == other.name and one != other for other in named):
                    raise DefinitionError(
                        f"routing: two {kind} are named {one.name!r}.", fix="rename one of them."
                    )

    @property
    def severities(self) -> tuple[StrEnum, ...]:
        """Every severity, the most urgent first."""
        if self.as_written is not None:
            return ()
        used = next(route.severity for route in self.routes if route.severity is not None)
        return tuple(type(used))

    @property
    def receivers(self) -> tuple[Receiver, ...]:
        """Every receiver once, in the order in which routes name them."""
        if self.as_written is not None:
            return self.as_written.receivers
        return tuple({route.receiver.name: route.receiver for route in self.routes}.values())

    @property
    def time_intervals(self) -> tuple[TimeInterval, ...]:
        """Every time interval once, in the order in which routes name them."""
        if self.as_written is not None:
            return self.as_written.time_intervals
        named = (x for route in self.routes for x in (*route.active, *route.muted))
        return tuple({interval.name: interval for interval in named}.values())

    def receiver_of(self, alert: Alert) -> Receiver:
        """Who is notified of `alert`, at all times; the last, where routes before continue."""
        return self.receivers_of(alert)[-1]

    def receivers_of(self, alert: Alert) -> tuple[Receiver, ...]:
        """Everyone who is notified of `alert`, in the order of the routes."""
        labels = {"alertname": alert.alertname, **alert.rule_labels}
        if self.as_written is not None:
            return self.as_written.receivers_of(labels)
        found: list[Receiver] = []
        own = [route for route in self.routes if route.severity is None]
        for route in (*own, *self.routes_of(alert.severity)):
            if all(x.takes(labels.get(x.name, ""), unknown=False) for x in route.narrowing):
                found.append(route.receiver)
                if not route.continues or not route.is_narrower:
                    break
        return tuple(dict.fromkeys(found))

    def routes_of(self, severity: StrEnum) -> tuple[Route, ...]:
        """The routes of a severity, the narrower first, that of all its alerts last."""
        routes = [route for route in self.routes if route.severity == severity]
        return tuple(sorted(routes, key=lambda route: not route.is_narrower))

    def route_of(self, severity: StrEnum, component: str = "") -> Route:
        """The route of the component, where it has one at this severity; else the severity's."""
        routes = {x.component: x for x in self.routes_of(severity) if not x.matchers}
        return routes.get(component, routes[""])

    def check(self, alerts: Iterable[Alert]) -> None:
        """Raise DefinitionError where a name here belongs to no alert, component or receiver."""
        by_name = {alert.name: alert for alert in alerts}
        known = {
            "alert": set(by_name),
            "component": {alert.component for alert in by_name.values()},
            "receiver": {receiver.name for receiver in self.receivers},
        }
        for alert in by_name.values():
            if self.as_written is None and alert.severity not in self.severities:
                values = ", ".join(severity.value for severity in self.severities)
                raise DefinitionError(
                    f"{alert.name}: severity {alert.severity.value!r} has no route "
                    f"(known: {values})",
                    fix="use a severity of the routing, or give its enumeration routes.",
                )
        for kind, name in self._mentioned():
            if name not in known[kind]:
                hint = did_you_mean(name, known[kind])
                raise DefinitionError(f"routing: there is no {kind} {name!r}{hint}")

    def _mentioned(self) -> Iterator[tuple[str, str]]:
        for route in self.routes:
            if route.component:
                yield "component", route.component
        for inhibition in self.inhibitions:
            yield "alert", inhibition.source
            yield from (("alert", name) for name in inhibition.alerts)
            yield from (("component", name) for name in inhibition.components)
        for delivery in self.deliveries:
            yield from (("alert", name) for name in delivery.alerts)
            yield from (("receiver", name) for name in delivery.to)
