"""prometheus.yml and alertmanager.yml as plain data, made from the project.

The committed files hold the configured addresses; a running stack writes its own copy with
the addresses that it really has.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from toolkit.alerts import Routing, Severity
from toolkit.config import Config
from toolkit.project import Project


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
        ],
    }


def alertmanager_config(routing: Routing) -> dict[str, Any]:
    """Alertmanager's configuration: one route a severity, inhibition by `silences`."""
    by_severity = {route.severity: route for route in routing.routes}
    lowest = by_severity[Severity.INFO]
    receivers = {route.receiver.name: route.receiver for route in routing.routes}
    config: dict[str, Any] = {
        "route": {
            "receiver": lowest.receiver.name,
            "group_by": ["alertname", "component"],
            "group_wait": routing.group_wait,
            "group_interval": routing.group_interval,
            "repeat_interval": lowest.repeat,
            "routes": [
                {
                    "matchers": [f'severity="{severity.value}"'],
                    "receiver": by_severity[severity].receiver.name,
                    "repeat_interval": by_severity[severity].repeat,
                }
                for severity in Severity
            ],
        },
        "receivers": [
            {
                "name": receiver.name,
                "webhook_configs": [{"url": receiver.url, "send_resolved": True}],
            }
            for receiver in receivers.values()
        ],
    }
    if routing.silences:
        config["inhibit_rules"] = [
            {
                "source_matchers": [f'alertname="{name}"'],
                "target_matchers": ['severity=~"warning|info"'],
            }
            for name in routing.silences
        ]
    return config


def _host(address: str) -> str:
    return urlsplit(address).netloc
