"""alertmanager.yml as plain data, made from a routing: receivers, inhibitions, templates.

`toolkit.alertmanager.write_route_tree` makes the routes, and
`toolkit.alertmanager.write_receiver_integrations` what stands in a receiver.
Source: https://prometheus.io/docs/alerting/latest/configuration/
"""

from collections.abc import Mapping
from typing import Any

from toolkit.alertmanager.write_receiver_integrations import integration
from toolkit.alertmanager.write_route_tree import route_tree
from toolkit.imported.routing_as_written import TIMES, WAITS, RoutingAsWritten
from toolkit.receivers import Receiver, Webhook
from toolkit.routing import Inhibition, Routing

MESSAGES = "templates/messages.tmpl"
"""The path of the message templates, relative to alertmanager.yml."""

MESSAGE_TEMPLATES = """\
{{ define "toolkit.title" -}}
[{{ .Status | toUpper }}{{ if eq .Status "firing" }}: {{ .Alerts.Firing | len }}{{ end }}] \
{{ .CommonLabels.severity }}: {{ .GroupLabels.alertname }}
{{- end }}

{{ define "toolkit.text" -}}
{{ range .Alerts -}}
*{{ .Annotations.summary }}*
{{ .Annotations.description }}
Since {{ .StartsAt.Format "15:04:05 MST" }}{{ if eq .Status "resolved" }}, over at \
{{ .EndsAt.Format "15:04:05 MST" }}{{ end }}. \
<{{ .Annotations.runbook_url }}|Runbook>, <{{ .Annotations.dashboard_url }}|dashboard>, \
<{{ .GeneratorURL }}|query>.

{{ end -}}
{{ end }}
"""


def alertmanager_config(routing: Routing, deliver_to: str | None = None) -> dict[str, Any]:
    """The whole configuration: routes by severity and component, receivers, inhibitions.

    With `deliver_to`, every receiver posts to that address, at all times, and reads no secret
    file. Names, routes and inhibitions stay, so that a stack on one machine notifies as the
    real one does.
    """
    if routing.as_written is not None:
        return _as_written(routing, routing.as_written, deliver_to)
    at_all_times = deliver_to is not None
    config: dict[str, Any] = {} if deliver_to else {"templates": [MESSAGES]}
    config["route"] = route_tree(routing, at_all_times=at_all_times)
    config["receivers"] = [_receiver(receiver, deliver_to) for receiver in routing.receivers]
    if routing.inhibitions:
        config["inhibit_rules"] = [_inhibit_rule(rule) for rule in routing.inhibitions]
    if routing.time_intervals and not at_all_times:
        config["time_intervals"] = _intervals(routing)
    return config


def _as_written(
    routing: Routing, written: RoutingAsWritten, deliver_to: str | None
) -> dict[str, Any]:
    """The imported configuration; with `deliver_to`, with the waits of the routing."""
    config: dict[str, Any] = {}
    if deliver_to is None:
        config |= {"global": _lists(written.server)} if written.server else {}
        config |= {"templates": list(written.templates)} if written.templates else {}
        config["route"] = written.route.as_data()
        config["receivers"] = [_receiver_as_written(each) for each in written.receivers]
    else:
        waits = {"group_wait": routing.group_wait, "group_interval": routing.group_interval}
        config["route"] = {**written.route.as_data(without=TIMES | WAITS), **waits}
        config["receivers"] = [_receiver(each, deliver_to) for each in written.receivers]
    if written.inhibitions:
        config["inhibit_rules"] = [rule.as_data() for rule in written.inhibitions]
    if written.time_intervals and deliver_to is None:
        config["time_intervals"] = _intervals(routing)
    return config


def _intervals(routing: Routing) -> list[dict[str, Any]]:
    return [
        {"name": x.name, "time_intervals": [period.as_data() for period in x.periods]}
        for x in routing.time_intervals
    ]


def _receiver_as_written(receiver: Receiver) -> dict[str, Any]:
    config: dict[str, Any] = {"name": receiver.name}
    for each in receiver.by:
        key, value = integration(each)
        config.setdefault(key, []).append(_lists(value))
    return config


def _lists(value: Any) -> Any:
    """The same with lists for the tuples that a definition has."""
    if isinstance(value, Mapping):
        return {key: _lists(each) for key, each in value.items()}
    return [_lists(each) for each in value] if isinstance(value, list | tuple) else value


def _receiver(receiver: Receiver, deliver_to: str | None) -> dict[str, Any]:
    integrations = (Webhook(url=deliver_to),) if deliver_to else receiver.by
    config: dict[str, Any] = {"name": receiver.name}
    for each in integrations:
        key, value = integration(each)
        config.setdefault(key, []).append(
            {**value, "send_resolved": value.get("send_resolved", True)}
        )
    return config


def _inhibit_rule(rule: Inhibition) -> dict[str, Any]:
    label, names = ("alertname", rule.alerts) if rule.alerts else ("component", rule.components)
    targets = [f'{label}=~"{"|".join(names)}"' if len(names) > 1 else f'{label}="{names[0]}"']
    if rule.components:
        # The source may be of such a component itself, and must not inhibit itself.
        targets.append(f'alertname!="{rule.source}"')
    config: dict[str, Any] = {
        "source_matchers": [f'alertname="{rule.source}"'],
        "target_matchers": targets,
    }
    return config | ({"equal": list(rule.equal)} if rule.equal else {})
