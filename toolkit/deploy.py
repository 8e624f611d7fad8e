"""A project's folder, datasources and dashboards → Grafana, through its HTTP API.

What is already there as defined is left alone, so that a second run changes nothing. What
Grafana was given by provisioning files it would not let us change: that is said, and left.
Nothing is deleted: dashboards of the folder that no definition makes are named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from toolkit.errors import ConfigurationError, RefusedError
from toolkit.generate import dashboards
from toolkit.grafana import provisioning
from toolkit.grafana.client import Grafana, Saved
from toolkit.project import Project

OLDEST = 10
"""The first release of Grafana for which the dashboards are written."""

# Grafana's own book-keeping: it differs between servers and says nothing about the dashboard.
_BOOKKEEPING = frozenset({"id", "version"})

# `editable` is a word of provisioning files; which datasource is the default is the choice of
# whoever runs that Grafana.
_OF_FILES = frozenset({"editable", "isDefault"})


class Change(StrEnum):
    """What was done about one thing, or would be."""

    CREATE = "create"
    UPDATE = "update"
    KEEP = "unchanged"
    PROVISIONED = "left alone: provisioned from a file"
    LEFT_OVER = "left over: no definition makes it"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing in Grafana, by kind and uid, and what became of it."""

    kind: str
    uid: str
    change: Change


def deploy(
    project: Project,
    grafana: Grafana,
    *,
    dry_run: bool = False,
    overwrite: bool = False,
    message: str = "",
    datasources: bool = True,
) -> Iterator[Step]:
    """Bring Grafana up to date, telling each step once it is done; dry, what it would be.

    `overwrite` replaces what somebody else saves in the very meantime; `message` stands in
    the dashboards' history.
    """
    _refuse_old(grafana)
    home = provisioning.folder(project.config)
    yield _folder(grafana, home, dry_run=dry_run)
    if datasources:
        for wanted in provisioning.datasources(project.config)["datasources"]:
            yield _datasource(grafana, wanted, dry_run=dry_run)
    models = dashboards.models(project)
    for uid, data in models.items():
        saved = grafana.dashboard(uid)
        change = _change(saved, data, home["uid"])
        if change in {Change.CREATE, Change.UPDATE} and not dry_run:
            grafana.save_dashboard(
                data,
                home["uid"],
                version=saved.version if saved else 0,
                message=message or "toolkit deploy",
                overwrite=overwrite,
            )
        yield Step("dashboard", uid, change)
    for uid in sorted(grafana.dashboards_in(home["uid"]).keys() - models.keys()):
        yield Step("dashboard", uid, Change.LEFT_OVER)


def _refuse_old(grafana: Grafana) -> None:
    version = grafana.version()
    major = version.partition(".")[0]
    if major.isdigit() and int(major) < OLDEST:
        raise ConfigurationError(
            f"{grafana.url}: is Grafana {version}; the dashboards are for {OLDEST} and newer.",
            fix="bring Grafana up to date.",
        )


def _folder(grafana: Grafana, home: dict[str, str], *, dry_run: bool) -> Step:
    present = grafana.folder(home["uid"])
    if present is None:
        change = Change.CREATE
        if not dry_run:
            grafana.create_folder(home["uid"], home["title"])
    elif present["title"] != home["title"]:
        change = Change.UPDATE
        if not dry_run:
            grafana.rename_folder(home["uid"], home["title"], int(present["version"]))
    else:
        change = Change.KEEP
    return Step("folder", home["uid"], change)


def _datasource(grafana: Grafana, wanted: dict[str, Any], *, dry_run: bool) -> Step:
    data = {key: value for key, value in wanted.items() if key not in _OF_FILES}
    present = grafana.datasource(data["uid"])
    if present is None:
        change = Change.CREATE
        if not dry_run:
            _create(grafana, data)
    elif agrees(data, present):
        change = Change.KEEP
    elif present.get("readOnly"):
        change = Change.PROVISIONED
    else:
        change = Change.UPDATE
        if not dry_run:
            # What else somebody set there, such as credentials, stays.
            settings = {**present.get("jsonData", {}), **data["jsonData"]}
            grafana.update_datasource({**present, **data, "jsonData": settings})
    return Step("datasource", data["uid"], change)


def _create(grafana: Grafana, data: dict[str, Any]) -> None:
    try:
        grafana.create_datasource(data)
    except RefusedError as error:
        raise RefusedError(
            error.message,
            fix="rename that one, or leave ours out with --no-datasources: the dashboards ask "
            "whichever their variable names.",
        ) from None


def _change(saved: Saved | None, data: dict[str, Any], folder: str) -> Change:
    if saved is None:
        return Change.CREATE
    ours = {key: value for key, value in data.items() if key not in _BOOKKEEPING}
    if saved.folder == folder and agrees(ours, saved.data):
        return Change.KEEP
    return Change.PROVISIONED if saved.provisioned else Change.UPDATE


def agrees(ours: Any, theirs: Any) -> bool:
    """Whether `theirs` says all that `ours` says; what a server adds of itself does not count.

    A key of ours that is null may be missing there.
    """
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(agrees(value, theirs.get(key)) for key, value in ours.items())
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(agrees, ours, theirs))
    return bool(ours == theirs) and isinstance(ours, bool) == isinstance(theirs, bool)
