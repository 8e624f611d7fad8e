"""A panel's queries → the questions to ask Prometheus, and their answers as the page reads them."""

import concurrent.futures
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.durations import plain, seconds
from toolkit.errors import ConfigurationError, ToolkitError
from toolkit.grafana.interpolation import Choice, Filling, expand
from toolkit.preview.data_source import Source
from toolkit.preview.panel_rows import PlacedPanel
from toolkit.preview.time_range import Window

AT_ONCE = 8
"""Queries under way together; Prometheus runs 20 at most and has others to serve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One query of one panel, filled in. `step` is in seconds."""

    panel: str
    ref_id: str
    expr: str
    legend: str
    form: str
    step: float
    path: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a question: the series, or the words for why there are none."""

    question: Question
    series: Sequence[Mapping[str, Any]] = ()
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the page reads it."""
        asked = self.question
        return {
            "refId": asked.ref_id,
            "format": asked.form,
            "legend": asked.legend,
            "expr": asked.expr,
            "step": asked.step,
            "series": list(self.series),
            "error": self.error,
        }


def questions(
    panel: PlacedPanel, choices: Mapping[str, Choice], window: Window, scrape_interval: str
) -> list[Question]:
    """What the panel asks Prometheus; hidden queries and those of other sources are left out."""
    filled: dict[str, Filling] = {**choices, **panel.scoped}
    found = []
    for target in panel.model.get("targets") or []:
        if target.get("hide") or not target.get("expr"):
            continue
        own = target.get("datasource") or panel.model.get("datasource")
        if foreign(own, choices):
            continue
        wanted = str(target.get("interval") or panel.model.get("interval") or "")
        least = _least(expand(wanted, filled), scrape_interval)
        points = float(panel.model.get("maxDataPoints") or panel.place.pixels)
        step = window.step(points, least)
        filled |= window.filled(step, least)
        step *= int(target.get("intervalFactor") or 1)
        expr = expand(str(target["expr"]), filled)
        if target.get("instant") and not target.get("range"):
            path = "/api/v1/query"
            params = {"query": expr, "time": f"{window.end:.3f}"}
        else:
            path = "/api/v1/query_range"
            start, end = window.aligned(step)
            params = {
                "query": expr,
                "start": f"{start:.3f}",
                "end": f"{end:.3f}",
                "step": plain(step),
            }
        found.append(
            Question(
                panel=panel.key,
                ref_id=str(target.get("refId") or "A"),
                expr=expr,
                legend=expand(str(target.get("legendFormat") or ""), filled, words=True),
                form=str(target.get("format") or "time_series"),
                step=step,
                path=path,
                params=params,
            )
        )
    return found


def foreign(datasource: Any, choices: Mapping[str, Choice]) -> str:
    """The kind of a data source that is not Prometheus; empty for Prometheus, or not said."""
    if isinstance(datasource, Mapping):
        kind = str(datasource.get("type") or "")
        return "" if kind in {"", "prometheus", "mixed"} else kind
    name = str(datasource or "").strip("${}")
    if name in choices and choices[name].values:
        kind = choices[name].values[0]
        return "" if kind == "prometheus" else kind
    return "grafana" if name in {"grafana", "-- Grafana --", "-- Dashboard --"} else ""


def _least(wanted: str, scrape_interval: str) -> str:
    """The least distance of points: what the panel says, or a scrape."""
    text = wanted.removeprefix(">")
    try:
        return text if text and seconds(text) > 0 else scrape_interval
    except ConfigurationError:
        return scrape_interval


def answers(source: Source, asked: Sequence[Question], deadline_seconds: float) -> list[Answer]:
    """Ask everything, some at once; what has no answer by the deadline says so."""
    end = time.monotonic() + deadline_seconds
    pool = concurrent.futures.ThreadPoolExecutor(AT_ONCE, thread_name_prefix="preview")
    try:
        pending = [(question, pool.submit(_answer, source, question)) for question in asked]
        found = []
        for question, future in pending:
            try:
                found.append(future.result(max(0.0, end - time.monotonic())))
            except concurrent.futures.TimeoutError:
                found.append(Answer(question, error=f"no answer in {deadline_seconds:g} s"))
        return found
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _answer(source: Source, question: Question) -> Answer:
    try:
        data = source.ask(question.path, question.params)
    except ToolkitError as error:
        return Answer(question, error=error.message)
    if data["resultType"] in {"scalar", "string"}:
        return Answer(question, [{"metric": {}, "value": data["result"]}])
    return Answer(question, data["result"])
