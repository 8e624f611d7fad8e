"""Prometheus over its HTTP API: typed answers, timeouts.

A server that does not answer raises UnreachableError: nothing is known about its answer.
A server that answers and refuses raises RefusedError with its own words.
Source: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ParamSpec, TypeVar, cast

from toolkit.durations import seconds
from toolkit.http_client import NO_CREDENTIALS, Access, HttpClient, answers_of
from toolkit.prometheus.cached_queries import Answers

_P = ParamSpec("_P")
_T = TypeVar("_T")


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
class ScrapeTarget:
    """A scrape target. `health` is up, down or unknown (not yet scraped)."""

    job: str
    url: str
    health: str
    last_error: str
    took_seconds: float = 0.0
    timeout_seconds: float = 10.0
    every_seconds: float = 0.0  # the scrape interval; 0 where the server does not say
    instance: str = ""


@dataclass(frozen=True, slots=True)
class LoadedRuleGroup:
    """A rule group as Prometheus evaluates it: how often, how long it took, and when last."""

    name: str
    every_seconds: float
    took_seconds: float
    last: datetime
    file: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """When one series has samples, in Unix seconds."""

    labels: Mapping[str, str]
    times: tuple[float, ...]


_LISTED = re.compile(r"/api/v1/(labels|series|label/[^/]+/values)")


def _formed(path: str, data: Any) -> Any:
    """The data of an answer that has the form of its path; raises what a wrong one raises."""
    if _LISTED.fullmatch(path):
        kind = dict if path.endswith("/series") else str
        found = data or []  # other servers write null for no values
        if not isinstance(found, list) or not all(isinstance(each, kind) for each in found):
            raise TypeError
        return found
    if path.startswith("/api/v1/query"):
        rows = data["result"]
        if path.endswith("_range") or data["resultType"] in {"vector", "matrix"}:
            # A row of native histograms has others.
            values = [row.get("value") or row.get("values") or [] for row in rows]
            labels = [row["metric"] for row in rows]
            if not all(isinstance(x, list) for x in values):
                raise TypeError
            if not all(isinstance(x, dict) for x in labels):
                raise TypeError
        elif len(rows) != 2:  # noqa: PLR2004 - a time and a value
            raise TypeError
    if path == "/api/v1/rules":
        for group in data["groups"]:
            _ = [(rule["type"], rule["name"], rule["query"]) for rule in group["rules"]]
            _ = group["name"], float(group["interval"])
    return data


def _typed(method: Callable[_P, _T]) -> Callable[_P, _T]:
    """The method, which says so where an answer is not as Prometheus gives it."""

    @functools.wraps(method)
    def read(*given: _P.args, **named: _P.kwargs) -> _T:
        asked = cast("Prometheus", given[0])
        with answers_of("Prometheus", asked.url):
            return method(*given, **named)

    return read


@dataclass(frozen=True, slots=True)
class Prometheus:
    """One Prometheus server, by its address. Queries are answered as of `moment`, if set.

    With `answers`, no question is asked twice, and all of them have one deadline.
    """

    url: str
    hint: str = "start it with `toolkit up`, or set [tool.toolkit.stack] prometheus."
    moment: float | None = None  # Unix seconds; now when left out
    access: Access = NO_CREDENTIALS
    answers: Answers | None = None

    def as_of(self, moment: float) -> "Prometheus":
        """The same server, asked about that moment, so that all queries see the same samples."""
        return replace(self, moment=moment)

    @_typed
    def version(self) -> str:
        """The version, once the server says that it is ready to serve."""
        self._answer("/-/ready", None, lambda http: http.get("/-/ready").status_code)
        return str(self.ask("/api/v1/status/buildinfo")["version"])

    @_typed
    def query(self, expr: str) -> tuple[Sample, ...]:
        """The instant vector of `expr`; a scalar is a sample without labels.

        Raises RefusedError for what is not PromQL or runs too long.
        """
        moment = {} if self.moment is None else {"time": f"{self.moment:.3f}"}
        data = self.ask("/api/v1/query", {"query": expr, **moment})
        if data["resultType"] == "scalar":
            return (Sample({}, float(data["result"][1]), float(data["result"][0])),)
        return tuple(
            Sample(row["metric"], float(row["value"][1]), float(row["value"][0]))
            for row in data["result"]
        )

    @_typed
    def range(
        self, expr: str, start: float, end: float, step_seconds: float
    ) -> tuple[tuple[Mapping[str, str], tuple[tuple[float, float], ...]], ...]:
        """Each series of `expr` between two Unix times: labels, and (time, value) pairs."""
        bounds = {"start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step_seconds:g}"}
        found = self.ask("/api/v1/query_range", {"query": expr, **bounds})["result"]
        return tuple(
            (row["metric"], tuple((float(t), float(v)) for t, v in row["values"])) for row in found
        )

    @_typed
    def history(self, selector: str) -> tuple[History, ...]:
        """When each series of a range selector such as `up[1m]` has samples."""
        found = self.ask("/api/v1/query", {"query": selector})["result"]
        return tuple(
            History(row["metric"], tuple(float(time) for time, _ in row["values"])) for row in found
        )

    @_typed
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

    @_typed
    def targets(self) -> tuple[ScrapeTarget, ...]:
        """Every target that is scraped."""
        found = self.ask("/api/v1/targets", {"state": "active"})["activeTargets"]
        return tuple(
            ScrapeTarget(
                x["labels"]["job"],
                x["scrapeUrl"],
                x["health"],
                x["lastError"],
                x["lastScrapeDuration"],
                seconds(x["scrapeTimeout"]),
                seconds(x.get("scrapeInterval", "0s")),
                x["labels"].get("instance", ""),
            )
            for x in found
        )

    @_typed
    def groups(self) -> tuple[LoadedRuleGroup, ...]:
        """Every rule group, in the server's order."""
        return tuple(
            LoadedRuleGroup(
                group["name"],
                group["interval"],
                group["evaluationTime"],
                datetime.fromisoformat(group["lastEvaluation"]),
                group["file"],
            )
            for group in self.ask("/api/v1/rules")["groups"]
        )

    @_typed
    def retention_seconds(self) -> float | None:
        """How long samples are kept, or None where only their size is bounded."""
        said = str(self.ask("/api/v1/status/runtimeinfo")["storageRetention"])
        parts = [part.strip() for part in said.split(" or ")]
        return next((seconds(part) for part in parts if part.endswith(tuple("smhdwy"))), None)

    @_typed
    def configured_seconds_ago(self) -> float:
        """How long ago it read its configuration, by its own clock."""
        said = str(self.ask("/api/v1/status/runtimeinfo")["lastConfigTime"])
        (now,) = self.query("time()")
        return now.value - datetime.fromisoformat(said).timestamp()

    @_typed
    def accepted_configuration(self) -> bool:
        """Whether it accepted its configuration when it last read it."""
        return bool(self.ask("/api/v1/status/runtimeinfo")["reloadConfigSuccess"])

    @_typed
    def alertmanagers(self) -> tuple[str, ...]:
        """The addresses of the Alertmanagers that alerts are sent to."""
        found = self.ask("/api/v1/alertmanagers")["activeAlertmanagers"]
        return tuple(str(x["url"]) for x in found)

    def ask(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The `data` of the API's answer to a question, such as `/api/v1/labels`.

        Raises ConfigurationError where it is not as Prometheus gives it.
        """
        data = self._answer(path, params, lambda http: http.json_of(http.get(path, params), "data"))
        with answers_of("Prometheus", f"{self.url}{path}"):
            return _formed(path, data)

    def _answer(
        self, path: str, params: Mapping[str, str] | None, ask: Callable[[HttpClient], Any]
    ) -> Any:
        if self.answers is None:
            return ask(self._http)
        http = self._http
        return self.answers.of(
            path,
            params,
            lambda left: ask(replace(http, timeout_seconds=min(left, http.timeout_seconds))),
            self.url,
        )

    @property
    def _http(self) -> HttpClient:
        return HttpClient(name="Prometheus", url=self.url, hint=self.hint, access=self.access)
