"""A dashboard's annotations that Prometheus can answer, as stretches of time.

Those that people and `toolkit annotate` make are in Grafana's own database, and unknown here.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.durations import plain, seconds
from toolkit.errors import ToolkitError
from toolkit.grafana.rate_interval import rate_interval
from toolkit.grafana.variable_interpolation import Choice, VariableValue, expand
from toolkit.preview.data_source import DataSource
from toolkit.preview.foreign_data_sources import other_source
from toolkit.preview.time_range import TimeRange

_LEAST_STEP = "15s"
_PIXELS = 1000  # about as wide as a page, so that stretches end where they are seen to end


def find(
    model: Mapping[str, Any],
    source: DataSource,
    time_range: TimeRange,
    choices: Mapping[str, Choice],
) -> tuple[list[dict[str, Any]], list[str]]:
    """The annotations in the time range, and notes about those that cannot be drawn."""
    annotations: list[dict[str, Any]] = []
    notes = []
    for each in (model.get("annotations") or {}).get("list") or []:
        if not each.get("enable", True) or each.get("builtIn"):
            continue
        name = str(each.get("name") or "annotation")
        kind = other_source(each.get("datasource"), choices)
        expr = each.get("expr") or (each.get("target") or {}).get("expr")
        if kind or not expr:
            kept = f"in {kind.capitalize()}" if kind else "elsewhere"
            notes.append(f"Annotations “{name}” are kept {kept}; they are not drawn.")
            continue
        try:
            annotations.extend(_stretches(each, str(expr), source, time_range, choices))
        except ToolkitError as error:
            notes.append(f"Annotations “{name}”: {error.message}")
    return annotations, notes


def _stretches(
    annotation: Mapping[str, Any],
    expr: str,
    source: DataSource,
    time_range: TimeRange,
    choices: Mapping[str, Choice],
) -> Iterator[dict[str, Any]]:
    own_step = seconds(annotation.get("step") or _LEAST_STEP)
    step = max(own_step, time_range.step(_PIXELS, _LEAST_STEP))
    start, end = time_range.aligned(step)
    values: dict[str, VariableValue] = {
        **choices,
        **time_range.own_variables(step, rate_interval(_LEAST_STEP, step)),
    }
    data = source.ask(
        "/api/v1/query_range",
        {
            "query": expand(expr, values),
            "start": f"{start:.3f}",
            "end": f"{end:.3f}",
            "step": plain(step),
        },
    )
    keys = [key.strip() for key in str(annotation.get("tagKeys") or "").split(",") if key.strip()]
    for row in data["result"]:
        labels = row["metric"]
        # Samples of 0 are a condition that does not hold; Grafana draws no annotation for them.
        for first, last in _runs([float(t) for t, value in row["values"] if float(value)], step):
            yield {
                "name": annotation.get("name") or "",
                "title": _with_labels(str(annotation.get("titleFormat") or ""), labels),
                "tags": [labels[key] for key in keys if key in labels],
                "color": annotation.get("iconColor") or "red",
                "from": int(first * 1000),
                "to": int(last * 1000),
            }


def _runs(times: list[float], step: float) -> Iterator[tuple[float, float]]:
    """First and last of each run of times that are at most `step` apart."""
    start = 0
    for index in range(1, len(times) + 1):
        if index == len(times) or times[index] - times[index - 1] > step:
            yield times[start], times[index - 1]
            start = index


def _with_labels(template: str, labels: Mapping[str, str]) -> str:
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda match: labels.get(match[1], ""), template)
