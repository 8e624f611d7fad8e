"""Dashboards of the project during a load, as the preview draws them, for the HTML report."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit import find_definitions
from toolkit.config.pyproject import Config
from toolkit.errors import ToolkitError, UsageError
from toolkit.load.results import LoadOutcome, Problem, ServiceDashboard
from toolkit.preview.data_source import DataSource
from toolkit.preview.draw_dashboard import DrawingOptions
from toolkit.preview.time_range import TimeRange

if TYPE_CHECKING:
    from toolkit.preview.run import ChosenDashboard

_LEAST_SECONDS = 60.0  # of a chart; a shorter run stands at its end
_THEME = "light"  # the report changes it where its reader prefers dark


def chosen(
    config: Config, uids: Sequence[str], reports: Sequence[str]
) -> "tuple[ChosenDashboard, ...]":
    """The dashboards of these uids, before anything is sent. Raises UsageError for others."""
    if not uids:
        return ()
    if not any(path.endswith(".html") for path in reports):
        raise UsageError(
            "--panels draws into an HTML report, and none is asked for.",
            fix="give --report load.html too.",
        )
    from toolkit.preview import run  # loads grafanalib, as long as the rest of a load's modules

    return run.chosen(find_definitions.load(config.root), uids)


def with_dashboards(
    outcome: LoadOutcome,
    dashboards: "Sequence[ChosenDashboard]",
    prometheus: DataSource,
    scrape_seconds: float,
) -> LoadOutcome:
    """The outcome with the dashboards drawn; where nothing answers, with that as a problem."""
    begins = min(result.started for result in outcome.results)
    ends = max(result.started + result.seconds for result in outcome.results)
    # The last requests are in the scrape after the end.
    ends += scrape_seconds
    time_range = TimeRange(min(begins, ends - _LEAST_SECONDS), ends)
    options = DrawingOptions(
        time_range=time_range,
        scrape_interval=f"{max(1, round(scrape_seconds))}s",
        variables={},
        now=ends,
        is_relative=False,
    )
    try:
        drawn = tuple(_drawn(each, prometheus, options) for each in dashboards)
    except ToolkitError as error:
        return replace(outcome, problems=(*outcome.problems, Problem.of(error)))
    return replace(outcome, dashboards=drawn)


def _drawn(
    dashboard: "ChosenDashboard", prometheus: DataSource, options: DrawingOptions
) -> ServiceDashboard:
    from toolkit.preview import run

    page = run.draw(dashboard, prometheus, options)
    return ServiceDashboard(page.current.title, run.page_html(page, _THEME))
