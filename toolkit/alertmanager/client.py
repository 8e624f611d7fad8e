"""Alertmanager over its HTTP API: typed answers, timeouts.

Source: https://github.com/prometheus/alertmanager, api/v2/openapi.yaml
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from toolkit.http_client import NO_CREDENTIALS, Access, HttpClient, answers_of


@dataclass(frozen=True, slots=True)
class HeldAlert:
    """An alert as Alertmanager holds it: `state` is active, suppressed or unprocessed."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    state: str
    receivers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alertmanager:
    """One Alertmanager, by its address."""

    url: str
    hint: str = "start it with `toolkit up`, or set [tool.toolkit.stack] alertmanager."
    access: Access = NO_CREDENTIALS

    def version(self) -> str:
        """The version, once the server says that it is ready to serve."""
        self._http.get("/-/ready")
        with answers_of("Alertmanager", self.url):
            return str(self._status("versionInfo")["version"])

    def configuration(self) -> Mapping[str, Any]:
        """The configuration in force, with Alertmanager's defaults, its secrets masked."""
        with answers_of("Alertmanager", self.url):
            found: dict[str, Any] = yaml.safe_load(self._status("config")["original"])
        return found

    def alerts(self) -> tuple[HeldAlert, ...]:
        """Every alert that has not resolved, silenced and inhibited ones included."""
        listed = self._http.json_of(self._http.get("/api/v2/alerts"))
        with answers_of("Alertmanager", self.url):
            return tuple(
                HeldAlert(
                    labels=alert["labels"],
                    annotations=alert["annotations"],
                    state=alert["status"]["state"],
                    receivers=tuple(receiver["name"] for receiver in alert["receivers"]),
                )
                for alert in listed
            )

    def _status(self, part: str) -> Any:
        return self._http.json_of(self._http.get("/api/v2/status"), part)

    @property
    def _http(self) -> HttpClient:
        return HttpClient(name="Alertmanager", url=self.url, hint=self.hint, access=self.access)
