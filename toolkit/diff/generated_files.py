"""What is generated, as plain data: of the definitions now, or of a revision's committed files.

A revision's definitions are not imported: its generated files are committed, and say it all.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from toolkit.alertmanager.write_config import alertmanager_config
from toolkit.errors import UsageError
from toolkit.generate import dashboards
from toolkit.git_revisions import git_output
from toolkit.project import Project
from toolkit.yaml_nesting import refuse_deep

Json = Mapping[str, Any]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class GeneratedFiles:
    """Rule groups, dashboards by uid, and Alertmanager's configuration, where there is one."""

    groups: tuple[Json, ...]
    dashboards: Mapping[str, Json]
    alertmanager: Json


def of_project(project: Project) -> GeneratedFiles:
    """What the definitions generate now, whatever is on the disk."""
    rules = (data for data in project.source.generated().values() if "groups" in data)
    routing = project.routing
    return GeneratedFiles(
        groups=tuple(group for data in rules for group in data["groups"]),
        dashboards=dashboards.models(project),
        alertmanager=alertmanager_config(routing) if routing else {},
    )


def of_revision(project: Project, revision: str) -> GeneratedFiles:
    """What was committed at `revision`.

    Raises UsageError where there is no repository, no such revision, or nothing generated in it.
    """
    root = project.config.root
    words = ("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    git_output(root, *words, revision=revision)
    alerts = f"{project.config.alerts.replace('.', '/')}/generated"
    pages = dashboards.folder(project.config)
    texts = dict(
        _committed(root, revision, (f"{alerts}/rules", f"{alerts}/alertmanager.yml", pages))
    )
    if not texts:
        raise UsageError(
            f"{revision}: no generated file is committed there.",
            fix="run `toolkit build` and commit what it writes, or name a later revision.",
        )
    rules = [_yaml(text, path, revision) for path, text in texts.items() if "/rules/" in path]
    models = [
        _json(text, path, revision)
        for path, text in texts.items()
        if path.startswith(f"{pages}/") and path.endswith(".json")
    ]
    routing = texts.get(f"{alerts}/alertmanager.yml")
    return GeneratedFiles(
        groups=tuple(group for data in rules for group in data.get("groups") or ()),
        dashboards={str(model.get("uid")): model for model in models},
        alertmanager=_yaml(routing, "alertmanager.yml", revision) if routing else {},
    )


def _committed(root: Path, revision: str, paths: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    listed = git_output(
        root, "ls-tree", "-r", "-z", "--name-only", revision, "--", *paths, revision=revision
    )
    for path in filter(None, listed.split("\0")):
        yield path, git_output(root, "show", f"{revision}:./{path}", revision=revision)


def _yaml(text: str, path: str, revision: str) -> Json:
    try:
        refuse_deep(text)
        return _mapping(yaml.load(text, Loader=_Loader), path, revision)  # noqa: S506 - a safe one
    except yaml.YAMLError:
        raise UsageError(f"{path} at {revision}: is not YAML.") from None


def _json(text: str, path: str, revision: str) -> Json:
    try:
        return _mapping(json.loads(text), path, revision)
    except json.JSONDecodeError:
        raise UsageError(f"{path} at {revision}: is not JSON.") from None


def _mapping(loaded: object, path: str, revision: str) -> Json:
    if not isinstance(loaded, dict):
        raise UsageError(f"{path} at {revision}: is not a mapping.")
    return loaded
