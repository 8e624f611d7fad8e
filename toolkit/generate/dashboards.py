"""A project's dashboards as Grafana's JSON: the models, and the one form in which they are written.

Build, deploy, the preview and the Kubernetes manifests take the models from here.
"""

import json
from typing import Any

from toolkit.config import Config
from toolkit.grafana.dashboard_json import dashboard_json
from toolkit.grafana.write_v2 import resource
from toolkit.project import Project


def models(project: Project) -> dict[str, dict[str, Any]]:
    """By uid, which is also the file's name, every dashboard as Grafana saves it."""
    by_uid = {page.dashboard.uid: page.dashboard for page in project.pages}
    return {
        page.dashboard.uid: dashboard_json(
            page.dashboard,
            note=f"Generated from {page.path}: edit that, then run `toolkit build-dashboards`.",
            links=project.links(page.dashboard),
            siblings=tuple(by_uid[uid] for uid in page.dashboard.see),
        )
        for page in project.pages
    }


def text(model: dict[str, Any]) -> str:
    """The model as a file: sorted keys, and one final newline."""
    return json.dumps(model, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def specs(project: Project, kind: str) -> dict[str, dict[str, Any]]:
    """By uid, what each dashboard says in the schema of `kind`: `classic`, `v1` or `v2`."""
    found = models(project)
    if kind == "classic":
        return found
    return {uid: resource(model, kind)["spec"] for uid, model in found.items()}


def resources(project: Project, kind: str) -> dict[str, str]:
    """By file name, every dashboard as Grafana's resource of that kind (`v1` or `v2`)."""
    return {f"{uid}.json": text(resource(model, kind)) for uid, model in models(project).items()}


def folder(config: Config) -> str:
    """The folder of the generated dashboards, from the root."""
    return f"{config.dashboards.replace('.', '/')}/generated"


def path(config: Config, uid: str) -> str:
    """The generated file of the dashboard of that uid, from the root."""
    return f"{folder(config)}/{uid}.json"
