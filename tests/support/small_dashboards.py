"""The smallest dashboards that show one thing each."""

from pathlib import Path
from typing import Any

from toolkit.alerts import Alert, Group, Recording, RuleFile
from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit
from toolkit.config.pyproject import Config
from toolkit.dashboards import (
    Dashboard,
    Note,
    Panel,
    PanelState,
    PanelUnit,
    Query,
    Row,
    Variable,
    View,
)
from toolkit.grafana import write_classic_json
from toolkit.project import Page, Project

ZONE = Label("zone", at_most=4)
EVENTS = Metric("app_events_total", Kind.COUNTER, "Events.", unit=Unit.COUNT, labels=(ZONE,))
DOORS = Metric("app_doors", Kind.GAUGE, "Doors: 0 shut, 1 open.", unit=Unit.STATE)
DELAY = Metric(
    "app_delay", Kind.HISTOGRAM, "Delay in seconds.", unit=Unit.SECONDS, buckets=(0.1, 1.0)
)

PER_ZONE = Query("{{zone}}", "sum by (zone) (rate(app_events_total[$__rate_interval]))")
WITHIN = Query("Events", "sum by (zone) (increase(app_events_total[$__range]))")
BUCKETS = Query(
    "{{le}}", "sum by (le) (increase(app_delay_bucket[$__rate_interval]))", buckets=True
)
STATES = (PanelState(0, "shut", "green"), PanelState(1, "open", "red"))

_NEEDS: dict[View, dict[str, Any]] = {
    View.GAUGE: {"maximum": 10},
    View.TABLE: {"columns": ("zone",), "queries": (WITHIN,)},
    View.STATE_TIMELINE: {"states": STATES, "queries": (Query("doors", "app_doors"),)},
    View.HEATMAP: {"queries": (BUCKETS,)},
}


def panel(view: View = View.TIME_SERIES, **fields: Any) -> Panel:
    """The smallest panel of `view`; `fields` replace what it says."""
    smallest: dict[str, Any] = {
        "title": f"As {view.value}",
        "help": "What happens where.",
        "unit": PanelUnit.COUNT,
        "view": view,
        "queries": (PER_ZONE,),
    }
    return Panel(**(smallest | _NEEDS.get(view, {}) | fields))


def board(*rows: Row, **fields: Any) -> Dashboard:
    """A dashboard of `rows`, or of one time series."""
    smallest: dict[str, Any] = {"uid": "events", "title": "Events", "help": "What happens."}
    return Dashboard(rows=rows or (Row("All", (panel(),)),), **(smallest | fields))


def every_view() -> Dashboard:
    """One panel of every view, a note, a collapsed row, a variable, a line and a unit apart."""
    views = tuple(panel(view, width=8) for view in View)
    extremes = Row(
        "Extremes",
        (
            panel(title="Judged", line_at=5, bad_below=True, minimum=None, maximum=9, decimals=1),
            panel(title="Stacked", stacked=True),
            panel(
                View.TABLE,
                title="Two columns",
                queries=(WITHIN, Query("Share", WITHIN.expr, unit=PanelUnit.SHARE)),
            ),
        ),
        collapsed=True,
    )
    return board(
        Row("About", (Note("Read me", "# Events\n\nWhat they are."),)),
        Row("Every view", views),
        extremes,
        variables=(Variable(ZONE, EVENTS, "Zone"),),
        tags=("test",),
    )


def project(
    *dashboards: Dashboard,
    metrics: tuple[Metric, ...] = (EVENTS, DOORS, DELAY),
    recordings: tuple[Recording, ...] = (),
    alerts: tuple[Alert, ...] = (),
    root: Path = Path("/nowhere"),
) -> Project:
    """A project of these definitions, made without discovery."""
    group = Group("events", "alerts/app/events.py", recordings, alerts)
    pages = tuple(Page(x.uid, f"dashboards/{x.uid}.py", x) for x in dashboards)
    config = Config(root=root, catalogue="app.catalogue:CATALOGUE")
    return Project(config, Catalogue(metrics), (RuleFile("app", (group,)),), None, pages)


def drawn(dashboard: Dashboard) -> dict[str, Any]:
    """The dashboard's JSON."""
    return write_classic_json.dashboard_json(dashboard, note="Generated.", links={})


def all_panels(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Every panel of a dashboard's JSON, those of collapsed rows included; no rows."""
    found: list[dict[str, Any]] = []
    for item in data["panels"]:
        found += item["panels"] if item["type"] == "row" else [item]
    return found


def by_title(data: dict[str, Any], title: str) -> dict[str, Any]:
    """The panel of that title."""
    return next(item for item in all_panels(data) if item["title"] == title)
