"""A dashboard's JSON and a source of data → the drawing that the page reads.

Says in `notes` what the page cannot draw: a reader must know what is missing.
"""

import functools
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from toolkit.grafana.interpolation import Choice, expand
from toolkit.preview import annotations, variables
from toolkit.preview.data_source import Source
from toolkit.preview.panel_rows import PlacedPanel, PlacedRow, rows
from toolkit.preview.queries import Answer, Question, answers, foreign, questions
from toolkit.preview.time_range import Window

DEADLINE_SECONDS = 20.0  # for all the queries of one dashboard: a person waits for it
_PLUGIN_LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a dashboard is to be drawn. `drawn` are the uids of the pages made in the same run."""

    window: Window
    scrape_interval: str
    variables: Mapping[str, tuple[str, ...]]
    expanded: bool = False
    drawn: Collection[str] = ()
    deadline_seconds: float = DEADLINE_SECONDS


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the page needs to draw one dashboard, and every answer that is in it."""

    data: Mapping[str, Any]
    answers: tuple[Answer, ...]

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
    def problems(self) -> list[str]:
        """`panel: refId: words` of every query that failed."""
        titles = {panel["key"]: panel["title"] for panel in self.panels}
        return [
            f"{titles[each.question.panel]}: {each.question.ref_id}: {each.error}"
            for each in self.answers
            if each.error
        ]


@functools.cache
def supported() -> Mapping[str, frozenset[str]]:
    """The panel types and the transformations that the page knows."""
    text = resources.files("toolkit.preview").joinpath("supported.json").read_text("utf-8")
    return {key: frozenset(values) for key, values in json.loads(text).items()}


def collect(dashboard: Mapping[str, Any], source: Source, wanted: Wanted) -> Drawing:
    """Ask everything that the dashboard asks. Raises UsageError for an unknown variable."""
    notes: list[str] = []
    choices = variables.resolve(dashboard, source, wanted.window, wanted.variables, notes)
    placed = rows(dashboard, choices)
    asked: list[Question] = []
    for row in placed:
        for panel in row.panels:
            asked += questions(panel, choices, wanted.window, wanted.scrape_interval)
    found = answers(source, asked, wanted.deadline_seconds)
    by_panel: dict[str, list[Answer]] = {}
    for answer in found:
        by_panel.setdefault(answer.question.panel, []).append(answer)
    drawn = [_row(row, choices, wanted, by_panel, notes) for row in placed]
    data = {
        "label": "",
        "title": expand(str(dashboard.get("title") or "Dashboard"), choices, words=True),
        "links": _head_links(dashboard, wanted),
        "variables": variables.shown(dashboard, choices),
        "rows": drawn,
        "annotations": annotations.found(dashboard, source, wanted.window, choices, notes),
        "notes": list(dict.fromkeys(notes)),
    }
    return Drawing(data, tuple(found))


def _row(
    row: PlacedRow,
    choices: Mapping[str, Choice],
    wanted: Wanted,
    by_panel: Mapping[str, list[Answer]],
    notes: list[str],
) -> dict[str, Any]:
    title = row.title
    return {
        "title": None if title is None else expand(title, {**choices, **row.scoped}, words=True),
        "collapsed": row.collapsed and not wanted.expanded,
        "panels": [
            _panel(panel, choices, wanted, by_panel.get(panel.key, []), notes)
            for panel in row.panels
        ],
    }


