"""Panel coverage: does every query of every panel return data, once traffic has flowed.

Pure but for one question, `query(expr)`. A query is asked as Grafana would ask it: variables
filled with the values that the server knows now, ranges as the time picker sets them. Empty
is wrong unless the panel says what must happen first (`empty_until`); NaN alone is as good
as empty; what the server refuses is always wrong.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from toolkit.dashboards import Dashboard, OtherVariable
from toolkit.errors import RefusedError
from toolkit.findings import Location
from toolkit.grafana.rate_interval import rate_interval
from toolkit.grafana.variable_interpolation import expand, one_of
from toolkit.grafana.write_panel_options import ref_id
from toolkit.project import Project

_VARIABLE = re.compile(r"\$\{?(\w+)\}?")


class QueryVerdict(StrEnum):
    """What became of one query."""

    DATA = "data"
    RIGHTLY_EMPTY = "empty by design"
    EMPTY = "empty"
    NAN = "only NaN"
    FAILING = "failing"


COVERED = frozenset({QueryVerdict.DATA, QueryVerdict.RIGHTLY_EMPTY})


class HasValue(Protocol):
    """One sample of an answer."""

    @property
    def labels(self) -> Mapping[str, str]:
        """The series' labels."""

    @property
    def value(self) -> float:
        """The value, which may be NaN."""


class QueryServer(Protocol):
    """A server that knows PromQL. It raises RefusedError for what it will not answer."""

    def query(self, expr: str) -> Sequence[HasValue]:
        """The instant vector of `expr`, now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuery:
    """One query as it was asked, and what became of it. `detail` is the server's refusal."""

    dashboard: str
    panel: str
    ref_id: str
    expr: str
    verdict: QueryVerdict
    empty_until: str
    location: Location
    detail: str = ""

    @property
    def subject(self) -> str:
        """Where it stands: dashboard, panel, refId."""
        return f"{self.dashboard}: {self.panel}: {self.ref_id}"


def run(project: Project, server: QueryServer) -> tuple[AskedQuery, ...]:
    """Ask every query of every panel, in reading order. UnreachableError passes through."""
    found = []
    for page in project.pages:
        filled = variable_values(page.dashboard, server, project.config.scrape_interval)
        for panel in page.dashboard.panels:
            for index, query in enumerate(panel.queries):
                empty_until = query.empty_until or panel.empty_until
                expr = expand(query.expr, filled)
                verdict, detail = judge(expr, server, may_be_empty=bool(empty_until))
                found.append(
                    AskedQuery(
                        dashboard=page.dashboard.uid,
                        panel=panel.title,
                        ref_id=ref_id(index),
                        expr=expr,
                        verdict=verdict,
                        empty_until=empty_until,
                        location=query.defined,
                        detail=detail,
                    )
                )
    return tuple(found)


def variable_values(
    dashboard: Dashboard, server: QueryServer, scrape_interval: str
) -> dict[str, str]:
    """By name, the text of each of Grafana's and the dashboard's variables.

    A variable of many values stands for all that the server knows, written as Grafana
    writes a choice of several; with none known it is `.*`, which is All.
    """
    found = {"__rate_interval": rate_interval(scrape_interval), "__range": _shown(dashboard)}
    for variable in dashboard.variables:
        if isinstance(variable, OtherVariable):
            found[variable.name] = _first_value(variable, server, found)
            continue
        values = {sample.labels.get(variable.name, "") for sample in server.query(variable.values)}
        known = tuple(sorted(value for value in values if value))
        found[variable.name] = one_of(known) if known else ".*"
    return found


def _first_value(variable: OtherVariable, server: QueryServer, chosen: Mapping[str, str]) -> str:
    """What Grafana chooses at first, with the variables before it `chosen`; `.*` for All."""
    if variable.include_all:
        return ".*"
    if not variable.values:
        return variable.query.split(",")[0].strip() or ".*"
    asked = _VARIABLE.sub(lambda match: chosen.get(match[1], ".*"), variable.values)
    values = {text for sample in server.query(asked) for text in sample.labels.values() if text}
    return min(values, default=".*")


def _shown(dashboard: Dashboard) -> str:
    """The time that the dashboard shows at first, as a range: `now-1h` is `1h`."""
    return dashboard.since.removeprefix("now-")


def judge(
    expr: str, server: QueryServer, *, may_be_empty: bool = False
) -> tuple[QueryVerdict, str]:
    """What becomes of `expr`, and the server's words where it refuses."""
    try:
        samples = server.query(expr)
    except RefusedError as error:
        return QueryVerdict.FAILING, error.message
    if any(not math.isnan(sample.value) for sample in samples):
        return QueryVerdict.DATA, ""
    if may_be_empty:
        return QueryVerdict.RIGHTLY_EMPTY, ""
    return (QueryVerdict.NAN if samples else QueryVerdict.EMPTY), ""


def share(asked: Iterable[AskedQuery]) -> float:
    """The share of the queries (0..1) that are covered; nothing asked is nothing covered."""
    verdicts = [each.verdict in COVERED for each in asked]
    return sum(verdicts) / len(verdicts) if verdicts else 0.0


def summary(asked: Sequence[AskedQuery]) -> str:
    """One line: `panel coverage 100%: 93 queries, 75 with data, 18 empty by design`."""
    # Rounded down: 100% is said only of all.
    return f"panel coverage {math.floor(share(asked) * 100)}%: {counts(asked)}"


def counts(asked: Iterable[AskedQuery]) -> str:
    """How many queries, and what became of them: `93 queries, 75 with data, 18 empty by design`."""
    found = Counter(each.verdict for each in asked)
    words = {verdict: verdict.value for verdict in QueryVerdict} | {QueryVerdict.DATA: "with data"}
    parts = [f"{found[verdict]} {word}" for verdict, word in words.items() if found[verdict]]
    return ", ".join([f"{found.total()} quer{'y' if found.total() == 1 else 'ies'}", *parts])


def by_dashboard(asked: Iterable[AskedQuery]) -> dict[str, str]:
    """By uid, in order, the counts of one dashboard's queries."""
    found: dict[str, list[AskedQuery]] = {}
    for each in asked:
        found.setdefault(each.dashboard, []).append(each)
    return {name: counts(its) for name, its in found.items()}


def empty_until(asked: Iterable[AskedQuery]) -> dict[str, tuple[str, ...]]:
    """By what must happen first, the queries that are rightly empty."""
    found: dict[str, tuple[str, ...]] = {}
    for each in asked:
        if each.verdict is QueryVerdict.RIGHTLY_EMPTY:
            found[each.empty_until] = (*found.get(each.empty_until, ()), each.subject)
    return found
