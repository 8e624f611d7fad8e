"""A project's folder, datasources and dashboards → Grafana, through its HTTP API.

What is already there as defined stays untouched, so a second run changes nothing. What Grafana
read from provisioning files its API cannot change: the step says so. Nothing is deleted:
dashboards of the folder that no definition makes are named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from toolkit.errors import ConfigurationError, RefusedError
from toolkit.generate import dashboards
from toolkit.grafana import provisioning
from toolkit.grafana.client import Grafana, SavedDashboard
from toolkit.project import Project

OLDEST = 10
"""The first release of Grafana for which the dashboards are written."""

# Grafana's own: they differ between servers and say nothing about the dashboard.
_BOOKKEEPING = frozenset({"id", "version"})

# `editable` is a key of provisioning files only. Which datasource is the default is the choice
# of those who run that Grafana.
_OF_FILES = frozenset({"editable", "isDefault"})


class DeployChange(StrEnum):
    """What was done about one thing, or would be."""

    CREATE = "create"
    UPDATE = "update"
    KEEP = "unchanged"
    PROVISIONED = "left alone: provisioned from a file"
    LEFT_OVER = "left over: no definition makes it"


@dataclass(frozen=True, slots=True)
class DeployStep:
    """What was done about one thing in Grafana: a folder, datasource or dashboard, by its uid."""

    kind: str
    uid: str
    change: DeployChange


def deploy(
    project: Project,
    grafana: Grafana,
    *,
    dry_run: bool = False,
    overwrite: bool = False,
    message: str = "",
    datasources: bool = True,
) -> Iterator[DeployStep]:
    """Bring Grafana up to date and yield each step once it is done.

    `dry_run` yields the same steps and changes nothing. `overwrite` replaces a dashboard that
    another user saves at the same moment, which raises ChangedError otherwise. `message` goes
    into the dashboards' history. Raises ConfigurationError for a Grafana that is too old.
    """
    _refuse_old(grafana)
    home = provisioning.folder(project.config)
    yield _folder(grafana, home, dry_run=dry_run)
    if datasources:
        for wanted in provisioning.datasources(project.config)["datasources"]:
            yield _datasource(grafana, wanted, dry_run=dry_run)
    models = dashboards.models(project)
    for uid, model in models.items():
        saved = grafana.dashboard(uid)
        change = _dashboard_change(saved, model, home["uid"])
        if change in {DeployChange.CREATE, DeployChange.UPDATE} and not dry_run:
            grafana.save_dashboard(
                model,
                home["uid"],
                version=saved.version if saved else 0,
                message=message or "toolkit deploy",
                overwrite=overwrite,
            )
        yield DeployStep("dashboard", uid, change)
    for uid in sorted(grafana.dashboards_in(home["uid"]).keys() - models.keys()):
        yield DeployStep("dashboard", uid, DeployChange.LEFT_OVER)


def _refuse_old(grafana: Grafana) -> None:
    version = grafana.version()
    major = version.partition(".")[0]
    if major.isdigit() and int(major) < OLDEST:
        raise ConfigurationError(
            f"{grafana.url}: is Grafana {version}; the dashboards are for {OLDEST} and newer.",
            fix="bring Grafana up to date.",
        )


def _folder(grafana: Grafana, home: dict[str, str], *, dry_run: bool) -> DeployStep:
    present = grafana.folder(home["uid"])
    if present is None:
        change = DeployChange.CREATE
        if not dry_run:
            grafana.create_folder(home["uid"], home["title"])
    elif present["title"] != home["title"]:
        change = DeployChange.UPDATE
        if not dry_run:
            grafana.rename_folder(home["uid"], home["title"], int(present["version"]))
    else:
        change = DeployChange.KEEP
    return DeployStep("folder", home["uid"], change)


def _datasource(grafana: Grafana, wanted: dict[str, Any], *, dry_run: bool) -> DeployStep:
    data = {key: value for key, value in wanted.items() if key not in _OF_FILES}
    present = grafana.datasource(data["uid"])
    if present is None:
        change = DeployChange.CREATE
        if not dry_run:
            _create(grafana, data)
    elif agrees(data, present):
        change = DeployChange.KEEP
    elif present.get("readOnly"):
        change = DeployChange.PROVISIONED
    else:
        change = DeployChange.UPDATE
        if not dry_run:
            # What else is set there, such as credentials, stays.
            settings = {**present.get("jsonData", {}), **data["jsonData"]}
            grafana.update_datasource({**present, **data, "jsonData": settings})
    return DeployStep("datasource", data["uid"], change)


def _create(grafana: Grafana, data: dict[str, Any]) -> None:
    try:
        grafana.create_datasource(data)
    except RefusedError as error:
        raise RefusedError(
            error.message,
            fix="rename that one, or leave ours out with --no-datasources: the dashboards ask "
            "whichever their variable names.",
        ) from None


def _dashboard_change(
    saved: SavedDashboard | None, model: dict[str, Any], folder: str
) -> DeployChange:
    if saved is None:
        return DeployChange.CREATE
    ours = {key: value for key, value in model.items() if key not in _BOOKKEEPING}
    if saved.folder == folder and agrees(ours, saved.data):
        return DeployChange.KEEP
    return DeployChange.PROVISIONED if saved.provisioned else DeployChange.UPDATE


def agrees(ours: Any, theirs: Any) -> bool:
    """Whether `theirs` says all that `ours` says; what a server adds of itself does not count.

    A key of ours that is null may be missing there.
    """
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(agrees(value, theirs.get(key)) for key, value in ours.items())
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(agrees, ours, theirs))
    # In Python True equals 1, in JSON it does not.
    return bool(ours == theirs) and isinstance(ours, bool) == isinstance(theirs, bool)
