"""Dashboards as values: rows of panels that ask questions in PromQL.

A panel cannot be made without a unit and a help text. Ids, refIds and positions follow
from the order. `toolkit.grafana.write_classic_json` turns a dashboard into Grafana's JSON.
"""

import re
from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum
from itertools import pairwise

from toolkit.catalogue import Label, Matcher, Metric
from toolkit.dashboard_rows import AutoGrid, refuse_condition, refuse_tabs
from toolkit.definition_arguments.durations_and_ranges import Blank, Columns, Count, Decimals
from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.errors import DefinitionError
from toolkit.findings import Allow, Location, definition_site
from toolkit.imported.panel_as_written import PanelAsWritten
from toolkit.promql import PromQLError, parse

GRID_COLUMNS = 24

DEPLOYED = "deploy"
"""The tag of the annotations that mark a deployment; `toolkit annotate` sets it."""

_UID = re.compile(r"[A-Za-z0-9_-]{1,40}")  # what Grafana accepts; it is part of an address


class View(StrEnum):
    """How a panel draws its series, by the names of Grafana's panel plugins."""

    TIME_SERIES = "timeseries"
    STAT = "stat"
    GAUGE = "gauge"
    BAR_GAUGE = "bargauge"
    TABLE = "table"
    PIE = "piechart"
    STATE_TIMELINE = "state-timeline"
    HEATMAP = "heatmap"
    HISTOGRAM = "histogram"


INSTANT = frozenset({View.BAR_GAUGE, View.TABLE, View.PIE})
"""Views that show one value for the whole time range: ask them about `[$__range]`."""
COLOURED = frozenset({View.STAT, View.GAUGE, View.BAR_GAUGE})
"""Views whose colour is the judgement on their number."""


class PanelUnit(StrEnum):
    """A panel's unit, by the ids of Grafana's value formats.

    Source: https://github.com/grafana/grafana (packages/grafana-data/src/valueFormats)
    """

    SECONDS = "s"
    REQUESTS_PER_SECOND = "reqps"
    EVENTS_PER_SECOND = "cps"
    SHARE = "percentunit"
    PERCENT = "percent"
    COUNT = "short"
    BYTES = "bytes"
    BYTES_PER_SECOND = "Bps"
    USD = "currencyUSD"
    FACTOR = "none"
    AGE = "dtdurations"


@checked
@dataclass(frozen=True, slots=True)
class OtherUnit:
    """A unit that `PanelUnit` lacks, by its id in Grafana."""

    value: str


@checked
@dataclass(frozen=True, slots=True)
class Variable:
    """A dashboard variable that lists a label's values: many may be chosen, or All.

    Used in `where={"source": SOURCE}` it matches whatever the reader chose.
    """

    label: Label
    metric: Metric
    title: str
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.label not in self.metric.labels:
            raise DefinitionError(f"{self.metric.name}: has no label {self.label.name!r}.")

    @property
    def name(self) -> str:
        """The variable's name, which is its label's."""
        return self.label.name

    @property
    def matcher(self) -> Matcher:
        """`=~"$name"`."""
        return Matcher("=~", f"${self.name}")

    @property
    def query(self) -> str:
        """Grafana's query for the values."""
        return f"label_values({self.metric.series[0]}, {self.name})"

    @property
    def values(self) -> str:
        """The same question as PromQL."""
        return f"group by ({self.name}) ({self.metric.series[0]})"


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class OtherVariable:
    """A variable that was imported, as Grafana has it; `kind` is Grafana's type of variable.

    `query` is Grafana's query for the values, or the list of them.
    """

    name: str
    kind: str
    query: str
    title: str = ""
    multi: bool = False
    include_all: bool = False
    all_value: str = ""
    regex: str = ""
    hide: int = 0  # 1: without its label, 2: altogether
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    @property
    def values(self) -> str:
        """The query as PromQL, in which other variables may stand; empty where it is none."""
        match = re.fullmatch(r"label_values\((.+),\s*(\w+)\s*\)", self.query)
        return f"group by ({match[2]}) ({match[1]})" if match else ""


