"""Which data sources are Prometheus, and the variable by which a reader chooses one of them."""

from typing import Any

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
_PROMETHEUS = frozenset(
    {
        "prometheus",
        "grafana-amazonprometheus-datasource",
        "grafana-azureprometheus-datasource",
    }
)


def is_prometheus(kind: str) -> bool:
    """Whether a data source of that type is asked in PromQL: Prometheus, or a cloud's own."""
    return kind in _PROMETHEUS


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
