"""Grafana's API of resources as its documentation and its source say, errors included.

Written from them, not recorded from a real Grafana.
Source: grafana/grafana 13: docs/sources/developer-resources/api-reference/http-api,
pkg/registry/apis/dashboard/{register,mutate}.go, pkg/storage/unified/apistore/managed.go,
apps/dashboard/pkg/migration/frontend_defaults.go; Kubernetes' Status for the bodies of refusals.
"""

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Answer = tuple[int, Any]
Json = dict[str, Any]

GRAFANA_13 = ("v2", "v2beta1", "v2alpha1", "v0alpha1", "v1", "v1beta1")
GRAFANA_12 = ("v1beta1", "v0alpha1", "v2beta1", "v2alpha1")
GROUPS = {"dashboards": "dashboard.grafana.app", "folders": "folder.grafana.app"}
KINDS = {"dashboards": "Dashboard", "folders": "Folder"}
_PATH = re.compile(r"/apis/([^/]+)/([^/]+)/namespaces/([^/]+)/(dashboards|folders)(?:/([^/]+))?")
_FOLDER = "grafana.app/folder"


@dataclass
class Resources:
    """What the API holds, by plural and name; the versions that it serves, best first."""

    dashboard_versions: tuple[str, ...] = ()
    folder_versions: tuple[str, ...] = ("v1", "v1beta1")
    namespace: str = "default"
    held: dict[tuple[str, str], Json] = field(default_factory=dict)
    writes: int = 0
    causes: tuple[tuple[str, str], ...] = ()  # of refusing any spec: the field, and why

    def of(self, uid: str) -> Json:
        """The dashboard of that uid."""
        return self.held["dashboards", uid]

    def annotate(self, plural: str, uid: str, **annotations: str) -> None:
        """Somebody else writes annotations of Grafana."""
        written = {f"grafana.app/{key}": value for key, value in annotations.items()}
        self.held[plural, uid]["metadata"]["annotations"] |= written

    def touch(self, uid: str) -> None:
        """Somebody else saves the dashboard."""
        self.writes += 1
        self.of(uid)["metadata"]["resourceVersion"] = str(self.writes)

    def search(self, folders: Iterable[str]) -> list[Json]:
        """The dashboards of these folders as /api/search lists them."""
        return [
            {"uid": name, "title": each["spec"]["title"], "type": "dash-db"}
            for (plural, name), each in self.held.items()
            if plural == "dashboards"
            and each["metadata"]["annotations"].get(_FOLDER) in set(folders)
        ]


def status(code: int, reason: str, message: str, **details: Any) -> Answer:
    """A refusal, in the form of Kubernetes."""
    body = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": message, "reason": reason, "code": code}  # fmt: skip
    return code, body | ({"details": details} if details else {})


@dataclass(frozen=True)
class Asked:
    """What one request is about."""

    method: str
    version: str
    plural: str
    name: str

    @property
    def resource(self) -> str:
        return f"{self.plural}.{GROUPS[self.plural]}"


def answer(
    state: Resources, method: str, path: str, body: Any, meanwhile: Callable[[], None]
) -> Answer:
    """What the API answers."""
    if not state.dashboard_versions:
        settings = path == "/api/frontend/settings"
        return (200, {"buildInfo": {}}) if settings else (404, {"message": "Not found"})
    if path == "/api/frontend/settings":
        return 200, {"buildInfo": {}, "namespace": state.namespace}
    if path == "/apis":
        return 200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": _groups(state)}
    found = _PATH.fullmatch(path)
    versions = {"dashboards": state.dashboard_versions, "folders": state.folder_versions}
    if not found or found[1] != GROUPS[found[4]] or found[2] not in versions[found[4]]:
        return 404, "404 page not found"
    asked = Asked(method, found[2], found[4], found[5] or body["metadata"]["name"])
    if found[3] != state.namespace:
        return status(403, "Forbidden", f"namespaces {found[3]!r} is forbidden")
    return _get(state, asked) if method == "GET" else _write(state, asked, body, meanwhile)


def _groups(state: Resources) -> list[Json]:
    served = {
        GROUPS["folders"]: state.folder_versions,
        "playlist.grafana.app": ("v1",),
        GROUPS["dashboards"]: state.dashboard_versions,
    }
    found = []
    for name, versions in served.items():
        if versions:
            each = [{"groupVersion": f"{name}/{x}", "version": x} for x in versions]
            found.append({"name": name, "versions": each, "preferredVersion": each[0]})
    return found