@checked
@dataclass(frozen=True, slots=True)
class Query:
    """One PromQL expression of a panel; `legend` is Grafana's template for series names.

    In a table `legend` heads the column of values. `unit`, where given, replaces the panel's. A
    `hidden` one is asked and not drawn. `buckets` means that the result is a histogram's,
    `sum by (le) (…)`, whose cumulative counts Grafana then takes apart. `empty_until` is as on the
    panel, for one query alone; so is `line_at`, where each of several numbers has its own limit.
    """

    legend: Blank
    expr: str
    _: KW_ONLY
    unit: PanelUnit | OtherUnit | None = None
    line_at: float | None = None
    hidden: bool = False
    buckets: bool = False
    empty_until: str = ""
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    def __post_init__(self) -> None:
        try:
            parse(self.expr)
        except PromQLError as error:
            message = f"query: not PromQL: {error}\n    {self.expr}"
            raise DefinitionError(message, argument="expr") from None


@checked
@dataclass(frozen=True, slots=True)
class PanelState:
    """What one value of a panel means: the word and the colour to show instead of it."""

    value: int
    text: str
    color: str


@checked
@dataclass(frozen=True, slots=True)
class Note:
    """Markdown on a dashboard, for what no query can say."""

    title: str
    text: str
    _: KW_ONLY
    width: Columns | None = None
    height: Count = 4

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise DefinitionError(f"note {self.title!r}: text is empty.", argument="text")


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One question, and how its answer is drawn.

    `line_at` draws the limit that an alert or objective watches, in `unit`; values over it are bad,
    or under it where `bad_below`. `states` names the values of a state. `columns` are the labels
    that head a table's lines; its lines are sorted by the first query, largest first. `empty` is
    shown when there is no data, and explains what that means; Grafana does not show it on a state
    timeline or a heatmap, which take no `line_at` either. `empty_until` names what must happen
    before there can be data, for panels that are rightly empty on a healthy system. `width` is in
    columns of 24; left out, a row shares them evenly. `as_written` is for imported panels.
    """

    title: str
    help: Blank
    unit: PanelUnit | OtherUnit
    queries: tuple[Query, ...]
    view: View = View.TIME_SERIES
    line_at: float | None = None
    bad_below: bool = False
    minimum: float | None = 0
    maximum: float | None = None
    decimals: Decimals | None = None
    stacked: bool = False
    states: tuple[PanelState, ...] = ()
    columns: tuple[str, ...] = ()
    empty: str = "No data"
    empty_until: str = ""
    width: Columns | None = None
    height: Count = 9  # a legend may take a third of it: room for its heading and three lines
    allow: tuple[Allow, ...] = ()
    as_written: PanelAsWritten | None = None
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    def __post_init__(self) -> None:
        wanted = ("title", "help", "empty") if self.as_written is None else ("title",)
        for name in wanted:
            if not getattr(self, name).strip():
                raise DefinitionError(f"panel {self.title!r}: {name} is empty.", argument=name)
        if not self.queries:
            raise DefinitionError(
                f"panel {self.title!r}: has no queries.", fix="add a Query.", argument="queries"
            )
        if self.as_written is None:
            self._refuse_view()

    def _refuse_view(self) -> None:
        if self.view is View.GAUGE and self.maximum is None:
            raise DefinitionError(
                f"panel {self.title!r}: a gauge needs a maximum.",
                fix="say maximum=…",
                argument="view",
            )
        if (self.view is View.TABLE) != bool(self.columns):
            raise DefinitionError(
                f"panel {self.title!r}: a table needs columns, and nothing else has them.",
                fix="name the labels that head its lines: columns=(…).",
            )
        if self.view is View.STATE_TIMELINE and not self.states:
            raise DefinitionError(
                f"panel {self.title!r}: a state timeline needs states.",
                fix='say what each value means: states=(PanelState(0, "closed", "green"), …).',
            )
        if self.view is View.STATE_TIMELINE and self.line_at is not None:
            raise DefinitionError(
                f"panel {self.title!r}: a state timeline draws states, not a line at "
                f"{self.line_at:g}; given a threshold, Grafana draws its ranges instead of them.",
                fix="leave line_at out and say with each PanelState's color what is bad, "
                "or draw values and line with view=View.TIME_SERIES.",
            )
        if self.view not in COLOURED and any(x.line_at is not None for x in self.queries):
            raise DefinitionError(
                f"panel {self.title!r}: only numbers are coloured by a query's own line_at.",
                fix="give the panel a line_at, or draw the numbers with view=View.STAT.",
            )
        if self.view is View.HEATMAP and not all(query.buckets for query in self.queries):
            raise DefinitionError(
                f"panel {self.title!r}: a heatmap draws a histogram's buckets.",
                fix="ask for `sum by (le) (…)` of a bucket series and say buckets=True.",
            )


@checked
@dataclass(frozen=True, slots=True)
class PanelLink:
    """A link in a panel's corner, such as the runbook of the alert that watches it."""

    title: str
    url: str


