"""A stack of which every answer is known before it is asked: no server, no clock.

A question whose answer is not given is an error, so a test sees each one as it is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from toolkit.alertmanager.client import Alertmanager, HeldAlert
from toolkit.errors import UnreachableError
from toolkit.project import Project
from toolkit.prometheus.cached_queries import Answers, Key
from toolkit.prometheus.client import Prometheus
from toolkit.validate.check import CheckedStack
from toolkit.validate.watch_window import WatchStart, WatchWindow

START = WatchStart(moment=1000.0, targets=frozenset(), series=frozenset(), started={})


@dataclass(frozen=True, slots=True)
class HoldingAlertmanager(Alertmanager):
    """One that holds these alerts; with None it does not answer."""

    held: tuple[HeldAlert, ...] | None = ()

    def alerts(self) -> tuple[HeldAlert, ...]:
        if self.held is None:
            raise UnreachableError("it does not answer")
        return self.held


def vector(*samples: tuple[Mapping[str, str], float]) -> dict[str, Any]:
    """An instant vector, as Prometheus answers it."""
    rows = [{"metric": dict(labels), "value": [0, str(value)]} for labels, value in samples]
    return {"resultType": "vector", "result": rows}


def matrix(*series: tuple[Mapping[str, str], tuple[float, ...]]) -> dict[str, Any]:
    """A range vector of series with samples at these times."""
    rows = [
        {"metric": dict(labels), "values": [[time, "1"] for time in times]}
        for labels, times in series
    ]
    return {"resultType": "matrix", "result": rows}


def knowing(
    queries: Mapping[str, Any], *, targets: Any = None, rules: Any = None, runtime: Any = None
) -> Prometheus:
    """A Prometheus that knows the answers to these queries, and these of its API."""
    known: dict[Key, Any] = {
        ("/api/v1/query", (("query", query),)): data for query, data in queries.items()
    }
    known["/api/v1/targets", (("state", "active"),)] = targets
    known["/api/v1/rules", ()] = rules
    known["/api/v1/status/runtimeinfo", ()] = runtime
    return Prometheus("http://127.0.0.1:9", answers=Answers(deadline_seconds=0, known=known))


def watching(
    project: Project,
    prometheus: Prometheus,
    *,
    held: tuple[HeldAlert, ...] | None = (),
    **start: Any,
) -> CheckedStack:
    """What a check looks at of a watch that began at 1000 s, a minute ago.

    `held` is what Alertmanager holds; with None it does not answer.
    """
    return CheckedStack(
        project=project,
        services=(),
        prometheus=prometheus,
        alertmanager=HoldingAlertmanager("http://127.0.0.1:9", held=held),
        watch=WatchWindow(start=replace(START, **start), now=START.moment + 60),
    )
