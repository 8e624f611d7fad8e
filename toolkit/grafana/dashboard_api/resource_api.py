"""Folders and dashboards by Grafana's API of resources (`/apis`), of Grafana 12 and newer.

A resource has `metadata` and a `spec`. Whoever writes one sends the `resourceVersion` that was
read; Grafana answers 409 where it changed meanwhile. The folder, the entry in the history and who
else manages it are annotations.
Source: Grafana 13, docs/sources/developer-resources/api-reference/http-api,
pkg/apimachinery/utils/{meta,manager}.go, pkg/storage/unified/apistore/managed.go.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.errors import ConfigurationError
from toolkit.grafana.client import ChangedError, Grafana
from toolkit.grafana.dashboard_api.saved_dashboards import SavedDashboard, SavedFolder

DASHBOARDS = "dashboard.grafana.app"
FOLDERS = "folder.grafana.app"

_FOLDER, _MESSAGE = "grafana.app/folder", "grafana.app/message"
_MANAGER, _MANAGER_ID = "grafana.app/managedBy", "grafana.app/managerId"
_ALLOWS_EDITS = "grafana.app/managerAllowsEdits"
_FROM_FILES = "classic-file-provisioning"
_ATTEMPTS = 3  # at what somebody else keeps on saving, with --overwrite

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceApi:
    """The API of one Grafana, in the versions of its two groups and in one namespace.

    The namespace stands for the organisation: `default`, `org-2`, `stacks-42`.
    """

    grafana: Grafana
    kind: str
    version: str
    folder_version: str
    namespace: str

    @property
    def name(self) -> str:
        """What a user reads of it."""
        return f"{DASHBOARDS}/{self.version}"

    def folder(self, uid: str) -> SavedFolder | None:
        """The folder of that uid, or None."""
        found = self.grafana.find(f"{self._folders}/{uid}")
        if found is None:
            return None
        metadata = _part(self.grafana, found, "metadata")
        title = str(_part(self.grafana, found, "spec").get("title", ""))
        manager = "" if _allows_edits(metadata) else _manager(metadata)
        return SavedFolder(uid=uid, title=title, metadata=metadata, manager=manager)

    def create_folder(self, uid: str, title: str) -> None:
        """Add a folder at the top."""
        self._write(self._folders, self._body("Folder", {"name": uid}, {"title": title}))

    def rename_folder(self, folder: SavedFolder, title: str) -> None:
        """Give the folder another title, unless it changed since it was read."""
        self._write(self._folders, self._body("Folder", folder.metadata, {"title": title}))

    def dashboard(self, uid: str) -> SavedDashboard | None:
        """The dashboard of that uid, or None."""
        found = self.grafana.find(f"{self._dashboards}/{uid}")
        if found is None:
            return None
        metadata = _part(self.grafana, found, "metadata")
        manager = "" if _allows_edits(metadata) else _manager(metadata)
        return SavedDashboard(
            data=_part(self.grafana, found, "spec"),
            folder=str(_annotations(metadata).get(_FOLDER, "")),
            metadata=metadata,
            provisioned=manager.startswith(_FROM_FILES),
            manager="" if manager.startswith(_FROM_FILES) else manager,
        )

    def save_dashboard(
        self,
        uid: str,
        data: Json,
        folder: str,
        *,
        saved: SavedDashboard | None,
        message: str,
        overwrite: bool,
    ) -> None:
        """Create or replace a dashboard, unless it changed since it was read.

        What else is written in its metadata stays.
        """
        metadata: Json = saved.metadata if saved else {"name": uid}
        for attempt in range(1, _ATTEMPTS + 1):
            ours = {**_annotations(metadata), _FOLDER: folder, _MESSAGE: message}
            body = self._body("Dashboard", {**metadata, "annotations": ours}, data)
            try:
                self._write(self._dashboards, body)
            except ChangedError:
                if not overwrite or attempt == _ATTEMPTS:
                    raise
                now = self.dashboard(uid)
                metadata = now.metadata if now else {"name": uid}
            else:
                return

    @property
    def _dashboards(self) -> str:
        return f"/apis/{DASHBOARDS}/{self.version}/namespaces/{self.namespace}/dashboards"

    @property
    def _folders(self) -> str:
        return f"/apis/{FOLDERS}/{self.folder_version}/namespaces/{self.namespace}/folders"

    def _body(self, kind: str, metadata: Json, spec: Json) -> Json:
        group, version = (
            (FOLDERS, self.folder_version) if kind == "Folder" else (DASHBOARDS, self.version)
        )
        # Who wrote which field is the server's own book, and as long as the dashboard.
        kept = {key: value for key, value in metadata.items() if key != "managedFields"}
        kept["namespace"] = self.namespace
        return {"apiVersion": f"{group}/{version}", "kind": kind, "metadata": kept, "spec": spec}

    def _write(self, path: str, body: Json) -> None:
        """Replace what was read before, which has a version; create anything else."""
        metadata = body["metadata"]
        if "resourceVersion" in metadata:
            self.grafana.call("PUT", f"{path}/{metadata['name']}", body)
        else:
            self.grafana.call("POST", path, body)


def _part(grafana: Grafana, found: object, key: str) -> Json:
    part = found.get(key) if isinstance(found, Mapping) else None
    if not isinstance(part, Mapping):
        raise ConfigurationError(
            f"{grafana.url}: answered a resource without {key}.",
            fix="correct the address of Grafana, or look at what stands before it.",
        )
    return part


def _annotations(metadata: Json) -> Json:
    found = metadata.get("annotations")
    return found if isinstance(found, Mapping) else {}


def _manager(metadata: Json) -> str:
    """`repo platform-dashboards`, or nothing."""
    annotations = _annotations(metadata)
    return f"{annotations.get(_MANAGER, '')} {annotations.get(_MANAGER_ID, '')}".strip()


def _allows_edits(metadata: Json) -> bool:
    return str(_annotations(metadata).get(_ALLOWS_EDITS, "")).lower() == "true"