@checked
@dataclass(frozen=True, slots=True)
class Row:
    """Panels under one heading. Their widths fill the 24 columns, line by line.

    `collapsed` rows hold detail: they open with a click, and cost nothing until then. In V2 a row
    stands in its `tab`, is shown while `shown_if`, which is PromQL, has series, and is laid out
    by its `auto_grid`; see `toolkit.dashboard_rows`.
    """

    title: Blank
    items: tuple[Panel | Note, ...]
    _: KW_ONLY
    collapsed: bool = False
    tab: str = ""
    shown_if: str = ""
    auto_grid: AutoGrid | None = None
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.items:
            raise DefinitionError(f"row {self.title!r}: has no panels.", argument="items")
        if self.shown_if:
            refuse_condition(self.title, self.shown_if)
        list(self.lines())

    def lines(self) -> Iterator[list[tuple[Panel | Note, int]]]:
        """Each line's panels with their widths in columns."""
        even = GRID_COLUMNS // len(self.items)
        line: list[tuple[Panel | Note, int]] = []
        for item in self.items:
            line.append((item, even if item.width is None else item.width))
            used = sum(width for _, width in line)
            if used == GRID_COLUMNS:
                if len({item.height for item, _ in line}) > 1:
                    raise DefinitionError(
                        f"row {self.title!r}: the panels of one line differ in height.",
                        fix="give them the same height, or a line of their own.",
                    )
                yield line
                line = []
            elif used > GRID_COLUMNS:
                break
        if line:
            used = sum(width for _, width in line)
            raise DefinitionError(
                f"row {self.title!r}: the line that ends with {line[-1][0].title!r} is {used} "
                f"columns wide, not {GRID_COLUMNS}.",
                fix="give its panels widths that add up.",
            )


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """A page of rows. `uid` is its address in Grafana and never changes.

    `see` are the uids of the pages that its head links to. `datasource` names the variable by
    which the reader chooses the Prometheus.
    """

    uid: str
    title: str
    help: str
    rows: tuple[Row, ...]
    variables: tuple[Variable | OtherVariable, ...] = ()
    tags: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    refresh: str = "30s"
    since: str = "now-1h"
    datasource: str = "datasource"
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not _UID.fullmatch(self.uid):
            raise DefinitionError(
                f"dashboard {self.uid!r}: is not a uid for Grafana.",
                fix="use up to 40 letters, digits, - and _.",
                argument="uid",
            )
        for name in ("title", "help"):
            if not getattr(self, name).strip():
                raise DefinitionError(f"dashboard {self.uid}: {name} is empty.", argument=name)
        for name, prefix in (("refresh", ""), ("since", "now-")):
            if not re.fullmatch(rf"{prefix}\d+[smhdw]", getattr(self, name)):
                raise DefinitionError(
                    f"dashboard {self.uid}: {name} is {getattr(self, name)!r}.",
                    fix=f"write it like {prefix}30m.",
                    argument=name,
                )
        refuse_tabs(self.uid, ((row.title, row.tab) for row in self.rows))
        titles = sorted(panel.title for panel in self.panels)
        for first, second in pairwise(titles):
            if first == second:
                raise DefinitionError(f"dashboard {self.uid}: two panels are titled {first!r}.")

    @property
    def panels(self) -> tuple[Panel, ...]:
        """Every panel, in reading order."""
        items = (item for row in self.rows for item in row.items)
        return tuple(item for item in items if isinstance(item, Panel))

    def panel_id(self, title: str) -> int:
        """The id of the panel titled `title`: rows and panels are numbered in order from 1."""
        number = 0
        for row in self.rows:
            number += 1
            for item in row.items:
                number += 1
                if isinstance(item, Panel) and item.title == title:
                    return number
        raise KeyError(title)
