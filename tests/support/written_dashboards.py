"""The smallest dashboards in files, and a project of them that can be linted."""

import json
from pathlib import Path
from typing import Any

from toolkit.catalogue import Catalogue
from toolkit.config.pyproject import Config
from toolkit.grafana.dashboard_files.dashboard_positions import WrittenDashboard, read_written
from toolkit.grafana.dashboard_files.found_dashboards import DashboardFolder, KnownSeries
from toolkit.project import Project

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
CHOICE = {"type": "datasource", "name": "datasource", "query": "prometheus"}


def query_variable(name: str, **says: Any) -> dict[str, Any]:
    return {
        "type": "query",
        "name": name,
        "query": f"label_values(up, {name})",
        "refresh": 2,
        "datasource": SOURCE,
        "multi": True,
        **says,
    }


def panel(expr: str = 'up{job=~"$job", instance=~"$instance"}', **says: Any) -> dict[str, Any]:
    """A panel that no rule flags."""
    return {
        "id": 1,
        "type": "timeseries",
        "title": "P",
        "description": "What.",
        "datasource": SOURCE,
        "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
        "fieldConfig": {"defaults": {"unit": "s"}, "overrides": []},
        "targets": [{"refId": "A", "expr": expr, "datasource": SOURCE}],
        **says,
    }


def board(*panels: dict[str, Any], **says: Any) -> dict[str, Any]:
    """A dashboard that no rule flags."""
    return {
        "uid": "shop",
        "title": "Shop",
        "editable": False,
        "panels": list(panels) or [panel()],
        "templating": {"list": [CHOICE, query_variable("job"), query_variable("instance")]},
        **says,
    }


def written(model: Any, path: str = "shop.json") -> WrittenDashboard:
    return read_written(json.dumps(model, indent=2), path)


def project(*models: Any, known: KnownSeries | None = None) -> Project:
    """A project of these dashboards, as if read from files named by their order."""
    found = tuple(written(model, f"{number}.json") for number, model in enumerate(models))
    config = Config(root=Path("/nowhere"), catalogue="")
    folder = DashboardFolder(found, (), known)
    return Project(config, Catalogue(()), (), None, (), dashboard_files=folder)
