"""A dashboard's annotations that Prometheus can answer, as stretches of time.

Grafana keeps those that people and `toolkit annotate` make in its own database; without a
Grafana they are not known.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.durations import plain, seconds
from toolkit.errors import ToolkitError
from toolkit.grafana.interpolation import Choice, Filling, expand
from toolkit.preview.data_source import Source
from toolkit.preview.queries import foreign
from toolkit.preview.time_range import Window

_LEAST_STEP = "15s"


def found(
    dashboard: Mapping[str, Any],
    source: Source,
    window: Window,
    choices: Mapping[str, Choice],
    notes: list[str],
) -> list[dict[str, Any]]:
    """The annotations in the window; what cannot be asked goes to `notes`."""
    annotations: list[dict[str, Any]] = []
    for each in (dashboard.get("annotations") or {}).get("list") or []:
        if not each.get("enable", True) or each.get("builtIn"):
            continue
        name = str(each.get("name") or "annotation")
        kind = foreign(each.get("datasource"), choices)
        expr = each.get("expr") or (each.get("target") or {}).get("expr")
        if kind or not expr:
            held = f"in {kind.capitalize()}" if kind else "elsewhere"
            notes.append(f"Annotations “{name}” are kept {held}; they are not drawn.")
            continue
        try:
            annotations.extend(_stretches(each, str(expr), source, window, choices))
        except ToolkitError as error:
            notes.append(f"Annotations “{name}”: {error.message}")
    return annotations


def _stretches(
    annotation: Mapping[str, Any],
    expr: str,
    source: Source,
    window: Window,
    choices: Mapping[str, Choice],
) -> Iterator[dict[str, Any]]:
    step = max(seconds(annotation.get("step") or _LEAST_STEP), window.step(1000, _LEAST_STEP))
    start, end = window.aligned(step)
    filled: dict[str, Filling] = {**choices, **window.filled(step, _LEAST_STEP)}
    data = source.ask(
        "/api/v1/query_range",
        {
            "query": expand(expr, filled),
            "start": f"{start:.3f}",
            "end": f"{end:.3f}",
            "step": plain(step),
        },
    )
    keys = [key.strip() for key in str(annotation.get("tagKeys") or "").split(",") if key.strip()]
    for row in data["result"]:
        labels = row["metric"]
        for first, last in _runs([float(t) for t, value in row["values"] if float(value)], step):
            yield {
                "name": annotation.get("name") or "",
                "title": _filled(str(annotation.get("titleFormat") or ""), labels),
                "tags": [labels[key] for key in keys if key in labels],
                "color": annotation.get("iconColor") or "red",
                "from": int(first * 1000),
                "to": int(last * 1000),
            }


def _runs(times: list[float], step: float) -> Iterator[tuple[float, float]]:
    """First and last of each run of times that follow one another."""
    start = 0
    for index in range(1, len(times) + 1):
        if index == len(times) or times[index] - times[index - 1] > step:
            yield times[start], times[index - 1]
            start = index


def _filled(template: str, labels: Mapping[str, str]) -> str:
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda match: labels.get(match[1], ""), template)
