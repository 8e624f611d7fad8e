"""prometheus.yml and alertmanager.yml as plain data, made from the project.

The committed files hold the configured addresses; a running stack writes its own copy with
the addresses that it really has.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from toolkit import loadmetrics
from toolkit.alerts import Severity
from toolkit.config import Config, seconds
from toolkit.project import Project
from toolkit.routing import Inhibition, PagerDuty, Receiver, Route, Routing, Slack, Webhook

LOAD_TARGETS = "targets/*.json"
"""Where a running load says how to scrape it, seen from prometheus.yml. No load, no target."""

# A load may last seconds; a dashboard of it needs more than one point.
LOAD_INTERVAL = "1s"

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the servers of one stack are, as `http://host:port`."""

    service: str
    prometheus: str
    alertmanager: str

    @classmethod
    def of(cls, config: Config) -> "Addresses":
        """The configured addresses."""
        stack = config.stack
        return cls(
            service=stack.service, prometheus=stack.prometheus, alertmanager=stack.alertmanager
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What Prometheus' configuration says that a rule depends on; None for what is not known."""

    scrape_seconds: float | None
    external_labels: frozenset[str] | None
    retention_seconds: float | None = None


def facts(project: Project) -> Facts:
    """From the prometheus.yml that is generated, or was given beside plain rule files."""
    if project.plain is not None and project.plain.server:
        config = project.plain.server
    elif project.config.catalogue:
        config = prometheus_config(project, Addresses.of(project.config))
    else:
        return Facts(None, None)
    settings = config.get("global") or {}
    # Prometheus' own default, where the file says nothing.
    scrape = seconds(str(settings.get("scrape_interval", "1m")))
    # A field of Prometheus 3; before that it is an option of the command line, unknown here.
    tsdb = (config.get("storage") or {}).get("tsdb") or {}
    kept = (tsdb.get("retention") or {}).get("time")
    labels = frozenset(settings.get("external_labels") or ())
    return Facts(scrape, labels, seconds(str(kept)) if kept else None)


def prometheus_config(
    project: Project, addresses: Addresses, rules: str = "rules/*.yml"
) -> dict[str, Any]:
    """Prometheus' configuration: every server of the stack is scraped, `rules` are loaded."""
    interval = project.config.scrape_interval
    servers = (addresses.service, addresses.prometheus, addresses.alertmanager)
    return {
        "global": {"scrape_interval": interval, "evaluation_interval": interval},
        "rule_files": [rules],
        "alerting": {
            "alertmanagers": [{"static_configs": [{"targets": [_host(addresses.alertmanager)]}]}]
        },
        "scrape_configs": [
            {"job_name": job, "static_configs": [{"targets": [_host(address)]}]}
            for job, address in zip(project.jobs, servers, strict=True)
        ]
        + [
            {
                "job_name": loadmetrics.JOB,
                "scrape_interval": LOAD_INTERVAL,
                "file_sd_configs": [{"files": [LOAD_TARGETS], "refresh_interval": "5s"}],
            }
        ],
    }


def alertmanager_config(routing: Routing, deliver_to: str | None = None) -> dict[str, Any]:
    """Alertmanager's configuration: routes by severity and component, inhibition, receivers.

    With `deliver_to`, every receiver posts to that address and reads no secret file: the
    same names, routes and inhibitions for a stack that runs on one machine.
    """
    config: dict[str, Any] = {} if deliver_to else {"templates": [MESSAGES]}
    fallback = _severity_route(routing, Severity.INFO)
    config["route"] = {
        "receiver": fallback.receiver.name,
        "group_by": list(routing.group_by),
        "group_wait": routing.group_wait,
        "group_interval": routing.group_interval,
        "repeat_interval": fallback.repeat,
        "routes": [_route(routing, severity) for severity in Severity],
    }
    config["receivers"] = [_receiver(receiver, deliver_to) for receiver in routing.receivers]
    if routing.inhibitions:
        config["inhibit_rules"] = [_inhibit_rule(rule) for rule in routing.inhibitions]
    return config


def _severity_route(routing: Routing, severity: Severity) -> Route:
    return next(x for x in routing.routes if x.severity is severity and not x.component)


def _route(routing: Routing, severity: Severity) -> dict[str, Any]:
    route = _severity_route(routing, severity)
    made: dict[str, Any] = {
        "matchers": [f'severity="{severity.value}"'],
        "receiver": route.receiver.name,
        "repeat_interval": route.repeat,
    }
    below = [
        {
            "matchers": [f'component="{special.component}"'],
            "receiver": special.receiver.name,
            "repeat_interval": special.repeat or route.repeat,
        }
        for special in routing.routes
        if special.severity is severity and special.component
    ]
    return made | ({"routes": below} if below else {})


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


def _host(address: str) -> str:
    return urlsplit(address).netloc
