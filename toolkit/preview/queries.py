"""A panel's targets → the queries to Prometheus, and their results as the page reads them."""

import concurrent.futures
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.durations import plain, seconds
from toolkit.errors import ConfigurationError, ToolkitError
from toolkit.grafana.adhoc_filters import AdhocFilter, with_filters
from toolkit.grafana.rate_interval import rate_interval
from toolkit.grafana.variable_interpolation import VariableValue, expand
from toolkit.preview.data_source import DataSource
from toolkit.preview.foreign_data_sources import other_source, source_uid
from toolkit.preview.panel_rows import PreviewPanel
from toolkit.preview.time_range import TimeRange

AT_ONCE = 8
"""Queries under way together; Prometheus runs 20 at most and has others to serve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelQuery:
    """One query of a panel, with every variable replaced. `step` is in seconds.

    `path` and `params` are the request to Prometheus' HTTP API.
    """

    ref_id: str
    expr: str
    legend: str
    form: str
    step: float
    path: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The series of a query, or the words for why there are none."""

    query: PanelQuery
    series: Sequence[Mapping[str, Any]] = ()
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the page reads it."""
        query = self.query
        return {
            "refId": query.ref_id,
            "format": query.form,
            "legend": query.legend,
            "expr": query.expr,
            "step": query.step,
            "series": list(self.series),
            "error": self.error,
        }


def panel_queries(
    panel: PreviewPanel,
    time_range: TimeRange,
    scrape_interval: str,
    filters: Sequence[AdhocFilter] = (),
) -> Iterator[PanelQuery]:
    """The panel's queries to Prometheus, without hidden ones and those to other data sources."""
    for target in panel.model.get("targets") or []:
        if target.get("hide") or not target.get("expr"):
            continue
        datasource = target.get("datasource") or panel.model.get("datasource")
        if not other_source(datasource, panel.choices):
            yield _query(target, panel, time_range, scrape_interval, filters)


def _query(
    target: Mapping[str, Any],
    panel: PreviewPanel,
    time_range: TimeRange,
    scrape_interval: str,
    filters: Sequence[AdhocFilter],
) -> PanelQuery:
    step, interval = _step(target, panel, time_range, scrape_interval)
    values: dict[str, VariableValue] = {
        **panel.choices,
        **time_range.own_variables(step, interval),
    }
    uid = source_uid(target.get("datasource") or panel.model.get("datasource"), panel.choices)
    wanted = [each for each in filters if each.reaches(uid)]
    expr = with_filters(expand(str(target["expr"]), values), wanted)
    # A query may ask for both; the range then holds the last value too.
    if target.get("instant") and not target.get("range"):
        path = "/api/v1/query"
        params = {"query": expr, "time": f"{time_range.end:.3f}"}
    else:
        path = "/api/v1/query_range"
        start, end = time_range.aligned(step)
        bounds = {"start": f"{start:.3f}", "end": f"{end:.3f}", "step": plain(step)}
        params = {"query": expr, **bounds}
    return PanelQuery(
        ref_id=str(target.get("refId") or "A"),
        expr=expr,
        legend=expand(str(target.get("legendFormat") or ""), values, words=True),
        form=str(target.get("format") or "time_series"),
        step=step,
        path=path,
        params=params,
    )


def _step(
    target: Mapping[str, Any], panel: PreviewPanel, time_range: TimeRange, scrape_interval: str
) -> tuple[float, str]:
    """Seconds between the points of a query, and its `$__rate_interval`.

    Source: pkg/promlib/models/query.go of https://github.com/grafana/grafana.
    """
    # A query's own step stands for the scrape interval in `$__rate_interval`; the panel's least
    # interval only bounds the step.
    own = str(target.get("interval") or "")
    scrape = _interval(expand(own, panel.choices), scrape_interval)
    panels = expand(str(panel.model.get("interval") or ""), panel.choices)
    least = scrape if scrape != scrape_interval else _interval(panels, scrape_interval)
    points = float(panel.model.get("maxDataPoints") or panel.place.pixels)
    step = time_range.step(points, least)
    is_variable = own.strip("${}")
    if is_variable == "__rate_interval":
        interval = rate_interval(scrape_interval, step)
        return seconds(interval), interval
    # Dashboards of old releases ask for fewer points by a factor.
    wide = step * int(target.get("intervalFactor") or 1)
    if is_variable == "__interval":
        scrape = f"{plain(wide)}s"
    return wide, rate_interval(scrape, step)


def _interval(text: str, otherwise: str) -> str:
    """A duration as a panel or a query says it; `otherwise` where it says none."""
    text = text.removeprefix(">")  # Grafana's editor accepts `>10s` for "at least 10s"
    try:
        return text if text and seconds(text) > 0 else otherwise
    except ConfigurationError:
        return otherwise


def run_queries(
    source: DataSource, queries: Iterable[PanelQuery], deadline_seconds: float
) -> list[QueryResult]:
    """The results in the queries' order; one without an answer by the deadline says so."""
    end = time.monotonic() + deadline_seconds
    pool = concurrent.futures.ThreadPoolExecutor(AT_ONCE, thread_name_prefix="preview")
    try:
        pending = [(query, pool.submit(_run, source, query)) for query in queries]
        found = []
        for query, future in pending:
            try:
                found.append(future.result(max(0.0, end - time.monotonic())))
            except concurrent.futures.TimeoutError:
                found.append(QueryResult(query, error=f"no answer in {deadline_seconds:g} s"))
        return found
    finally:
        # Requests under way end by their own timeout; waiting for them would miss the deadline.
        pool.shutdown(wait=False, cancel_futures=True)


def _run(source: DataSource, query: PanelQuery) -> QueryResult:
    try:
        data = source.ask(query.path, query.params)
    except ToolkitError as error:
        return QueryResult(query, error=error.message)
    if data["resultType"] in {"scalar", "string"}:
        return QueryResult(query, [{"metric": {}, "value": data["result"]}])
    return QueryResult(query, data["result"])
