"""Periods and time intervals: what is refused, and what is written."""

from collections.abc import Callable

import pytest

from toolkit.errors import DefinitionError
from toolkit.time_intervals import Period, TimeInterval

REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "a time that is not one": (
        lambda: Period(times=(("9:00", "17:00"),)),
        "Period: times '9:00' to '17:00' are not a part of one day.",
    ),
    "a night": (
        lambda: Period(times=(("22:00", "06:00"),)),
        "Period: times '22:00' to '06:00' are not a part of one day.",
    ),
    "a weekday": (
        lambda: Period(weekdays=("monday:fryday",)),
        "Period: unknown weekday 'fryday'; did you mean 'friday'?",
    ),
    "a month": (
        lambda: Period(months=("jan",)),
        "Period: unknown month 'jan'",
    ),
    "an interval without a period": (
        lambda: TimeInterval("never", ()),
        "time interval 'never': has no period, so it never holds.",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        make()
    assert caught.value.message.startswith(message)


def test_a_period_is_written_as_alertmanager_has_it() -> None:
    period = Period(
        times=(("00:00", "09:00"), ("17:00", "24:00")),
        weekdays=("monday:friday", "Sunday"),
        days_of_month=("1:5", "-1"),
        months=("may:august", "12"),
        years=("2026",),
        location="Europe/Paris",
    )
    assert period.as_data() == {
        "times": [
            {"start_time": "00:00", "end_time": "09:00"},
            {"start_time": "17:00", "end_time": "24:00"},
        ],
        "weekdays": ["monday:friday", "Sunday"],
        "days_of_month": ["1:5", "-1"],
        "months": ["may:august", "12"],
        "years": ["2026"],
        "location": "Europe/Paris",
    }
    assert Period().as_data() == {}
