"""A dashboard's JSON and a data source → the drawing: what the page reads to draw one dashboard.

First the variables are resolved. Then each panel is prepared with all that it needs: its texts,
its place, its queries, and notes about what cannot be drawn. Then the queries of all panels
are run together, and each panel gets its answers.
"""

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.grafana.adhoc_filters import AdhocFilter
from toolkit.grafana.variable_interpolation import expand
from toolkit.preview import annotations, not_drawn_notes, relative_times_and_dates, variables
from toolkit.preview.data_source import DataSource
from toolkit.preview.panel_rows import PreviewPanel, PreviewRow, rows
from toolkit.preview.panel_time_override import panel_time
from toolkit.preview.queries import PanelQuery, QueryResult, panel_queries, run_queries
from toolkit.preview.time_range import TimeRange
from toolkit.preview.variables import NO_VARIABLES, ResolvedVariables

DEADLINE_SECONDS = 20.0  # for all the queries of one dashboard: a person waits for it
_LINK = "link"  # the other kind lists dashboards by tag
_NAMES = frozenset({"displayName", "noValue"})  # the properties in which variables are filled


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingOptions:
    """How a dashboard is to be drawn. `drawn` are the uids of the pages made in the same run.

    `now` (Unix seconds) is the end of the panels' own ranges; left out, the range's end.
    `is_relative` means that the range moves with the clock. `notes` go before all others. With
    `only_known`, values of `variables` that the server does not know are left out.
    """

    time_range: TimeRange
    scrape_interval: str
    variables: Mapping[str, tuple[str, ...]]
    expanded: bool = False
    drawn: Collection[str] = ()
    deadline_seconds: float = DEADLINE_SECONDS
    now: float | None = None
    is_relative: bool = True
    notes: tuple[str, ...] = ()
    only_known: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """One dashboard with every answer, as the page reads it; `resolved` are its variables."""

    data: Mapping[str, Any]
    resolved: ResolvedVariables = NO_VARIABLES

    @property
    def title(self) -> str:
        """The dashboard's title."""
        return str(self.data["title"])

    @property
    def panels(self) -> Iterator[dict[str, Any]]:
        """Every panel, in reading order."""
        for row in self.data["rows"]:
            yield from row["panels"]

    @property
    def answers(self) -> list[dict[str, Any]]:
        """The answer to every query, panel by panel."""
        return [answer for panel in self.panels for answer in panel["answers"]]

    @property
    def problems(self) -> list[str]:
        """`panel: refId: words` of every query that failed."""
        return [
            f"{panel['title']}: {answer['refId']}: {answer['error']}"
            for panel in self.panels
            for answer in panel["answers"]
            if answer["error"]
        ]

    @property
    def transforming(self) -> list[str]:
        """The titles of the panels that transform what was answered, which the page does."""
        return [
            str(panel["title"] or "a panel without a title")
            for panel in self.panels
            if any(not each.get("disabled") for each in panel["transformations"])
        ]


@dataclass(frozen=True, slots=True)
class _PreparedPanel:
    """A panel as the page reads it, but for the answers to its queries."""

    data: Mapping[str, Any]
    queries: tuple[PanelQuery, ...]
    notes: tuple[str, ...]


def collect(model: Mapping[str, Any], source: DataSource, options: DrawingOptions) -> Drawing:
    """Ask everything that the dashboard asks. Raises UsageError for an unknown variable."""
    resolved = variables.resolve(
        model, source, options.time_range, options.variables, only_known=options.only_known
    )
    choices = resolved.choices
    prepare = _Preparation(options, resolved.filters, relative_times_and_dates.zone_of(model))
    prepared = [
        (row, [prepare.panel(panel) for panel in row.panels]) for row in rows(model, choices)
    ]
    panels = [panel for _, below in prepared for panel in below]
    # All together, so that eight are under way and one deadline holds for the whole dashboard.
    queries = [query for panel in panels for query in panel.queries]
    results = iter(run_queries(source, queries, options.deadline_seconds))
    drawn = [_row(row, below, results, options) for row, below in prepared]
    found, notes = annotations.find(model, source, options.time_range, choices)
    panel_notes = [note for panel in panels for note in panel.notes]
    return Drawing(
        {
            "label": "",
            "title": expand(str(model.get("title") or "Dashboard"), choices, words=True),
            "links": _head_links(model, options),
            "variables": [
                {"label": str(x.get("label") or x["name"]), "value": choices[x["name"]].text}
                for x in variables.in_the_head(model)
            ],
            "rows": drawn,
            "annotations": found,
            "notes": list(dict.fromkeys([*options.notes, *resolved.notes, *panel_notes, *notes])),
        },
        resolved,
    )


