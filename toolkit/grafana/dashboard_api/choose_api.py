"""Which API for dashboards a Grafana is spoken to by: what it says of itself decides.

`/apis` lists its groups with their versions, the one that it prefers first. V2 is spoken where
Grafana itself prefers it and has it as stable, V1 where that is served, and the classic API
everywhere else: before Grafana 12, and behind proxies that let only `/api` through.
Source: Grafana 13, pkg/registry/apis/dashboard/register.go (GetGroupVersions).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.errors import ConfigurationError
from toolkit.grafana.client import Grafana
from toolkit.grafana.dashboard_api.classic_api import ClassicApi
from toolkit.grafana.dashboard_api.resource_api import DASHBOARDS, FOLDERS, ResourceApi
from toolkit.grafana.dashboard_api.saved_dashboards import DashboardApi

KINDS = ("classic", "v1", "v2")

# Best first. v1alpha1, v2alpha1 and v2beta1 may still change, or have other names for things.
_VERSIONS = {"v2": ("v2",), "v1": ("v1", "v1beta1")}
_FOLDER_VERSIONS = ("v1", "v1beta1")


@dataclass(frozen=True, slots=True)
class ApiGroup:
    """The versions of one group that are served, and which of them the server prefers."""

    versions: tuple[str, ...]
    preferred: str

    def best(self, wanted: tuple[str, ...]) -> str:
        """The first of `wanted` that is served; empty where none is."""
        return next((version for version in wanted if version in self.versions), "")


_NONE = ApiGroup((), "")


def choose(grafana: Grafana, kind: str = "") -> DashboardApi:
    """The API of `kind`, or of the newest that this Grafana prefers.

    Raises ConfigurationError where it has none of that kind.
    """
    if kind == "classic":
        return ClassicApi(grafana)
    groups = served(grafana)
    ours = groups.get(DASHBOARDS, _NONE)
    folders = groups.get(FOLDERS, _NONE).best(_FOLDER_VERSIONS)
    for each, versions in _VERSIONS.items():
        version = ours.best(versions)
        is_preferred = each == "v1" or ours.preferred.startswith(each)
        if version and folders and (kind == each or (not kind and is_preferred)):
            return ResourceApi(
                grafana=grafana,
                kind=each,
                version=version,
                folder_version=folders,
                namespace=_namespace(grafana),
            )
    if kind:
        has = ", ".join(ours.versions) or "none"
        raise ConfigurationError(
            f"{grafana.url}: does not serve dashboards as {kind} ({DASHBOARDS}: {has}).",
            fix="leave --api out: the newest that it has is taken.",
        )
    return ClassicApi(grafana)


def served(grafana: Grafana) -> Mapping[str, ApiGroup]:
    """Every group of the API of resources; none where Grafana has no such API."""
    found = grafana.find("/apis")
    if found is None:
        return {}
    groups = found.get("groups") if isinstance(found, Mapping) else None
    if not isinstance(groups, list):
        raise ConfigurationError(
            f"{grafana.url}/apis: answered, but not with a list of API groups.",
            fix="correct the address of Grafana, or say --api classic.",
        )
    return {str(each.get("name")): _group(each) for each in groups if isinstance(each, Mapping)}


def _group(written: Mapping[str, Any]) -> ApiGroup:
    versions = tuple(str(each.get("version")) for each in written.get("versions") or ())
    preferred = (written.get("preferredVersion") or {}).get("version")
    return ApiGroup(versions, str(preferred or next(iter(versions), "")))


def _namespace(grafana: Grafana) -> str:
    """The namespace of the token's organisation, as Grafana tells its own pages."""
    settings = grafana.call("GET", "/api/frontend/settings")
    namespace = settings.get("namespace") if isinstance(settings, Mapping) else None
    if not namespace:
        raise ConfigurationError(
            f"{grafana.url}/api/frontend/settings: says no namespace, in which its resources are.",
            fix="say --api classic.",
        )
    return str(namespace)
