"""A project's dashboards as Grafana's JSON: the models, and the one form in which they are written.

Build, deploy, the preview and the Kubernetes manifests take the models from here.
"""

import json
from typing import Any

from toolkit.config.pyproject import Config
from toolkit.grafana.write_classic_json import dashboard_json
from toolkit.grafana.write_v2_resource import resource
from toolkit.project import Project


def models(project: Project) -> dict[str, dict[str, Any]]:
    """By uid, which is also the file's name, every dashboard as Grafana saves it."""
    exemplars = frozenset(x.name for x in project.series.values() if x.has_exemplars)
    by_uid = {page.dashboard.uid: page.dashboard for page in project.pages}
    return {
        page.dashboard.uid: dashboard_json(
            page.dashboard,
            note=f"Generated from {page.path}: edit that, then run `toolkit build-dashboards`.",
            links=project.links(page.dashboard),
            siblings=tuple(by_uid[uid] for uid in page.dashboard.see),
            exemplars=exemplars,
        )
        for page in project.pages
    }


def text(model: dict[str, Any]) -> str:
    """The model as a file: sorted keys, and one final newline."""
    return json.dumps(model, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def specs(project: Project, kind: str) -> dict[str, dict[str, Any]]:
    """By uid, what each dashboard says in the schema of `kind`: `classic`, `v1` or `v2`."""
    if kind == "classic":
        return models(project)
    return {uid: each["spec"] for uid, each in _resources(project, kind).items()}


def resources(project: Project, kind: str) -> dict[str, str]:
    """By file name, every dashboard as Grafana's resource of that kind (`v1` or `v2`)."""
    return {f"{uid}.json": text(each) for uid, each in _resources(project, kind).items()}


def says_more_than_classic(project: Project) -> tuple[str, ...]:
    """The uids of the dashboards whose tabs, automatic grids or conditions only V2 can say."""
    return tuple(
        page.dashboard.uid
        for page in project.pages
        if any(row.tab or row.shown_if or row.auto_grid for row in page.dashboard.rows)
    )


def _resources(project: Project, kind: str) -> dict[str, dict[str, Any]]:
    by_uid = {page.dashboard.uid: page.dashboard for page in project.pages}
    found = models(project)
    return {uid: resource(model, kind, by_uid[uid]) for uid, model in found.items()}


def folder(config: Config) -> str:
    """The folder of the generated dashboards, from the root."""
    return f"{config.dashboards.replace('.', '/')}/generated"


def path(config: Config, uid: str) -> str:
    """The generated file of the dashboard of that uid, from the root."""
    return f"{folder(config)}/{uid}.json"
