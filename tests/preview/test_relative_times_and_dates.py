"""Times as people and Grafana's picker write them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from toolkit.errors import UsageError
from toolkit.preview.relative_times_and_dates import UTC_ZONE, Zone, moment, moved, zone_of

NOW = 1_777_640_400.0  # 2026-05-01 13:00 UTC, a Friday

MOMENTS = {
    "now": NOW,
    "now+1h": NOW + 3600,
    "now-1h": NOW - 3600,
    "now-1h30m": NOW - 5400,
    "1777636800": NOW - 3600,
    "1777636800000": NOW - 3600,
    "2026-05-01T12:00:00Z": NOW - 3600,
    "2026-05-01T12:00": NOW - 3600,
    "2026-05-01T14:00:00+02:00": NOW - 3600,
}


@pytest.mark.parametrize(("text", "expected"), MOMENTS.items())
def test_a_moment(text: str, expected: float) -> None:
    assert moment(text, NOW) == expected


@pytest.mark.parametrize(
    "text", ["yesterday", "now-1 hour", "now/x", "now-", "now/2d", "now/fd", ""]
)
def test_what_is_no_moment_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(UsageError, match="is not a time") as error:
        moment(text, NOW)
    assert "now-1h" in error.value.fix


def text_of(text: str, zone: Zone = UTC_ZONE, *, is_end: bool = False, now: float = NOW) -> str:
    at = moment(text, now, zone, is_end=is_end)
    return datetime.fromtimestamp(at, zone.tz).isoformat(sep=" ", timespec="milliseconds")[:23]


BERLIN = ZoneInfo("Europe/Berlin")
# What is written, the begin that it is, and the end.
ROUNDED: dict[str, tuple[str, str]] = {
    "now/d": ("2026-05-01 00:00:00.000", "2026-05-01 23:59:59.999"),
    "now-1d/d": ("2026-04-30 00:00:00.000", "2026-04-30 23:59:59.999"),
    "now-7d/d": ("2026-04-24 00:00:00.000", "2026-04-24 23:59:59.999"),
    "now/w": ("2026-04-26 00:00:00.000", "2026-05-02 23:59:59.999"),
    "now/M": ("2026-05-01 00:00:00.000", "2026-05-31 23:59:59.999"),
    "now-1M/M": ("2026-04-01 00:00:00.000", "2026-04-30 23:59:59.999"),
    "now/Q": ("2026-04-01 00:00:00.000", "2026-06-30 23:59:59.999"),
    "now/y": ("2026-01-01 00:00:00.000", "2026-12-31 23:59:59.999"),
    "now-30m/m": ("2026-05-01 12:30:00.000", "2026-05-01 12:30:59.999"),
    "now/h": ("2026-05-01 13:00:00.000", "2026-05-01 13:59:59.999"),
    "now-1M": ("2026-04-01 13:00:00.000", "2026-04-01 13:00:00.000"),
    "now-1y": ("2025-05-01 13:00:00.000", "2025-05-01 13:00:00.000"),
    "now/d+8h": ("2026-05-01 08:00:00.000", "2026-05-02 07:59:59.999"),
    "now-1d/d+8h-30m": ("2026-04-30 07:30:00.000", "2026-05-01 07:29:59.999"),
    "now-d": ("2026-04-30 13:00:00.000", "2026-04-30 13:00:00.000"),
    "now/fy": ("2026-01-01 00:00:00.000", "2026-12-31 23:59:59.999"),
    "now-1Q": ("2026-02-01 13:00:00.000", "2026-02-01 13:00:00.000"),
}


@pytest.mark.parametrize(("text", "bounds"), ROUNDED.items(), ids=str)
def test_a_unit_rounds_down_for_the_begin_and_up_for_the_end(
    text: str, bounds: tuple[str, str]
) -> None:
    assert (text_of(text), text_of(text, is_end=True)) == bounds


def test_a_day_is_that_of_the_dashboards_zone() -> None:
    assert text_of("now/d", Zone(BERLIN)) == "2026-05-01 00:00:00.000"
    assert moment("now/d", NOW, Zone(BERLIN)) == moment("now/d", NOW) - 2 * 3600


def test_a_day_may_be_23_hours_long() -> None:
    changed = datetime(2026, 3, 29, 12, tzinfo=BERLIN).timestamp()  # the clock went forward
    zone = Zone(BERLIN)
    hours = (moment("now/d", changed, zone, is_end=True) - moment("now/d", changed, zone)) / 3600
    assert round(hours, 3) == 23
    assert text_of("now-1d", zone, now=changed) == "2026-03-28 12:00:00.000"


def test_a_month_back_from_a_long_one_ends_with_the_short_one() -> None:
    last = datetime(2026, 3, 31, 10, tzinfo=ZoneInfo("UTC")).timestamp()
    assert text_of("now-1M", now=last) == "2026-02-28 10:00:00.000"


def test_a_week_begins_with_the_dashboards_day() -> None:
    monday = zone_of({"weekStart": "monday"})
    assert text_of("now/w", monday) == "2026-04-27 00:00:00.000"


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("", "UTC"),
        ("browser", "UTC"),
        ("utc", "UTC"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("Mars/Base", "UTC"),
        ("../etc", "UTC"),
    ],
)
def test_the_zone_of_a_dashboard(name: str, zone: str) -> None:
    assert str(zone_of({"timezone": name}).tz) == zone


def test_a_fiscal_year_begins_with_the_dashboards_month() -> None:
    zone = zone_of({"fiscalYearStartMonth": 5})  # June
    assert text_of("now/fy", zone) == "2025-06-01 00:00:00.000"
    assert text_of("now/fy", zone, is_end=True) == "2026-05-31 23:59:59.999"
    assert text_of("now/fQ", zone) == "2026-03-01 00:00:00.000"
    assert text_of("now-1Q/fQ", zone, is_end=True) == "2026-02-28 23:59:59.999"
    assert text_of("now/y", zone) == "2026-01-01 00:00:00.000"


def test_what_is_no_duration_does_not_move() -> None:
    assert moved(NOW, "-1h") == NOW - 3600
    with pytest.raises(UsageError, match="'often' is not a duration"):
        moved(NOW, "-often")
