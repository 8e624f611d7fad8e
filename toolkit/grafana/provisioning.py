"""Grafana's provisioning files as plain data: datasources, and where dashboards lie.

Grafana reads them at start, and dashboards again every half minute. The datasources have
fixed uids, and Prometheus' knows the scrape interval, without which `$__rate_interval`
would be too short for slow scrapes. Those of traces and logs are `trace_data_sources`' own.
Source: https://grafana.com/docs/grafana/latest/administration/provisioning/
"""

from typing import Any

from toolkit.config.pyproject import Config
from toolkit.grafana import trace_data_sources

PROMETHEUS_UID = "prometheus"
ALERTMANAGER_UID = "alertmanager"

FOLDER = "/etc/grafana/dashboards"
"""Where Grafana finds the dashboards; mount the generated folder there."""


def datasources(config: Config) -> dict[str, Any]:
    """The datasources, for `provisioning/datasources/`."""
    return {
        "apiVersion": 1,
        "prune": True,
        "datasources": [
            _prometheus(config),
            _alertmanager(config),
            *trace_data_sources.datasources(config.stack),
        ],
    }


def _prometheus(config: Config) -> dict[str, Any]:
    """The Prometheus that all dashboards ask, unless the reader chooses another."""
    return {
        "name": "Prometheus",
        "uid": PROMETHEUS_UID,
        "type": "prometheus",
        "access": "proxy",
        "url": config.stack.prometheus,
        "isDefault": True,
        "editable": False,
        "jsonData": {
            "alertmanagerUid": ALERTMANAGER_UID,
            "httpMethod": "POST",  # long queries do not fit into an address
            "prometheusType": "Prometheus",
            "timeInterval": config.scrape_interval,
            **trace_data_sources.destinations(config.stack),
        },
    }


def _alertmanager(config: Config) -> dict[str, Any]:
    return {
        "name": "Alertmanager",
        "uid": ALERTMANAGER_UID,
        "type": "alertmanager",
        "access": "proxy",
        "url": config.stack.alertmanager,
        "isDefault": False,
        "editable": False,
        "jsonData": {"handleGrafanaManagedAlerts": False, "implementation": "prometheus"},
    }


def folder(config: Config) -> dict[str, str]:
    """The folder of the dashboards: `uid`, which never changes, and `title`."""
    return {"uid": config.job, "title": config.job.replace("-", " ").replace("_", " ").capitalize()}


def providers(config: Config) -> dict[str, Any]:
    """Where the dashboards lie, for `provisioning/dashboards/`."""
    home = folder(config)
    return {
        "apiVersion": 1,
        "providers": [
            {
                "name": config.job,
                "orgId": 1,
                "folder": home["title"],
                "folderUid": home["uid"],
                "type": "file",
                "disableDeletion": False,  # a dashboard that is gone from the code goes
                "updateIntervalSeconds": 30,
                "allowUiUpdates": False,  # an edit would be lost with the next build
                "options": {"path": FOLDER, "foldersFromFilesStructure": False},
            }
        ],
    }
