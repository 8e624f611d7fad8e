"""A server that answers as the documentation of Grafana's HTTP API says, errors included.

It was written from the documentation and the schemas, not recorded from a real Grafana.
Source: https://grafana.com/docs/grafana/latest/developers/http_api/ (dashboard, folder,
data_source, annotations, alerting_provisioning, other), and pkg/api/{dashboard,apierrors}.go
for the words.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support import http_server
from tests.support.fake_grafana_resources import Resources, answer

EDITOR, VIEWER = "editor-token", "viewer-token"  # what the tests' tokens may do
Answer = tuple[int, Any]

NOT_FOUND = (404, {"message": "Not found"})
MISMATCH = (
    412,
    {"message": "The dashboard has been changed by someone else", "status": "version-mismatch"},
)
NAME_EXISTS = (
    412,
    {
        "message": "A dashboard with the same name in the folder already exists",
        "status": "name-exists",
    },
)
PROVISIONED = (400, {"message": "Cannot save provisioned dashboard"})
DENIED = (
    403,
    {
        "accessErrorId": "ACE0000000000",
        "message": "You'll need additional permissions to perform this action. Permissions "
        "needed: dashboards:write",
        "title": "Access denied",
    },
)

DENIED_RESOURCE = (
    403,
    {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "dashboards.dashboard.grafana.app is forbidden: User cannot create resource",
        "reason": "Forbidden",
        "code": 403,
    },
)


@dataclass
class State:
    """What the server holds, and every request that would have changed it."""

    version: str = "12.1.0"
    database: str = "ok"
    datasources: dict[str, dict[str, Any]] = field(default_factory=dict)
    folders: dict[str, dict[str, Any]] = field(default_factory=dict)
    dashboards: dict[str, dict[str, Any]] = field(default_factory=dict)  # {dashboard, meta}
    annotations: list[dict[str, Any]] = field(default_factory=list)
    alert_rules: list[dict[str, Any]] | None = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    resources: Resources = field(default_factory=Resources)  # none, before Grafana 12
    url: str = ""
    instead: Answer | None = None  # what a server that is no Grafana answers to everything
    # Called before a dashboard is saved: somebody else, in the very meantime.
    meanwhile: Callable[[], None] = lambda: None

    def health(self, _body: Any, _query: Any) -> Answer:
        return 200, {"commit": "abc", "database": self.database, "version": self.version}

    def get_datasources(self, _body: Any, _query: Any) -> Answer:
        return 200, list(self.datasources.values())

    def get_alert_rules(self, _body: Any, _query: Any) -> Answer:
        return NOT_FOUND if self.alert_rules is None else (200, self.alert_rules)

    def get_datasource(self, _body: Any, _query: Any, uid: str) -> Answer:
        found = self.datasources.get(uid)
        return (200, found) if found else (404, {"message": "Data source not found"})

    def post_datasource(self, body: Any, _query: Any) -> Answer:
        if any(x["name"] == body["name"] for x in self.datasources.values()):
            return 409, {"message": "data source with the same name already exists"}
        self.datasources[body["uid"]] = {"id": 1, "readOnly": False, "version": 1, **body}
        return 200, {"message": "Datasource added", "name": body["name"]}

    def put_datasource(self, body: Any, _query: Any, uid: str) -> Answer:
        if self.datasources[uid].get("readOnly"):
            return 403, {"message": "Cannot update read-only data source"}
        self.datasources[uid] |= body
        return 200, {"message": "Datasource updated", "name": body["name"]}

    def get_folder(self, _body: Any, _query: Any, uid: str) -> Answer:
        found = self.folders.get(uid)
        missing = (404, {"message": "folder not found", "status": "not-found"})
        return (200, found) if found else missing

    def post_folder(self, body: Any, _query: Any) -> Answer:
        self.folders[body["uid"]] = {"id": 1, "version": 1, **body}
        return 200, self.folders[body["uid"]]

    def put_folder(self, body: Any, _query: Any, uid: str) -> Answer:
        folder = self.folders[uid]
        if body["version"] != folder["version"]:
            words = "The folder has been changed by someone else"
            return 412, {"message": words, "status": "version-mismatch"}
        folder |= {"title": body["title"], "version": folder["version"] + 1}
        return 200, folder

    def get_dashboard(self, _body: Any, _query: Any, uid: str) -> Answer:
        found = self.dashboards.get(uid)
        return (200, found) if found else (404, {"message": "Dashboard not found"})

    def post_dashboard(self, body: Any, _query: Any) -> Answer:
        self.meanwhile()
        data, folder = body["dashboard"], body["folderUid"]
        if folder not in self.folders:
            return 400, {"message": "folder not found", "status": "not-found"}
        twins = (
            uid
            for uid, each in self.dashboards.items()
            if each["meta"]["folderUid"] == folder and each["dashboard"]["title"] == data["title"]
        )
        if any(uid != data["uid"] for uid in twins) and not body["overwrite"]:
            return NAME_EXISTS
        present = self.dashboards.get(data["uid"])
        if present and present["meta"].get("provisioned"):
            return PROVISIONED
        version = present["dashboard"]["version"] if present else 0
        if data["version"] != version and not body["overwrite"]:
            return MISMATCH
        self.save(data, folder, version + 1)
        address = {"slug": data["uid"], "uid": data["uid"], "url": f"/d/{data['uid']}"}
        return 200, {"id": 1, "status": "success", "version": version + 1, **address}

    def save(self, data: dict[str, Any], folder: str, version: int, **meta: Any) -> None:
        """Keep it as Grafana does: with an id and a version, and what was null left out."""
        kept = {key: value for key, value in data.items() if value is not None}
        self.dashboards[data["uid"]] = {
            "dashboard": kept | {"id": 7, "version": version},
            "meta": {"folderUid": folder, "provisioned": False, "version": version, **meta},
        }

    def search(self, _body: Any, query: dict[str, list[str]]) -> Answer:
        assert query["type"] == ["dash-db"]
        found = [
            {"uid": uid, "title": each["dashboard"]["title"], "type": "dash-db"}
            for uid, each in self.dashboards.items()
            if each["meta"]["folderUid"] in query["folderUIDs"]
        ]
        return 200, found + self.resources.search(query["folderUIDs"])

    def annotate(self, body: Any, _query: Any) -> Answer:
        if not body.get("text"):
            return 400, {"message": "Failed to save annotation", "error": "text is required"}
        self.annotations.append(body)
        return 200, {"message": "Annotation added", "id": len(self.annotations)}


ROUTES: dict[str, Callable[..., Answer]] = {
    r"GET /api/health": State.health,
    r"GET /api/datasources": State.get_datasources,
    r"GET /api/v1/provisioning/alert-rules": State.get_alert_rules,
    r"GET /api/datasources/uid/([^/]+)": State.get_datasource,
    r"POST /api/datasources": State.post_datasource,
    r"PUT /api/datasources/uid/([^/]+)": State.put_datasource,
    r"GET /api/folders/([^/]+)": State.get_folder,
    r"POST /api/folders": State.post_folder,
    r"PUT /api/folders/([^/]+)": State.put_folder,
    r"GET /api/dashboards/uid/([^/]+)": State.get_dashboard,
    r"POST /api/dashboards/db": State.post_dashboard,
    r"GET /api/search": State.search,
    r"POST /api/annotations": State.annotate,
}


def _answer(state: State, method: str, target: str, token: str, body: Any) -> Answer:
    path = urlsplit(target).path
    if state.instead is not None:
        return state.instead
    if path != "/api/health" and token not in {f"Bearer {EDITOR}", f"Bearer {VIEWER}"}:
        words = "Invalid API key" if token else "Unauthorized"
        return 401, {"message": words}
    if method != "GET":
        if token == f"Bearer {VIEWER}":
            return DENIED_RESOURCE if path.startswith("/apis") else DENIED
        state.writes.append(f"{method} {path}")
    if path.startswith(("/apis", "/api/frontend/")):
        return answer(state.resources, method, path, body, state.meanwhile)
    for route, handler in ROUTES.items():
        found = re.fullmatch(route, f"{method} {path}")
        if found:
            return handler(state, body, parse_qs(urlsplit(target).query), *found.groups())
    return NOT_FOUND


@contextmanager
def serving(state: State) -> Iterator[State]:
    """The server on a port of its own, until the block ends."""

    class Handler(http_server.QuietHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            given = self.body()
            body = json.loads(given) if given else None
            token = self.headers.get("Authorization", "")
            status, data = _answer(state, self.command, self.path, token, body)
            text = data if isinstance(data, str) else json.dumps(data)
            self.reply(status, text, {"Content-Type": "application/json; charset=UTF-8"})

        do_GET = do_POST = do_PUT = _handle  # noqa: N815 - the names that http.server asks for

    with http_server.serving(Handler) as state.url:
        yield state
