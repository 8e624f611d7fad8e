"""Drawings → a table panel, query, last value in Markdown, for a review without a browser."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.preview.panel_data import Drawing

MOST_SERIES = 5  # of one query: a review wants to see that it answers, not each answer


def table(drawing: Drawing) -> str:
    """One dashboard: its title, a line for each query, and what is not drawn."""
    lines = [
        f"### {_cell(drawing.title)}",
        "",
        "| panel | query | last value |",
        "|---|---|---|",
        *_lines(drawing),
    ]
    notes = [f"- {_cell(note)}" for note in drawing.data["notes"]]
    return "\n".join([*lines, *([""] if notes else []), *notes]) + "\n"


def _lines(drawing: Drawing) -> Iterator[str]:
    for panel in drawing.panels:
        change = f" ({panel['change']})" if panel["change"] else ""
        title = _cell(panel["title"] + change)
        if panel["cannot"]:
            yield f"| {title} | | {_cell(panel['cannot'])} |"
        for answer in panel["answers"]:
            query = _cell(" ".join(answer["expr"].split())).replace("`", "'")
            yield f"| {title} | `{query}` | {_last(panel, answer)} |"


def _last(panel: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    if answer["error"]:
        return f"**error**: {_cell(answer['error'])}"
    unit = ((panel["fieldConfig"] or {}).get("defaults") or {}).get("unit") or ""
    said = []
    for series in answer["series"][:MOST_SERIES]:
        value = series["values"][-1][1] if series.get("values") else series["value"][1]
        labels = ", ".join(
            f"{name}={text}"
            for name, text in sorted(series["metric"].items())
            if name != "__name__"
        )
        said.append(_cell(f"{labels}: {_number(value, unit)}" if labels else _number(value, unit)))
    left_out = len(answer["series"]) - MOST_SERIES
    if left_out > 0:
        said.append(f"and {left_out} more")
    return "<br>".join(said) or "no data"


def _number(text: str, unit: str) -> str:
    value = float(text)
    if not math.isfinite(value):
        return text
    if unit == "percentunit":
        return f"{value:.2%}"
    known = {"s": " s", "percent": "%", "bytes": " B", "reqps": " req/s", "cps": "/s", "ms": " ms"}
    return f"{value:.4g}{known.get(unit, '')}"


def _cell(text: str) -> str:
    """Text that neither ends its cell nor is markup."""
    escaped = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return " ".join(escaped.split())