def _missing(asked: Asked) -> Answer:
    return status(404, "NotFound", f'{asked.resource} "{asked.name}" not found', name=asked.name)


def _get(state: Resources, asked: Asked) -> Answer:
    held = state.held.get((asked.plural, asked.name))
    if held is None:
        return _missing(asked)
    return 200, {**copy.deepcopy(held), "apiVersion": f"{GROUPS[asked.plural]}/{asked.version}"}


def _write(state: Resources, asked: Asked, body: Json, meanwhile: Callable[[], None]) -> Answer:
    meanwhile()
    return _refusal(state, asked, body) or _keep(state, asked, body)


def _refusal(state: Resources, asked: Asked, body: Json) -> Answer | None:
    assert body["apiVersion"] == f"{GROUPS[asked.plural]}/{asked.version}"
    assert body["kind"] == KINDS[asked.plural]
    held = state.held.get((asked.plural, asked.name))
    what = f'{asked.resource} "{asked.name}"'
    if asked.method == "POST" and held is not None:
        return status(409, "AlreadyExists", f"{what} already exists")
    if asked.method == "PUT" and held is None:
        return _missing(asked)
    if held and body["metadata"].get("resourceVersion") != held["metadata"]["resourceVersion"]:
        words = f"Operation cannot be fulfilled on {what}: "
        return status(409, "Conflict", words + "requested RV does not match current RV")
    if asked.plural == "dashboards":
        folder = (body["metadata"].get("annotations") or {}).get(_FOLDER)
        if folder and ("folders", folder) not in state.held:
            return _missing(Asked("GET", "v1", "folders", folder))
        if state.causes:
            return _invalid(f'Dashboard.{GROUPS["dashboards"]} "{asked.name}"', state.causes)
    return None


def _invalid(what: str, causes: tuple[tuple[str, str], ...]) -> Answer:
    said = ", ".join(f"{place}: Invalid value: {why}" for place, why in causes)
    written = [
        {"reason": "FieldValueInvalid", "message": f"Invalid value: {why}", "field": place}
        for place, why in causes
    ]
    return status(422, "Invalid", f"{what} is invalid: [{said}]", causes=written)


def _keep(state: Resources, asked: Asked, body: Json) -> Answer:
    state.writes += 1
    spec = copy.deepcopy(body["spec"])
    if asked.plural == "dashboards":
        spec = _as_v1(spec) if asked.version.startswith("v1") else {"liveNow": False, **spec}
    annotations = dict(body["metadata"].get("annotations") or {})
    annotations.pop("grafana.app/message", None)  # it goes into the history
    metadata = {
        **body["metadata"],
        "uid": "made-by-the-server",
        "resourceVersion": str(state.writes),
        "generation": state.writes,
        "creationTimestamp": "2026-01-23T22:06:40Z",
        "annotations": {**annotations, "grafana.app/createdBy": "service-account:x"},
        "managedFields": [{"manager": "python-requests", "operation": "Update"}],
    }
    kept = {"kind": body["kind"], "metadata": metadata, "spec": spec, "status": {}}
    state.held[asked.plural, asked.name] = kept
    code = 201 if asked.method == "POST" else 200
    return code, {**copy.deepcopy(kept), "apiVersion": body["apiVersion"]}


def _as_v1(spec: Json) -> Json:
    """Brought up to the newest schema, without bookkeeping and what is a default."""
    made = {key: value for key, value in spec.items() if key not in {"id", "uid", "version"}}
    made["schemaVersion"] = 42
    made["panels"] = [_panel(each) for each in spec["panels"]]
    return made


_DEFAULTS: Mapping[str, Any] = {
    "fieldConfig": {"defaults": {}, "overrides": []},
    "links": [],
    "options": {},
    "title": "",
    "transformations": [],
    "transparent": False,
}


def _panel(panel: Json) -> Json:
    made = {key: x for key, x in panel.items() if key not in _DEFAULTS or x != _DEFAULTS[key]}
    if panel.get("panels"):
        made["panels"] = [_panel(each) for each in panel["panels"]]
    return made
