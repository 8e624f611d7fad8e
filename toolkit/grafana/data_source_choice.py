"""The variable by which a reader chooses the Prometheus, and the reference to it in every query."""

from typing import Any

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}


def choice(name: str) -> dict[str, Any]:
    """The variable `name`, as Grafana saves it where the default data source is chosen."""
    return {
        # Without a choice Grafana makes one when the page opens, and saves it as a change.
        "current": {"text": "default", "value": "default"},
        "label": "Data source",
        "name": name,
        "options": [],
        "query": "prometheus",
        "refresh": 1,
        "regex": "",
        "type": "datasource",
    }
