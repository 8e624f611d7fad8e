"""Drawings → a table of panel, query and last value in Markdown, for a review without a browser."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.formats.tables import markdown_cell, markdown_table
from toolkit.preview.draw_dashboard import Drawing

MOST_SERIES = 5  # of one query: a review wants to see that it answers, not each answer
_HEADER = ("panel", "query", "last value")
_UNITS = {"s": " s", "percent": "%", "bytes": " B", "reqps": " req/s", "cps": "/s", "ms": " ms"}


def markdown(drawing: Drawing) -> str:
    """One dashboard: its title, a line for each query, and what is not drawn."""
    text = f"### {_line(drawing.title)}\n\n{markdown_table(_HEADER, _rows(drawing))}"
    notes = "".join(f"- {_line(note)}\n" for note in drawing.data["notes"])
    return f"{text}\n{notes}" if notes else text


def _rows(drawing: Drawing) -> Iterator[tuple[str, str, str]]:
    for panel in drawing.panels:
        change = f" ({panel['change']})" if panel["change"] else ""
        title = _one_line(panel["title"] + change)
        if panel["cannot"]:
            yield title, "", panel["cannot"]
        for answer in panel["answers"]:
            # A backtick would end the code span; PromQL takes other quotes in its place.
            query = _one_line(answer["expr"]).replace("`", "'")
            yield title, f"`{query}`", _last_values(panel, answer)


def _last_values(panel: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    """The last value of the first series, one on each line."""
    if answer["error"]:
        return f"**error**: {_one_line(answer['error'])}"
    unit = ((panel["fieldConfig"] or {}).get("defaults") or {}).get("unit") or ""
    lines = []
    for series in answer["series"][:MOST_SERIES]:
        sample = series["values"][-1] if series.get("values") else series["value"]
        value = _number(sample[1], unit)
        labels = ", ".join(
            f"{name}={text}"
            for name, text in sorted(series["metric"].items())
            if name != "__name__"
        )
        lines.append(_one_line(f"{labels}: {value}" if labels else value))
    left_out = len(answer["series"]) - MOST_SERIES
    if left_out > 0:
        lines.append(f"and {left_out} more")
    return "\n".join(lines) or "no data"


def _number(text: str, unit: str) -> str:
    value = float(text)
    if not math.isfinite(value):
        return text
    if unit == "percentunit":
        return f"{value:.2%}"
    return f"{value:.4g}{_UNITS.get(unit, '')}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _line(text: str) -> str:
    return markdown_cell(_one_line(text))