def _panel(
    panel: PlacedPanel,
    choices: Mapping[str, Choice],
    wanted: Wanted,
    found: list[Answer],
    notes: list[str],
) -> dict[str, Any]:
    model, place = panel.model, panel.place
    filled = {**choices, **panel.scoped}
    title = expand(str(model.get("title") or ""), filled, words=True)
    cannot = _cannot(model, choices)
    if cannot:
        notes.append(f"{title or 'A panel'}: {cannot}")
    elif _in_ranges(model):
        notes.append(
            f"{title or 'A panel'}: Grafana draws the ranges of its thresholds, not its values and "
            "their mappings, as drawn here; set its colour scheme to a single colour."
        )
    known = supported()["transformations"]
    notes.extend(
        f"{title}: the transformation {each['id']!r} is left out."
        for each in model.get("transformations") or []
        if not each.get("disabled") and each["id"] not in known
    )
    options = dict(model.get("options") or {})
    if "content" in options:
        options["content"] = expand(str(options["content"]), filled, words=True)
    config = model.get("fieldConfig") or {}
    return {
        "key": panel.key,
        "type": model.get("type") or "",
        "title": title,
        "description": expand(str(model.get("description") or ""), filled, words=True),
        "place": {"x": place.x, "y": place.y, "w": place.w, "h": place.h},
        "transparent": bool(model.get("transparent")),
        "options": options,
        "fieldConfig": {
            "defaults": config.get("defaults") or {},
            "overrides": config.get("overrides") or [],
        },
        "transformations": [
            each for each in model.get("transformations") or [] if each["id"] in known
        ],
        "links": [
            {
                "title": expand(str(link.get("title") or ""), filled, words=True),
                "url": _address(expand(str(link.get("url") or ""), filled, words=True), wanted),
            }
            for link in model.get("links") or []
            if _address(str(link.get("url") or ""), wanted)
        ],
        "answers": [answer.as_json() for answer in found],
        "cannot": cannot,
        "change": "",
    }


def _cannot(model: Mapping[str, Any], choices: Mapping[str, Choice]) -> str:
    """Why the page cannot draw the panel; empty when it can."""
    kind = str(model.get("type") or "")
    if model.get("libraryPanel") and not kind:
        return "a library panel, which only a Grafana has."
    if kind not in supported()["panels"]:
        return f"panels of the type {kind!r} are not drawn."
    if kind == "heatmap" and (model.get("options") or {}).get("calculate"):
        return "a heatmap whose buckets Grafana would calculate; ask for a histogram's."
    targets = [each for each in model.get("targets") or [] if not each.get("hide")]
    if kind == "text" or not targets:
        return ""
    sources = [
        foreign(each.get("datasource") or model.get("datasource"), choices) for each in targets
    ]
    if all(sources):
        return f"it asks {', '.join(sorted(set(sources)))}, not Prometheus."
    return ""


def _in_ranges(model: Mapping[str, Any]) -> bool:
    """Whether Grafana draws a state timeline's threshold ranges: coloured by them, and merging.

    Source: prepareTimelineFields in public/app/core/components/TimelineChart/utils.ts of
    https://github.com/grafana/grafana; values are merged unless the panel says otherwise.
    """
    if model.get("type") != "state-timeline":
        return False
    if (model.get("options") or {}).get("mergeValues") is False:
        return False
    config = model.get("fieldConfig") or {}
    defaults = config.get("defaults") or {}
    if (defaults.get("thresholds") or {}).get("steps") == []:
        return False
    overridden = [
        each.get("value")
        for override in config.get("overrides") or []
        for each in override.get("properties") or []
        if each.get("id") == "color"
    ]
    colors = [defaults.get("color"), *overridden]
    return any((color or {}).get("mode") == "thresholds" for color in colors)


def _head_links(dashboard: Mapping[str, Any], wanted: Wanted) -> list[dict[str, Any]]:
    return [
        {
            "title": str(link.get("title") or ""),
            "url": _address(str(link.get("url") or ""), wanted),
            "tooltip": str(link.get("tooltip") or ""),
            "targetBlank": bool(link.get("targetBlank")),
        }
        for link in dashboard.get("links") or []
        if link.get("type") == _PLUGIN_LINK and _address(str(link.get("url") or ""), wanted)
    ]


def _address(url: str, wanted: Wanted) -> str:
    """Where a link leads from the page: beside it, out into the web, or nowhere (empty)."""
    if url.startswith("/d/"):
        uid = url.removeprefix("/d/").partition("/")[0].partition("?")[0]
        return f"{uid}.html" if uid in wanted.drawn else ""
    return url if url.startswith(("http://", "https://")) else ""
