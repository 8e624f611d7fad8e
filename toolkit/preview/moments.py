"""A time as Grafana writes it: `now`, `now-1h`, `now-7d/d`, `now/w`, a date, Unix time.

`/unit` rounds: down for the begin of a range, up for its end. Months, quarters, years, and days
and weeks are the calendar's, in the dashboard's time zone; without one, UTC.
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
_PARTS = (
    r"(?:[+-](?:\d+(?:ms|[smhdwMQy]))+)*"  # `-1h30m`, which Grafana does not have, is taken too
)
_RELATIVE = re.compile(rf"now(?P<parts>{_PARTS})(?:/(?P<unit>[smhdwMQy]))?")
_PART = re.compile(r"(?P<sign>[+-])?(?P<count>\d+)(?P<unit>ms|[smhdwMQy])")
_FIXED_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_MONTHS = {"M": 1, "Q": 3, "y": 12}
_DAYS = {"d": 1, "w": 7}
_WEEKDAYS = {"monday": 0, "saturday": 5, "sunday": 6}
_SUNDAY = 6
_LAST_MOMENT_SECONDS = 0.001  # a range that is rounded up ends with it


@dataclass(frozen=True, slots=True)
class Zone:
    """The time zone of a dashboard, and its first day of a week (Monday is 0)."""

    tz: tzinfo = UTC
    week_start: int = _SUNDAY  # what Grafana takes in a browser that speaks American English


UTC_ZONE = Zone()


def zone_of(model: Mapping[str, Any]) -> Zone:
    """The zone that a dashboard is saved with; UTC where it is the browser's, or unknown."""
    name = str(model.get("timezone") or "")
    week = _WEEKDAYS.get(str(model.get("weekStart") or "").lower(), _SUNDAY)
    if name in {"", "browser", "utc", "UTC"}:
        return Zone(UTC, week)
    try:
        return Zone(ZoneInfo(name), week)
    except (ZoneInfoNotFoundError, ValueError):
        return Zone(UTC, week)


def moment(text: str, now: float, zone: Zone = UTC_ZONE, *, is_end: bool = False) -> float:
    """Unix seconds. Dates are UTC without an offset; numbers are Unix seconds or milliseconds.

    Raises UsageError for anything else.
    """
    relative = _RELATIVE.fullmatch(text.strip())
    try:
        if relative:
            return _relative(relative, now, zone, is_end=is_end)
        if re.fullmatch(r"\d+(\.\d+)?", text):
            number = float(text)
            # In seconds this would be the year 5138; Grafana's links carry milliseconds.
            return number / 1000 if number > 1e11 else number  # noqa: PLR2004
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise UsageError(f"{text!r} is not a time.", fix=HOW) from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def moved(at: float, back: str, zone: Zone = UTC_ZONE) -> float:
    """`at`, moved by durations with a sign, such as `-1M`. Raises UsageError for anything else."""
    if not re.fullmatch(_PARTS, back) or not back:
        raise UsageError(f"{back.lstrip('-')!r} is not a duration.", fix="write it like 1h or 1d.")
    sign = "-"
    for part in _PART.finditer(back):
        sign = part["sign"] or sign
        at = _moved(at, int(sign + part["count"]), part["unit"], zone)
    return at


def _relative(found: re.Match[str], now: float, zone: Zone, *, is_end: bool) -> float:
    at = moved(now, found["parts"], zone) if found["parts"] else now
    if not found["unit"]:
        return at
    start = _start_of(at, found["unit"], zone)
    if not is_end:
        return start
    return _moved(start, 1, found["unit"], zone) - _LAST_MOMENT_SECONDS


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
    if unit in {"s", "m"}:
        return at // _FIXED_SECONDS[unit] * _FIXED_SECONDS[unit]
    local = datetime.fromtimestamp(at, zone.tz).replace(minute=0, second=0, microsecond=0)
    if unit == "h":
        return local.timestamp()
    local = local.replace(hour=0)
    if unit == "w":
        local -= timedelta(days=(local.weekday() - zone.week_start) % 7)
    elif unit in _MONTHS:
        first = {"M": local.month, "Q": (local.month - 1) // 3 * 3 + 1, "y": 1}[unit]
        local = local.replace(month=first, day=1)
    return local.timestamp()
