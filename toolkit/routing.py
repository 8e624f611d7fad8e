"""Who is notified: receivers, routes, inhibitions, and the receivers that each alert must reach.

Secrets are never values here: a receiver names the file that holds its address or key, as
Alertmanager reads it. `toolkit.alertmanager.server_config` writes alertmanager.yml from this,
and `toolkit.rule_tests.amtool` asks amtool about it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from toolkit.alerts import Alert, Severity, refuse_duration
from toolkit.argument_claims import Duration, OptionalDuration, PositiveDuration
from toolkit.definition_checks import checked
from toolkit.did_you_mean import did_you_mean
from toolkit.errors import DefinitionError

SECRETS = "/etc/alertmanager/secrets"


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """A Slack channel; the incoming webhook's address is read from `url_file`."""

    channel: str
    url_file: str = f"{SECRETS}/slack_url"


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class PagerDuty:
    """A PagerDuty service; its Events API v2 key is read from `key_file`."""

    key_file: str = f"{SECRETS}/pagerduty_key"


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An HTTP address that takes Alertmanager's JSON; the bearer token is in `token_file`.

    The address itself is not a secret: Alertmanager reads it from a file only since 0.26.
    """

    url: str
    token_file: str = ""


@checked
@dataclass(frozen=True, slots=True)
class Receiver:
    """A name that routes point to, and the integrations `by` which it is notified."""

    name: str
    by: tuple[Slack | PagerDuty | Webhook, ...]

    def __post_init__(self) -> None:
        if not self.by:
            raise DefinitionError(
                f"receiver {self.name!r}: has no integration, so nobody would be notified.",
                fix="give it a Slack, a PagerDuty or a Webhook.",
            )


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Alerts of `severity`, and of `component` where one is given, go to `receiver`.

    While they fire, the notification is repeated every `repeat`; a route for a component
    inherits it from the route of its severity.
    """

    severity: Severity
    receiver: Receiver
    repeat: OptionalDuration = ""
    component: str = ""

    def __post_init__(self) -> None:
        if self.repeat or not self.component:
            refuse_duration(f"Route({self.severity.value})", "repeat", self.repeat)


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

    `deliveries` are the tests: `toolkit test` asks amtool whether they hold.
    """

    routes: tuple[Route, ...]
    inhibitions: tuple[Inhibition, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    group_by: tuple[str, ...] = ("alertname", "component")
    group_wait: Duration = "10s"
    group_interval: PositiveDuration = "1m"

    def __post_init__(self) -> None:
        keys = [(route.severity, route.component) for route in self.routes]
        for severity in Severity:
            if keys.count((severity, "")) != 1:
                raise DefinitionError(
                    f"routing: {keys.count((severity, ''))} routes for severity {severity.value}.",
                    fix="give each severity one route without a component.",
                )
        for severity, component in keys:
            if keys.count((severity, component)) > 1:
                raise DefinitionError(
                    f"routing: {severity.value} alerts of {component!r} have two routes.",
                    fix="keep one of them.",
                )

    @property
    def receivers(self) -> tuple[Receiver, ...]:
        """Every receiver once, in the order in which routes name them."""
        return tuple({route.receiver.name: route.receiver for route in self.routes}.values())

    def receiver_of(self, alert: Alert) -> Receiver:
        """Who is notified of `alert`."""
        return self.route_of(alert.severity, alert.component).receiver

    def route_of(self, severity: Severity, component: str = "") -> Route:
        """The route of the component, where it has one at this severity; else the severity's."""
        routes = {route.component: route for route in self.routes if route.severity is severity}
        return routes.get(component, routes[""])

    def check(self, alerts: Iterable[Alert]) -> None:
        """Raise DefinitionError where a name here belongs to no alert, component or receiver."""
        by_name = {alert.name: alert for alert in alerts}
        known = {
            "alert": set(by_name),
            "component": {alert.component for alert in by_name.values()},
            "receiver": {receiver.name for receiver in self.receivers},
        }
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