def _row(
    row: PreviewRow,
    panels: list[_PreparedPanel],
    results: Iterator[QueryResult],
    options: DrawingOptions,
) -> dict[str, Any]:
    """The row with its panels; each takes the results of its queries, which come in order."""
    return {
        "title": None if row.title is None else expand(row.title, row.choices, words=True),
        "collapsed": row.collapsed and not options.expanded,
        "panels": [
            {**panel.data, "answers": [next(results).as_json() for _ in panel.queries]}
            for panel in panels
        ],
    }


@dataclass(frozen=True, slots=True)
class _Preparation:
    """What is the same for every panel of a dashboard."""

    options: DrawingOptions
    filters: tuple[AdhocFilter, ...]
    zone: relative_times_and_dates.Zone

    def panel(self, panel: PreviewPanel) -> _PreparedPanel:
        """The panel with its texts, its time and its queries."""
        model, options = panel.model, self.options

        def text(value: object, form: str = "") -> str:
            return expand(str(value or ""), panel.choices, words=True, form=form)

        time = panel_time(
            model,
            panel.choices,
            options.time_range,
            now=options.time_range.end if options.now is None else options.now,
            zone=self.zone,
            is_relative=options.is_relative,
        )
        title = text(model.get("title"))
        known = not_drawn_notes.supported()["transformations"]
        data = {
            "key": panel.key,
            "type": model.get("type") or "",
            "title": title,
            "description": text(model.get("description")),
            "place": dataclasses.asdict(panel.place),
            "transparent": bool(model.get("transparent")),
            "options": _options(model, text),
            "fieldConfig": _field_config(model, text),
            "transformations": [
                _interpolated(x, text)
                for x in model.get("transformations") or []
                if x["id"] in known and x.get("topic") != "annotations"
            ],
            "links": _panel_links(model, text, options),
            "time": None if time.range == options.time_range else _milliseconds(time.range),
            "timeWords": time.words,
            "cannot": not_drawn_notes.why_not_drawn(panel),
            "change": "",
        }
        queries = panel_queries(panel, time.range, options.scrape_interval, self.filters)
        notes = [*not_drawn_notes.notes(panel, title)]
        if time.problem:
            notes.append(f"{title or 'A panel'}: {time.problem}")
        return _PreparedPanel(data, tuple(queries), tuple(notes))


def _milliseconds(time_range: TimeRange) -> dict[str, float]:
    return {"from": time_range.start * 1000, "to": time_range.end * 1000}


def _field_config(model: Mapping[str, Any], text: Callable[..., str]) -> dict[str, Any]:
    """The panel's fieldConfig with the variables in names filled."""
    config = model.get("fieldConfig") or {}
    defaults = dict(config.get("defaults") or {})
    if "$" in str(defaults.get("displayName") or ""):
        defaults["displayName"] = text(defaults["displayName"])
    overrides = [
        {
            **override,
            "properties": [
                {**each, "value": text(each["value"])}
                if each.get("id") in _NAMES and isinstance(each.get("value"), str)
                else each
                for each in override.get("properties") or []
            ],
        }
        for override in config.get("overrides") or []
    ]
    return {"defaults": defaults, "overrides": overrides}


def _interpolated(value: Any, text: Callable[..., str]) -> Any:
    """A transformation with the variables filled, in names and values, as Grafana writes lists."""
    if isinstance(value, str):
        return text(value, "glob")
    if isinstance(value, Mapping):
        return {text(key, "glob"): _interpolated(inner, text) for key, inner in value.items()}
    return [_interpolated(each, text) for each in value] if isinstance(value, list) else value


def _options(model: Mapping[str, Any], text: Callable[..., str]) -> dict[str, Any]:
    options = dict(model.get("options") or {})
    if "content" in options:
        # Grafana escapes a variable's values in Markdown and HTML, and lists all of them.
        options["content"] = text(options["content"], "html")
    return options


def _panel_links(
    model: Mapping[str, Any], text: Callable[..., str], options: DrawingOptions
) -> list[dict[str, str]]:
    links = [
        {"title": text(link.get("title")), "url": _address(text(link.get("url")), options.drawn)}
        for link in model.get("links") or []
    ]
    return [link for link in links if link["url"]]


def _head_links(model: Mapping[str, Any], options: DrawingOptions) -> list[dict[str, Any]]:
    links = [
        {
            "title": str(link.get("title") or ""),
            "url": _address(str(link.get("url") or ""), options.drawn),
            "tooltip": str(link.get("tooltip") or ""),
            "targetBlank": bool(link.get("targetBlank")),
        }
        for link in model.get("links") or []
        if link.get("type") == _LINK
    ]
    return [link for link in links if link["url"]]


def _address(url: str, drawn: Collection[str]) -> str:
    """Where a link leads from the page: to one next to it, into the web, or nowhere (empty)."""
    # The page is a file: a path would lead to the reader's disk, and `javascript:` would run.
    if url.startswith("/d/"):
        uid = url.removeprefix("/d/").partition("/")[0].partition("?")[0]
        return f"{uid}.html" if uid in drawn else ""
    return url if url.startswith(("http://", "https://")) else ""
