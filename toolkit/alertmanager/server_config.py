"""alertmanager.yml as plain data, made from a routing: receivers, inhibitions, templates.

The route tree is `toolkit.alertmanager.route_tree`'s.
"""

from typing import Any

from toolkit.alertmanager.route_tree import route_tree
from toolkit.routing import Inhibition, PagerDuty, Receiver, Routing, Slack, Webhook

MESSAGES = "templates/messages.tmpl"
"""The templates of messages, seen from alertmanager.yml, which is how Alertmanager reads it."""

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
    """Alertmanager's configuration: routes by severity and component, inhibition, receivers.

    With `deliver_to`, every receiver posts to that address and reads no secret file: the
    same names, routes and inhibitions for a stack that runs on one machine.
    """
    config: dict[str, Any] = {} if deliver_to else {"templates": [MESSAGES]}
    config["route"] = route_tree(routing)
    config["receivers"] = [_receiver(receiver, deliver_to) for receiver in routing.receivers]
    if routing.inhibitions:
        config["inhibit_rules"] = [_inhibit_rule(rule) for rule in routing.inhibitions]
    return config


def _receiver(receiver: Receiver, deliver_to: str | None) -> dict[str, Any]:
    if deliver_to:
        return {
            "name": receiver.name,
            "webhook_configs": [{"url": deliver_to, "send_resolved": True}],
        }
    made: dict[str, Any] = {"name": receiver.name}
    for means in receiver.by:
        key, value = _means(means)
        made.setdefault(key, []).append(value | {"send_resolved": True})
    return made


def _means(means: Slack | PagerDuty | Webhook) -> tuple[str, dict[str, Any]]:
    match means:
        case Slack():
            return "slack_configs", {
                "api_url_file": means.url_file,
                "channel": means.channel,
                "title": '{{ template "toolkit.title" . }}',
                "title_link": "{{ .CommonAnnotations.runbook_url }}",
                "text": '{{ template "toolkit.text" . }}',
            }
        case PagerDuty():
            return "pagerduty_configs", {
                "routing_key_file": means.key_file,
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
            token = {"type": "Bearer", "credentials_file": means.token_file}
            http = {"http_config": {"authorization": token}} if means.token_file else {}
            return "webhook_configs", {"url": means.url, **http}


def _inhibit_rule(rule: Inhibition) -> dict[str, Any]:
    label, names = ("alertname", rule.alerts) if rule.alerts else ("component", rule.components)
    targets = [f'{label}=~"{"|".join(names)}"' if len(names) > 1 else f'{label}="{names[0]}"']
    if rule.components:
        targets.append(f'alertname!="{rule.source}"')
    made: dict[str, Any] = {
        "source_matchers": [f'alertname="{rule.source}"'],
        "target_matchers": targets,
    }
    return made | ({"equal": list(rule.equal)} if rule.equal else {})
