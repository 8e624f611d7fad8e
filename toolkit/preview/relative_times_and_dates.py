"""A time as Grafana writes it: `now`, `now-1h`, `now-7d/d`, `now/d+8h`, a date, Unix time.

`/unit` rounds: down for the begin of a range, up for its end. Months, quarters, years, and days
and weeks are the calendar's, in the dashboard's time zone; without one, UTC. `fQ` and `fy` are the
quarter and the year of a dashboard's own fiscal year.
Source: https://grafana.com/docs/grafana/latest/dashboards/use-dashboards/#set-dashboard-time-range
"""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from toolkit.errors import UsageError

HOW = "write it like now-1h, now-7d/d, 2026-05-01T12:00:00Z or 1777636800."
_UNIT = r"(?:ms|f?[Qy]|[smhdwM])"
# From left to right: `/d` rounds, `+8h` and `-1d` move. `-1h30m`, which Grafana does not have, is
# taken too.
_STEPS = rf"(?:[+-]\d*{_UNIT}(?:\d+{_UNIT})*|/{_UNIT})*"
_RELATIVE = re.compile(rf"now(?P<steps>{_STEPS})")
_STEP = re.compile(rf"(?P<sign>[+/-])?(?P<count>\d*)(?P<unit>{_UNIT})")
_FIXED_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_MONTHS = {"M": 1, "Q": 3, "y": 12}
_DAYS = {"d": 1, "w": 7}
_WEEKDAYS = {"monday": 0, "saturday": 5, "sunday": 6}
_SUNDAY = 6
_LAST_MOMENT_SECONDS = 0.001  # a range that is rounded up ends with it


@dataclass(frozen=True, slots=True)
class Zone:
    """The time zone of a dashboard, and the first day of its week (Monday is 0).

    `fiscal_start` is the first month of its fiscal year (January is 0).
    """

    tz: tzinfo = UTC
    week_start: int = _SUNDAY  # what Grafana takes in a browser that speaks American English
    fiscal_start: int = 0


UTC_ZONE = Zone()


def zone_of(model: Mapping[str, Any]) -> Zone:
    """The zone that a dashboard is saved with; UTC where it is the browser's, or unknown."""
    name = str(model.get("timezone") or "")
    week = _WEEKDAYS.get(str(model.get("weekStart") or "").lower(), _SUNDAY)
    month = model.get("fiscalYearStartMonth")
    fiscal = month if isinstance(month, int) else 0
    if name in {"", "browser", "utc", "UTC"}:
        return Zone(UTC, week, fiscal)
    try:
        return Zone(ZoneInfo(name), week, fiscal)
    except (ZoneInfoNotFoundError, ValueError):
        return Zone(UTC, week, fiscal)


def moment(text: str, now: float, zone: Zone = UTC_ZONE, *, is_end: bool = False) -> float:
    """Unix seconds. Dates are UTC without an offset; numbers are Unix seconds or milliseconds.

    Raises UsageError for anything else.
    """
    relative = _RELATIVE.fullmatch(text.strip())
    try:
        if relative:
            return _stepped(now, relative["steps"], zone, is_end=is_end)
        if re.fullmatch(r"\d+(\.\d+)?", text):
            number = float(text)
            # In seconds this would be the year 5138; Grafana's links carry milliseconds.
            return number / 1000 if number > 1e11 else number  # noqa: PLR2004
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise UsageError(f"{text!r} is not a time.", fix=HOW) from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def moved(at: float, steps: str, zone: Zone = UTC_ZONE, *, is_end: bool = False) -> float:
    """`at`, moved and rounded as `-1M` or `-1w/w` says. Raises UsageError for anything else."""
    if not re.fullmatch(_STEPS, steps) or not steps:
        text = steps.removeprefix("-")
        raise UsageError(f"{text!r} is not a duration.", fix="write it like 1h, 1d or 1w/w.")
    return _stepped(at, steps, zone, is_end=is_end)


def _stepped(at: float, steps: str, zone: Zone, *, is_end: bool) -> float:
    sign = "+"
    for step in _STEP.finditer(steps):
        sign = step["sign"] or sign
        if sign == "/":
            at = _rounded(at, step["unit"], zone, is_end=is_end)
        else:
            at = _moved(at, int(f"{sign}{step['count'] or 1}"), step["unit"].lstrip("f"), zone)
    return at


def _rounded(at: float, unit: str, zone: Zone, *, is_end: bool) -> float:
    start = _start_of(at, unit, zone)
    if not is_end:
        return start
    return _moved(start, 1, unit.lstrip("f"), zone) - _LAST_MOMENT_SECONDS


def _moved(at: float, count: int, unit: str, zone: Zone) -> float:
    if unit in _FIXED_SECONDS:
        return at + count * _FIXED_SECONDS[unit]
    local = datetime.fromtimestamp(at, zone.tz)
    if unit in _DAYS:
        # On the wall's clock: a day is 23 or 25 hours long where the clock changes.
        return (local + timedelta(days=count * _DAYS[unit])).timestamp()
    months = local.year * 12 + local.month - 1 + count * _MONTHS[unit]
    year, month = divmod(months, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).timestamp()


def _start_of(at: float, unit: str, zone: Zone) -> float:
    if unit in {"ms", "s", "m"}:
        return at // _FIXED_SECONDS[unit] * _FIXED_SECONDS[unit]
    local = datetime.fromtimestamp(at, zone.tz).replace(minute=0, second=0, microsecond=0)
    if unit == "h":
        return local.timestamp()
    local = local.replace(hour=0)
    if unit == "w":
        local -= timedelta(days=(local.weekday() - zone.week_start) % 7)
    elif unit.lstrip("f") in _MONTHS:
        first = zone.fiscal_start if unit.startswith("f") else 0
        into = (local.month - 1 - first) % _MONTHS[unit.lstrip("f")]
        year, month = divmod(local.year * 12 + local.month - 1 - into, 12)
        local = local.replace(year=year, month=month + 1, day=1)
    return local.timestamp()
