"""Grafana over HTTP: typed answers, timeouts, clear refusals.

Dashboards and their folders are held by one of two APIs: see `dashboard_api/`.

A server that does not answer raises UnreachableError; credentials that are not accepted, or
may not do it, raise ConfigurationError; a dashboard or folder that changed there meanwhile
raises ChangedError; any other refusal raises RefusedError with the server's own words.
Source: https://grafana.com/docs/grafana/latest/developers/http_api/
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from toolkit.errors import ConfigurationError, RefusedError, UnreachableError
from toolkit.http_client import NO_CREDENTIALS, Access, HttpClient, Refusal, answers_of

TIMEOUT_SECONDS = 10.0  # it writes to a database, and may have to wait for it
TOKEN = "GRAFANA_TOKEN"  # noqa: S105 - the name of the environment variable


class MissingError(RefusedError):
    """Create it first, or correct its uid: Grafana holds nothing under it."""


class ChangedError(RefusedError):
    """Look at what changed there meanwhile, then deploy again."""


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
        """The version, once its database is well. Needs no token.

        Raises ConfigurationError where another program answers.
        """
        with answers_of("Grafana", f"{self.url}/api/health"):
            data = self.find("/api/health") or {}
            database, version = data["database"], str(data.get("version", ""))
        if database != "ok":
            raise UnreachableError(f"{self.url}: its database is {database}.", fix=self.hint)
        return version

    def datasource(self, uid: str) -> dict[str, Any] | None:
        """The datasource of that uid, or None."""
        found = self.find(f"/api/datasources/uid/{uid}")
        with self._answers_of("/api/datasources"):
            return None if found is None else _datasource(found)

    def datasources(self) -> tuple[dict[str, Any], ...]:
        """Every datasource that the token may see."""
        found = self.call("GET", "/api/datasources")
        with self._answers_of("/api/datasources"):
            return tuple(map(_datasource, found))

    def alert_rules(self) -> tuple[GrafanaRule, ...] | None:
        """Grafana's own alert rules, or None where it has no alerting of its own."""
        found: Any = self.find("/api/v1/provisioning/alert-rules")
        if found is None:
            return None
        with self._answers_of("/api/v1/provisioning/alert-rules"):
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
        self.call("POST", "/api/datasources", data)

    def update_datasource(self, data: Mapping[str, Any]) -> None:
        """Replace the datasource whose uid `data` has."""
        self.call("PUT", f"/api/datasources/uid/{data['uid']}", data)

    def annotate(self, text: str, tags: tuple[str, ...]) -> int:
        """Mark this moment on every dashboard that shows one of the tags; gives the id."""
        return int(self.call("POST", "/api/annotations", {"text": text, "tags": list(tags)})["id"])

    def _answers_of(self, path: str) -> AbstractContextManager[None]:
        return answers_of("Grafana", f"{self.url}{path}")

    def find(self, path: str) -> dict[str, Any] | None:
        """What is at `path`, or None where Grafana holds nothing there."""
        try:
            found: dict[str, Any] = self.call("GET", path)
        except MissingError:
            return None
        return found

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        params: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON of Grafana's answer; raises what the module's docstring says."""
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


def _datasource(found: Mapping[str, Any]) -> dict[str, Any]:
    """A datasource, which has a name and a uid; raises what another form raises."""
    return {**found, "name": str(found["name"]), "uid": str(found["uid"])}


_CHANGED = Refusal(
    ChangedError, "look at what changed there; --overwrite replaces it all the same."
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
        HTTPStatus.NOT_ACCEPTABLE: Refusal(
            RefusedError, "deploy without --api classic: it is held in a newer schema."
        ),
        HTTPStatus.CONFLICT: _CHANGED,
        HTTPStatus.PRECONDITION_FAILED: _CHANGED,
        HTTPStatus.INTERNAL_SERVER_ERROR: Refusal(UnreachableError, "read Grafana's log."),
    }
