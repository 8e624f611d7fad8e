"""A project's folder, datasources and dashboards → Grafana, through the API that it has.

What is already there as defined stays untouched, so a second run changes nothing. What Grafana
read from provisioning files, and what another tool manages, is left alone: the step says so.
Nothing is deleted: dashboards of the folder that no definition makes are named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from toolkit.errors import ConfigurationError, RefusedError
from toolkit.generate import dashboards
from toolkit.grafana import provisioning
from toolkit.grafana.client import Grafana
from toolkit.grafana.dashboard_api import choose_api
from toolkit.grafana.dashboard_api.classic_api import dashboards_in
from toolkit.grafana.dashboard_api.saved_dashboards import DashboardApi, SavedDashboard
from toolkit.project import Project

OLDEST = 10
"""The first release of Grafana for which the dashboards are written."""

# Grafana's own: they differ between servers and say nothing about the dashboard. A server raises
# the schema's version when it saves, and brings the rest up to it.
_BOOKKEEPING = frozenset({"id", "version", "schemaVersion"})

# `editable` is a key of provisioning files only. Which datasource is the default is the choice
# of those who run that Grafana.
_OF_FILES = frozenset({"editable", "isDefault"})


class DeployChange(StrEnum):
    """What was done about one thing, or would be."""

    CREATE = "create"
    UPDATE = "update"
    KEEP = "unchanged"
    PROVISIONED = "left alone: provisioned from a file"
    MANAGED = "left alone: another tool manages it"
    LEFT_OVER = "left over: no definition makes it"


@dataclass(frozen=True, slots=True)
class DeployStep:
    """What was done about one thing in Grafana: a folder, datasource or dashboard, by its uid.

    `manager` is the tool that manages it, where that keeps us from it.
    """

    kind: str
    uid: str
    change: DeployChange
    manager: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether it still differs from the definitions; datasources are not ours alone."""
        left = {DeployChange.PROVISIONED, DeployChange.MANAGED}
        return self.change in left and self.kind != "datasource"


def deploy(
    project: Project,
    grafana: Grafana,
    *,
    api: DashboardApi | None = None,
    dry_run: bool = False,
    overwrite: bool = False,
    message: str = "",
    datasources: bool = True,
) -> Iterator[DeployStep]:
    """Bring Grafana up to date and yield each step once it is done.

    `api` is the one that Grafana says it has, unless another is given: then it is for the caller
    to refuse an old Grafana. `dry_run` yields the same steps and changes nothing. `overwrite`
    replaces a dashboard that another user saves at the same moment, which raises ChangedError
    otherwise. `message` goes into the dashboards' history. Raises ConfigurationError for a
    Grafana that is too old.
    """
    if api is None:
        refuse_old(grafana)
        api = choose_api.choose(grafana)
    home = provisioning.folder(project.config)
    folder = _folder(api, home, dry_run=dry_run)
    yield folder
    if datasources:
        for wanted in provisioning.datasources(project.config)["datasources"]:
            yield _datasource(grafana, wanted, dry_run=dry_run)
    specs = dashboards.specs(project, api.kind)
    for uid, data in specs.items():
        saved = api.dashboard(uid)
        change = _dashboard_change(saved, data, home["uid"])
        if change in {DeployChange.CREATE, DeployChange.UPDATE} and folder.manager:
            # Grafana lets nothing into a folder that does not have the folder's own manager.
            yield DeployStep("dashboard", uid, DeployChange.MANAGED, folder.manager)
            continue
        if change in {DeployChange.CREATE, DeployChange.UPDATE} and not dry_run:
            api.save_dashboard(
                uid,
                data,
                home["uid"],
                saved=saved,
                message=message or "toolkit deploy",
                overwrite=overwrite,
            )
        manager = saved.manager if saved and change is DeployChange.MANAGED else ""
        yield DeployStep("dashboard", uid, change, manager)
    for uid in sorted(dashboards_in(grafana, home["uid"]).keys() - specs.keys()):
        yield DeployStep("dashboard", uid, DeployChange.LEFT_OVER)


def refuse_old(grafana: Grafana) -> None:
    """Raise ConfigurationError for a release that the dashboards are not for."""
    version = grafana.version()
    major = version.partition(".")[0]
    if major.isdigit() and int(major) < OLDEST:
        raise ConfigurationError(
            f"{grafana.url}: is Grafana {version}; the dashboards are for {OLDEST} and newer.",
            fix="bring Grafana up to date.",
        )


def _folder(api: DashboardApi, home: dict[str, str], *, dry_run: bool) -> DeployStep:
    present = api.folder(home["uid"])
    manager = ""
    if present is None:
        change = DeployChange.CREATE
        if not dry_run:
            api.create_folder(home["uid"], home["title"])
    elif present.manager:
        is_same = present.title == home["title"]
        change = DeployChange.KEEP if is_same else DeployChange.MANAGED
        manager = present.manager
    elif present.title != home["title"]:
        change = DeployChange.UPDATE
        if not dry_run:
            api.rename_folder(present, home["title"])
    else:
        change = DeployChange.KEEP
    return DeployStep("folder", home["uid"], change, manager)


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
    saved: SavedDashboard | None, data: Mapping[str, Any], folder: str
) -> DeployChange:
    if saved is None:
        return DeployChange.CREATE
    ours = {key: value for key, value in data.items() if key not in _BOOKKEEPING}
    if saved.folder == folder and agrees(ours, saved.data):
        return DeployChange.KEEP
    if saved.provisioned:
        return DeployChange.PROVISIONED
    return DeployChange.MANAGED if saved.manager else DeployChange.UPDATE


def agrees(ours: Any, theirs: Any) -> bool:
    """Whether `theirs` says all that `ours` says; what a server adds of itself does not count.

    What is empty here, or null, may be missing there.
    """
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(
            agrees(value, theirs[key]) if key in theirs else _is_empty(value)
            for key, value in ours.items()
        )
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(agrees, ours, theirs))
    # In Python True equals 1, in JSON it does not.
    return bool(ours == theirs) and isinstance(ours, bool) == isinstance(theirs, bool)


def _is_empty(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_empty, value.values()))
    return value is None or value in ("", [])
