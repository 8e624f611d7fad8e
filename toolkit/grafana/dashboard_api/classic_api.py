"""Folders and dashboards by Grafana's classic API (`/api`), which every release has.

Source: https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.grafana.client import Grafana
from toolkit.grafana.dashboard_api.saved_dashboards import SavedDashboard, SavedFolder
from toolkit.http_client import answers_of


@dataclass(frozen=True, slots=True)
class ClassicApi:
    """The classic API of one Grafana."""

    grafana: Grafana
    kind: str = "classic"
    name: str = "the classic API"

    def folder(self, uid: str) -> SavedFolder | None:
        """The folder of that uid, or None."""
        path = f"/api/folders/{uid}"
        found = self.grafana.find(path)
        with answers_of("Grafana", f"{self.grafana.url}{path}"):
            title = str(found["title"]) if found else ""
        return SavedFolder(uid=uid, title=title, metadata=found) if found else None

    def create_folder(self, uid: str, title: str) -> None:
        """Add a folder at the top."""
        self.grafana.call("POST", "/api/folders", {"uid": uid, "title": title})

    def rename_folder(self, folder: SavedFolder, title: str) -> None:
        """Give the folder another title, unless it is no longer at the version that was read."""
        body = {"title": title, "version": int(folder.metadata["version"])}
        self.grafana.call("PUT", f"/api/folders/{folder.uid}", body)

    def dashboard(self, uid: str) -> SavedDashboard | None:
        """The dashboard of that uid, or None."""
        path = f"/api/dashboards/uid/{uid}"
        found = self.grafana.find(path)
        if found is None:
            return None
        with answers_of("Grafana", f"{self.grafana.url}{path}"):
            data, meta = found["dashboard"], found["meta"]
            return SavedDashboard(
                data=data,
                folder=str(meta.get("folderUid", "")),
                metadata={"version": int(data.get("version", 0))},
                provisioned=bool(meta.get("provisioned", False)),
            )

    def save_dashboard(
        self,
        uid: str,
        data: Mapping[str, Any],
        folder: str,
        *,
        saved: SavedDashboard | None,
        message: str,
        overwrite: bool,
    ) -> None:
        """Create or replace a dashboard, unless it is no longer at the version that was read."""
        version = saved.metadata["version"] if saved else 0
        body = {
            # The id is a number of that one server's database; `uid` finds the dashboard.
            "dashboard": {**data, "uid": uid, "id": None, "version": version},
            "folderUid": folder,
            "message": message,
            "overwrite": overwrite,
        }
        self.grafana.call("POST", "/api/dashboards/db", body)


def dashboards_in(grafana: Grafana, folder: str) -> dict[str, str]:
    """The dashboards in a folder: uid → title. The API of resources cannot ask for a folder's."""
    query = {"type": "dash-db", "folderUIDs": folder, "limit": "5000"}  # Grafana's maximum
    found = grafana.call("GET", "/api/search", params=query)
    with answers_of("Grafana", f"{grafana.url}/api/search"):
        return {str(each["uid"]): str(each["title"]) for each in found}
