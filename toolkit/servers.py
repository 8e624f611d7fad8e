"""Prometheus, Alertmanager and the measured service over HTTP: typed answers, timeouts.

A server that does not answer raises UnreachableError: what it would have said is not known.
A server that answers and refuses raises RefusedError with its own words.
Source: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from toolkit import scrape
from toolkit.access import ANYONE, Access
from toolkit.config import seconds
from toolkit.errors import ConfigurationError, ExitStatus, ToolkitError, UnreachableError
from toolkit.scrape import Exported

if TYPE_CHECKING:
    import requests
import yaml

TIMEOUT_SECONDS = 5.0


class RefusedError(ToolkitError):
    """Read the server's words: it answered, and refused what it was asked."""

    status = ExitStatus.FINDINGS


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample of an instant query: labels, value, and its time in Unix seconds."""

    labels: Mapping[str, str]
    value: float
    time: float


@dataclass(frozen=True, slots=True)
class LoadedRule:
    """A rule as Prometheus holds it. `health` is ok, err or unknown (not yet evaluated)."""

    file: str
    group: str
    name: str
    kind: str  # alerting or recording
    expr: str
    health: str
    last_error: str
    labels: Mapping[str, str]
    every_seconds: float = 15.0  # how often its group is evaluated


@dataclass(frozen=True, slots=True)
class Target:
    """A scrape target. `health` is up, down or unknown (not yet scraped)."""

    job: str
    url: str
    health: str
    last_error: str
    took_seconds: float = 0.0
    timeout_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class LoadedGroup:
    """A rule group as Prometheus evaluates it: how often, how long it took, and when last."""

    name: str
    every_seconds: float
    took_seconds: float
    last: datetime


@dataclass(frozen=True, slots=True)
class History:
    """The raw samples of one series: each one's time in Unix seconds."""

    labels: Mapping[str, str]
    times: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class HeldAlert:
    """An alert as Alertmanager holds it: `state` is active, suppressed or unprocessed."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    state: str
    receivers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prometheus:
    """One Prometheus server, by its address. Queries are answered as of `moment`, if set."""

    url: str
    hint: str = "start it with `toolkit up`, or set [tool.toolkit.stack] prometheus."
    moment: float | None = None  # Unix seconds; now when left out
    access: Access = ANYONE

    def as_of(self, moment: float) -> "Prometheus":
        """The same server, asked about that moment, so that many queries see one state."""
        return replace(self, moment=moment)

    def version(self) -> str:
        """The version, once the server says that it is ready to serve."""
        _get(self.url, "/-/ready", self.hint, self.access)
        return str(self.ask("/api/v1/status/buildinfo")["version"])

    def query(self, expr: str) -> tuple[Sample, ...]:
        """The instant vector of `expr`; a scalar is a sample without labels.

        Raises RefusedError for what is no PromQL or runs too long.
        """
        moment = {} if self.moment is None else {"time": f"{self.moment:.3f}"}
        data = self.ask("/api/v1/query", {"query": expr, **moment})
        if data["resultType"] == "scalar":
            return (Sample({}, float(data["result"][1]), float(data["result"][0])),)
        return tuple(
            Sample(row["metric"], float(row["value"][1]), float(row["value"][0]))
            for row in data["result"]
        )

    def range(
        self, expr: str, start: float, end: float, step_seconds: float
    ) -> tuple[tuple[Mapping[str, str], tuple[tuple[float, float], ...]], ...]:
        """Each series of `expr` between two Unix times: labels, and (time, value) pairs."""
        params = {
            "query": expr, "start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step_seconds:g}"
        }  # fmt: skip
        found = self.ask("/api/v1/query_range", params)["result"]
        return tuple(
            (row["metric"], tuple((float(t), float(v)) for t, v in row["values"])) for row in found
        )

    def history(self, selector: str) -> tuple[History, ...]:
        """When each series of a range selector such as `up[1m]` has samples."""
        found = self.ask("/api/v1/query", {"query": selector})["result"]
        return tuple(
            History(row["metric"], tuple(float(time) for time, _ in row["values"])) for row in found
        )

    def rules(self) -> tuple[LoadedRule, ...]:
        """Every rule that is loaded, in the server's order."""
        groups = self.ask("/api/v1/rules")["groups"]
        return tuple(
            LoadedRule(
                file=group["file"],
                group=group["name"],
                name=rule["name"],
                kind=rule["type"],
                expr=rule["query"],
                health=rule["health"],
                last_error=rule.get("lastError", ""),
                labels=rule.get("labels", {}),
                every_seconds=group["interval"],
            )
            for group in groups
            for rule in group["rules"]
        )

    def targets(self) -> tuple[Target, ...]:
        """Every target that is scraped."""
        found = self.ask("/api/v1/targets", {"state": "active"})["activeTargets"]
        return tuple(
            Target(
                x["labels"]["job"],
                x["scrapeUrl"],
                x["health"],
                x["lastError"],
                x["lastScrapeDuration"],
                seconds(x["scrapeTimeout"]),
            )
            for x in found
        )

    def groups(self) -> tuple[LoadedGroup, ...]:
        """Every rule group, in the server's order."""
        return tuple(
            LoadedGroup(
                group["name"],
                group["interval"],
                group["evaluationTime"],
                datetime.fromisoformat(group["lastEvaluation"]),
            )
            for group in self.ask("/api/v1/rules")["groups"]
        )

    def retention_seconds(self) -> float | None:
        """How long samples are kept, or None where only their size is bounded."""
        said = str(self.ask("/api/v1/status/runtimeinfo")["storageRetention"])
        parts = [part.strip() for part in said.split(" or ")]
        return next((seconds(part) for part in parts if part[-1:] in "smhdw"), None)

    def configured_seconds_ago(self) -> float:
        """How long ago it read its configuration, by its own clock."""
        said = str(self.ask("/api/v1/status/runtimeinfo")["lastConfigTime"])
        (now,) = self.query("time()")
        return now.value - datetime.fromisoformat(said).timestamp()

    def took_configuration(self) -> bool:
        """Whether it accepted its configuration when it last read it."""
        return bool(self.ask("/api/v1/status/runtimeinfo")["reloadConfigSuccess"])

    def alertmanagers(self) -> tuple[str, ...]:
        """The addresses of the Alertmanagers that alerts are sent to."""
        found = self.ask("/api/v1/alertmanagers")["activeAlertmanagers"]
        return tuple(str(x["url"]) for x in found)

    def ask(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The `data` of the API's answer to a question, such as `/api/v1/labels`."""
        return _told(_get(self.url, path, self.hint, self.access, params), "data", "Prometheus")


@dataclass(frozen=True, slots=True)
class Alertmanager:
    """One Alertmanager, by its address."""

    url: str
    hint: str = "start it with `toolkit up`, or set [tool.toolkit.stack] alertmanager."
    access: Access = ANYONE

    def version(self) -> str:
        """The version, once the server says that it is ready to serve."""
        _get(self.url, "/-/ready", self.hint, self.access)
        return str(self._status("versionInfo")["version"])

    def configuration(self) -> Mapping[str, Any]:
        """The configuration in force, with Alertmanager's defaults, its secrets blotted out."""
        found: dict[str, Any] = yaml.safe_load(self._status("config")["original"])
        return found

    def alerts(self) -> tuple[HeldAlert, ...]:
        """Every alert that has not ended, silenced and inhibited ones included."""
        return tuple(
            HeldAlert(
                labels=alert["labels"],
                annotations=alert["annotations"],
                state=alert["status"]["state"],
                receivers=tuple(receiver["name"] for receiver in alert["receivers"]),
            )
            for alert in _get(self.url, "/api/v2/alerts", self.hint, self.access).json()
        )

    def _status(self, part: str) -> Any:
        answer = _get(self.url, "/api/v2/status", self.hint, self.access)
        return _told(answer, part, "Alertmanager")


@dataclass(frozen=True, slots=True)
class MeasuredService:
    """The service that the project measures, by its address."""

    url: str
    hint: str = "start it with `toolkit up`, or set [tool.toolkit.stack] service."
    access: Access = ANYONE

    def scrape(self) -> dict[str, scrape.Family]:
        """What /metrics exports now, by metric name."""
        return scrape.families(_get(self.url, "/metrics", self.hint, self.access).text)

    def samples(self) -> tuple[Exported, ...]:
        """Every sample that /metrics exports now."""
        return scrape.samples(_get(self.url, "/metrics", self.hint, self.access).text)


def _get(
    base: str, path: str, hint: str, access: Access, params: Mapping[str, str] | None = None
) -> "requests.Response":
    import requests  # building asks no server, and need not wait for a client

    url = base.rstrip("/") + path
    try:
        answer = requests.get(
            url,
            params=params,
            timeout=TIMEOUT_SECONDS,
            headers=access.headers,
            auth=access.login,
            verify=access.verify,
            cert=access.certificate,
        )
    except requests.Timeout:
        raise UnreachableError(f"{url}: no answer in {TIMEOUT_SECONDS:g} s.", fix=hint) from None
    except requests.RequestException as error:
        reason = "nothing listens there" if _is_refusal(error) else str(error)
        raise UnreachableError(f"{url}: {reason}.", fix=hint) from None
    if answer.status_code >= requests.codes.server_error:
        raise UnreachableError(
            f"{url}: answered {answer.status_code}: {answer.text[:200]}", fix=hint
        )
    if answer.status_code in {requests.codes.unauthorized, requests.codes.forbidden}:
        raise UnreachableError(
            f"{url}: answered {answer.status_code}: our credentials are not accepted.",
            fix="correct the token or password of [tool.toolkit.targets.…].",
        )
    if answer.status_code >= requests.codes.bad_request:
        raise RefusedError(f"{url}: answered {answer.status_code}: {answer.text[:200]}")
    return answer


def _told(answer: "requests.Response", part: str, server: str) -> Any:
    """A part of the JSON object that a server answers with.

    Raises ConfigurationError for anything else: another server, or a proxy's login page.
    """
    try:
        return answer.json()[part]
    except (ValueError, KeyError, TypeError):
        raise ConfigurationError(
            f"{answer.url}: answered, but not as {server} does: {answer.text[:80]!r}",
            fix=f"correct the address of {server} in [tool.toolkit.stack] or "
            "[tool.toolkit.targets.…], or the way in.",
        ) from None


def _is_refusal(error: "requests.RequestException") -> bool:
    return "Connection refused" in str(error)
