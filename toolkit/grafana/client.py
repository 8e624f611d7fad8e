"""Grafana's HTTP API, as far as the toolkit needs it: typed answers, timeouts, clear refusals.

A server that does not answer raises UnreachableError; credentials that are not accepted, or
may not do it, raise ConfigurationError; a dashboard or folder that changed there meanwhile
raises ChangedError; any other refusal raises RefusedError with the server's own words.
Source: https://grafana.com/docs/grafana/latest/developers/http_api/
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from toolkit.errors import ConfigurationError, RefusedError, UnreachableError
from toolkit.http_client import NO_CREDENTIALS, Access, HttpClient, Refusal

TIMEOUT_SECONDS = 10.0  # it writes to a database, and may have to wait for it
TOKEN = "GRAFANA_TOKEN"  # noqa: S105 - the name of the environment variable


class MissingError(RefusedError):
    """Create it first, or correct its uid: Grafana holds nothing under it."""


class ChangedError(RefusedError):
    """Look at what changed there meanwhile, then deploy again."""


@dataclass(frozen=True, slots=True)
class SavedDashboard:
    """A dashboard as Grafana holds it. One from a file (`provisioned`) the API cannot change."""

    data: Mapping[str, Any]
    folder: str
    version: int
    provisioned: bool


@dataclass(frozen=True, slots=True)
class GrafanaRule:
    """An alert rule that Grafana evaluates itself: its title, where it is, whether it is paused."""

    title: str
    folder: str  # its uid
    group: str
    paused: bool


@dataclass(frozen=True, slots=True)
class Grafana:
    """One Grafana, by its address.

    Its own `token`, a service account's, goes before the credentials of `access`; `token_env`
    names the variable that it came from.
    """

    url: str
    token: str = field(default="", repr=False)
    hint: str = "start it, or set [tool.toolkit.stack] grafana."
    token_env: str = TOKEN
    access: Access = NO_CREDENTIALS

    def version(self) -> str:
        """The version, once its database is well. Needs no token."""
        data = self._call("GET", "/api/health")
        if data.get("database") != "ok":
            raise UnreachableError(
                f"{self.url}: its database is {data.get('database')}.", fix=self.hint
            )
        return str(data.get("version", ""))

    def datasource(self, uid: str) -> dict[str, Any] | None:
        """The datasource of that uid, or None."""
        return self._find(f"/api/datasources/uid/{uid}")

    def datasources(self) -> tuple[dict[str, Any], ...]:
        """Every datasource that the token may see."""
        return tuple(self._call("GET", "/api/datasources"))

    def alert_rules(self) -> tuple[GrafanaRule, ...] | None:
        """Grafana's own alert rules, or None where it has no alerting of its own."""
        found: Any = self._find("/api/v1/provisioning/alert-rules")
        if found is None:
            return None
        return tuple(
            GrafanaRule(
                title=str(rule["title"]),
                folder=str(rule.get("folderUID", "")),
                group=str(rule.get("ruleGroup", "")),
                paused=bool(rule.get("isPaused", False)),
            )
            for rule in found
        )

    def create_datasource(self, data: Mapping[str, Any]) -> None:
        """Add a datasource; `data` has its uid."""
        self._call("POST", "/api/datasources", data)

    def update_datasource(self, data: Mapping[str, Any]) -> None:
        """Replace the datasource whose uid `data` has."""
        self._call("PUT", f"/api/datasources/uid/{data['uid']}", data)

    def folder(self, uid: str) -> dict[str, Any] | None:
        """The folder of that uid, or None."""
        return self._find(f"/api/folders/{uid}")

    def create_folder(self, uid: str, title: str) -> None:
        """Add a folder at the top."""
        self._call("POST", "/api/folders", {"uid": uid, "title": title})

    def rename_folder(self, uid: str, title: str, version: int) -> None:
        """Give the folder another title, unless it is no longer at `version`."""
        self._call("PUT", f"/api/folders/{uid}", {"title": title, "version": version})

    def dashboard(self, uid: str) -> SavedDashboard | None:
        """The dashboard of that uid, or None."""
        found = self._find(f"/api/dashboards/uid/{uid}")
        if found is None:
            return None
        data, meta = found["dashboard"], found["meta"]
        return SavedDashboard(
            data=data,
            folder=str(meta.get("folderUid", "")),
            version=int(data.get("version", 0)),
            provisioned=bool(meta.get("provisioned", False)),
        )

    def save_dashboard(
        self, data: Mapping[str, Any], folder: str, *, version: int, message: str, overwrite: bool
    ) -> None:
        """Create or replace a dashboard, unless it is no longer at `version` (0: new)."""
        body = {
            # The id is a number of that one server's database; `uid` finds the dashboard.
            "dashboard": {**data, "id": None, "version": version},
            "folderUid": folder,
            "message": message,
            "overwrite": overwrite,
        }
        self._call("POST", "/api/dashboards/db", body)

    def dashboards_in(self, folder: str) -> dict[str, str]:
        """The dashboards in a folder: uid → title."""
        query = {"type": "dash-db", "folderUIDs": folder, "limit": "5000"}  # Grafana's maximum
        found = self._call("GET", "/api/search", params=query)
        return {str(each["uid"]): str(each["title"]) for each in found}

    def annotate(self, text: str, tags: tuple[str, ...]) -> int:
        """Mark this moment on every dashboard that shows one of the tags; gives the id."""
        return int(self._call("POST", "/api/annotations", {"text": text, "tags": list(tags)})["id"])

    def _find(self, path: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._call("GET", path)
        except MissingError:
            return None
        return found

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        params: Mapping[str, str] | None = None,
    ) -> Any:
        return self._http.json_of(self._http.send(method, path, params=params, body=body))

    @property
    def _http(self) -> HttpClient:
        access = self.access.with_token(self.token)
        return HttpClient(
            name="Grafana",
            url=self.url,
            hint=self.hint,
            access=replace(access, headers={"Accept": "application/json", **access.headers}),
            timeout_seconds=TIMEOUT_SECONDS,
            follows_redirects=False,  # the token would go along, or get lost on the way
            address_in="[tool.toolkit.stack] grafana, or --url",
            refusals=_refusals(self.token_env, has_others=self.access != NO_CREDENTIALS),
        )


def _refusals(token_env: str, *, has_others: bool) -> Mapping[int, Refusal]:
    create = f"create a service account's token in Grafana and export it as {token_env}"
    correct = ", or correct the credentials of [tool.toolkit.targets.…]" if has_others else ""
    return {
        HTTPStatus.UNAUTHORIZED: Refusal(ConfigurationError, f"{create}{correct}."),
        HTTPStatus.FORBIDDEN: Refusal(
            ConfigurationError,
            "give the token's service account the role Editor, or Admin where it must manage "
            "the datasource too.",
        ),
        HTTPStatus.NOT_FOUND: Refusal(MissingError, ""),
        HTTPStatus.PRECONDITION_FAILED: Refusal(
            ChangedError, "look at what changed there; --overwrite replaces it all the same."
        ),
        HTTPStatus.INTERNAL_SERVER_ERROR: Refusal(UnreachableError, "read Grafana's log."),
    }
