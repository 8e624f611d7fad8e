"""Dashboards and folders as a Grafana holds them, and what an API must do to change them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedDashboard:
    """A dashboard as Grafana holds it.

    `data` is in the API's own schema, `metadata` what a write must send back. One from a file
    (`provisioned`), or one of another tool (`manager`), is not ours to change.
    """

    data: Json
    folder: str
    metadata: Json
    provisioned: bool = False
    manager: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFolder:
    """A folder as Grafana holds it; the rest as of a dashboard."""

    uid: str
    title: str
    metadata: Json = field(default_factory=dict)
    manager: str = ""


class DashboardApi(Protocol):
    """One of Grafana's APIs for dashboards and their folders."""

    @property
    def kind(self) -> str:
        """The schema of its dashboards: `classic`, `v1` or `v2`."""

    @property
    def name(self) -> str:
        """What a user reads of it."""

    def folder(self, uid: str) -> SavedFolder | None:
        """The folder of that uid, or None."""

    def create_folder(self, uid: str, title: str) -> None:
        """Add a folder at the top."""

    def rename_folder(self, folder: SavedFolder, title: str) -> None:
        """Give it another title, unless it changed since it was read."""

    def dashboard(self, uid: str) -> SavedDashboard | None:
        """The dashboard of that uid, or None."""

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
        """Create it, or replace `saved`; without `overwrite` unless it changed since."""
