"""What panels of the trading services have in common: rates, counts, and words for no data."""

from toolkit.catalogue import Metric
from toolkit.dashboards import Panel, PanelUnit, Query, View
from toolkit.promql import RATE

RUNS = "the trading services run, for which Redis must be installed"
NOT_RUNNING = "The services do not run"
NO_SIGNALS = "No signals in this time"


def per_second(metric: Metric) -> str:
    """Events a second."""
    return f"rate({metric}[{RATE}])"


def counted(title: str, help_text: str, *queries: Query, empty: str = NOT_RUNNING) -> Panel:
    """What happened within the time shown, as bars."""
    return Panel(
        title=title,
        help=help_text,
        unit=PanelUnit.COUNT,
        view=View.BAR_GAUGE,
        decimals=0,
        empty=empty,
        empty_until=RUNS,
        queries=queries,
    )


def current(title: str, help_text: str, expr: str) -> Panel:
    """A count as it is now."""
    return Panel(
        title=title,
        help=help_text,
        unit=PanelUnit.COUNT,
        view=View.STAT,
        empty=NOT_RUNNING,
        empty_until=RUNS,
        queries=(Query("now", expr),),
    )
