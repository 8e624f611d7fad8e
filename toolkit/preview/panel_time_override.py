"""A panel's own time range: `timeFrom` in place of the dashboard's, `timeShift` further back.

Source: https://grafana.com/docs/grafana/latest/panels-visualizations/query-transform-data/
#query-options
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.errors import UsageError
from toolkit.grafana.variable_interpolation import Choice, expand
from toolkit.preview.relative_times_and_dates import Zone, moment, moved
from toolkit.preview.time_range import TimeRange

_UNITS = {
    "s": "second",
    "m": "minute",
    "h": "hour",
    "d": "day",
    "w": "week",
    "M": "month",
    "Q": "quarter",
    "y": "year",
}
# Source: rangeUtil of packages/grafana-data/src/datetime of https://github.com/grafana/grafana.
_SO_FAR = {
    "now/d": "Today so far",
    "now/w": "This week so far",
    "now/M": "This month so far",
    "now/y": "This year so far",
    "now/fQ": "This fiscal quarter so far",
    "now/fy": "This fiscal year so far",
}


@dataclass(frozen=True, slots=True)
class PanelTime:
    """The range that a panel shows, the words for it beside its title, and what is wrong."""

    range: TimeRange
    words: str = ""
    problem: str = ""


def panel_time(
    model: Mapping[str, Any],
    choices: Mapping[str, Choice],
    dashboard: TimeRange,
    *,
    now: float,
    zone: Zone,
    is_relative: bool,
) -> PanelTime:
    """The time range of one panel. One that is wrong leaves the dashboard's, and says so.

    Grafana heeds `timeFrom` only where the dashboard's range moves with the clock.
    """
    since = expand(str(model.get("timeFrom") or ""), choices, words=True)
    shift = expand(str(model.get("timeShift") or ""), choices, words=True)
    found, words = dashboard, []
    try:
        if since and is_relative:
            start, words = _start(since, now, zone), [_in_words(since)]
            found = TimeRange(start, now)
        if shift:
            start = moved(found.start, f"-{shift}", zone)
            found = TimeRange(start, moved(found.end, f"-{shift}", zone, is_end=True))
            words.append(f"timeshift -{shift}")
    except UsageError as error:
        problem = f"its own time range is not drawn: {error.message}"
        return PanelTime(dashboard, problem=problem)
    return PanelTime(found, "" if model.get("hideTimeOverride") else " ".join(words))


def _start(since: str, now: float, zone: Zone) -> float:
    text = since if since.startswith("now") else f"now-{since}"
    start = moment(text, now, zone)
    if start >= now:
        raise UsageError(f"{since!r} begins in the future.")
    return start


def _in_words(since: str) -> str:
    text = since if since.startswith("now") else f"now-{since}"
    if text in _SO_FAR:
        return _SO_FAR[text]
    # What rounds it, as in now-5d/d, is left out of the words.
    count = re.match(r"now-(\d+)([smhdwMQy])", text)
    if not count:
        return f"{text} to now"
    number, unit = count[1], _UNITS[count[2]]
    return f"Last {number} {unit}{'' if number == '1' else 's'}"
