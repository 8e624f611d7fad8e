"""alertmanager.yml as plain data, made from a routing: receivers, inhibitions, templates.

`toolkit.alertmanager.route_tree` makes the routes.
Source: https://prometheus.io/docs/alerting/latest/configuration/
"""

from typing import Any

from toolkit.alertmanager.route_tree import route_tree
from toolkit.routing import Inhibition, PagerDuty, Receiver, Routing, Slack, Webhook

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

    With `deliver_to`, every receiver posts to that address and reads no secret file. Names,
    routes and inhibitions stay, so that a stack on one machine notifies as the real one does.
    """
    config: dict[str, Any] = {} if deliver_to else {"templates": [MESSAGES]}
    config["route"] = route_tree(routing)
    config["receivers"] = [_receiver(receiver, deliver_to) for receiver in routing.receivers]
    if routing.inhibitions:
        config["inhibit_rules"] = [_inhibit_rule(rule) for rule in routing.inhibitions]
    return config


def _receiver(receiver: Receiver, deliver_to: str | None) -> dict[str, Any]:
    integrations = (Webhook(url=deliver_to),) if deliver_to else receiver.by
    config: dict[str, Any] = {"name": receiver.name}
    for each in integrations:
        key, value = _integration(each)
        config.setdefault(key, []).append(value | {"send_resolved": True})
    return config


def _integration(integration: Slack | PagerDuty | Webhook) -> tuple[str, dict[str, Any]]:
    """The key of the receiver's list of such integrations, and this one's entry in it."""
    match integration:
        case Slack():
            return "slack_configs", {
                "api_url_file": integration.url_file,
                "channel": integration.channel,
                "title": '{{ template "toolkit.title" . }}',
                "title_link": "{{ .CommonAnnotations.runbook_url }}",
                "text": '{{ template "toolkit.text" . }}',
            }
        case PagerDuty():
            return "pagerduty_configs", {
                "routing_key_file": integration.key_file,
                "severity": "{{ .CommonLabels.severity }}",
                "component": "{{ .CommonLabels.component }}",
                "description": '{{ template "toolkit.title" . }}',
                "details": {"alerts": '{{ template "toolkit.text" . }}'},
                "links": [
                    {"href": "{{ .CommonAnnotations.runbook_url }}", "text": "Runbook"},
                    {"href": "{{ .CommonAnnotations.dashboard_url }}", "text": "Dashboard"},
                ],
            }
        case Webhook():
            token = {"type": "Bearer", "credentials_file": integration.token_file}
            http = {"http_config": {"authorization": token}} if integration.token_file else {}
            return "webhook_configs", {"url": integration.url, **http}


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
