"""A Prometheus that needs none: every question has an answer, the same each time.

An expression's labels are those that it groups by; each series is a wave of its own.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest

from toolkit.errors import RefusedError
from toolkit.preview.draw_dashboard import Drawing, DrawingOptions, collect
from toolkit.preview.time_range import TimeRange
from toolkit.prometheus import client

START = 1_777_636_800  # 2026-05-01 12:00 UTC
HOUR = TimeRange(START, START + 3600)
BOUNDS = ("0.01", "0.05", "0.1", "0.5", "1", "+Inf")
VALUES = {"le": BOUNDS, "objective": ("available", "fast")}


def drawing_options(**says: Any) -> DrawingOptions:
    smallest: dict[str, Any] = {"time_range": HOUR, "scrape_interval": "15s", "variables": {}}
    return DrawingOptions(**(smallest | says))


@dataclass
class World:
    """Answers waves; `refused` are the expressions that it will not answer, with its words."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    empty: bool = False
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def version(self) -> str:
        return "2.42.0"

    def ask(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        given = dict(params or {})
        self.asked.append((path, given))
        if found := re.fullmatch(r"/api/v1/label/(\w+)/values", path):
            return list(self._values(found[1]))
        if path == "/api/v1/labels":
            return ["zone", "job"]
        expr = given.get("query") or given["match[]"]
        if expr in self.refused:
            raise RefusedError(self.refused[expr])
        if path == "/api/v1/series":
            zones = () if self.empty else self._values("zone")
            return [{"__name__": expr.partition("{")[0], "zone": zone} for zone in zones]
        if "ALERTS" in expr and "step" in given:
            return {"resultType": "matrix", "result": [alert(given)]}
        rows = [] if self.empty else list(self._rows(expr, given))
        return {"resultType": "vector" if "time" in given else "matrix", "result": rows}

    def _values(self, label: str) -> tuple[str, ...]:
        return self.values.get(label) or VALUES.get(label) or (f"{label}-one", f"{label}-two")

    def _rows(self, expr: str, given: Mapping[str, str]) -> list[dict[str, Any]]:
        grouped = re.search(r"\b(?:by|on) \(([^)]*)\)", expr)
        labels = [name.strip() for name in grouped[1].split(",")] if grouped else []
        is_state = "doors" in expr or "state" in expr or "up" in expr
        rows = []
        for index, chosen in enumerate(product(*map(self._values, labels))):
            metric = dict(zip(labels, chosen, strict=True))
            if "time" in given:
                time = float(given["time"])
                rows.append(
                    {"metric": metric, "value": [time, number(index, time, is_state=is_state)]}
                )
                continue
            start, step = float(given["start"]), float(given["step"])
            count = int((float(given["end"]) - start) / step) + 1
            times = [start + step * position for position in range(count)]
            rows.append(
                {
                    "metric": metric,
                    "values": [[t, number(index, t, is_state=is_state)] for t in times],
                }
            )
        return rows


def number(index: int, time: float, *, is_state: bool) -> str:
    """The value of the series of that index; of a state 0 or 1, of others growing by index."""
    if is_state:
        return str(int((time - START) // 900 + index) % 2)
    return f"{(index + 1) * (2 + math.sin((time - START) / 600 + index)):.3f}"


def alert(given: Mapping[str, str]) -> dict[str, Any]:
    """An alert that fired for ten minutes in the middle."""
    step = float(given["step"])
    times = [START + 1500 + step * index for index in range(int(600 / step) + 1)]
    metric = {"alertname": "TooMany", "severity": "warning", "component": "app"}
    return {"metric": metric, "values": [[t, "1"] for t in times]}


def drawn(page: Mapping[str, Any], world: World | None = None, **says: Any) -> Drawing:
    """The drawing of a dashboard's JSON with a world's data."""
    return collect(page, world or World(), drawing_options(**says))


def panel(kind: str = "timeseries", **says: Any) -> dict[str, Any]:
    """The smallest panel of a dashboard's JSON."""
    smallest: dict[str, Any] = {
        "id": 1,
        "type": kind,
        "title": "Events",
        "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
        "targets": [target("events")],
    }
    return smallest | says


def target(expr: str, **says: Any) -> dict[str, Any]:
    return {"refId": "A", "expr": expr} | says


def dashboard(*panels: dict[str, Any], **says: Any) -> dict[str, Any]:
    return {"uid": "events", "title": "Events", "panels": list(panels or (panel(),))} | says


def variable(name: str, query: str, kind: str = "query", **says: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "query": query} | says


def templating(*variables: dict[str, Any]) -> dict[str, Any]:
    return {"list": list(variables)}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Every Prometheus is this one."""
    made = World()
    monkeypatch.setattr(client, "Prometheus", lambda _url, hint: made if hint else None)
    return made
