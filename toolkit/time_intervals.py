"""Times of the week, month or year at which routes notify, or do not.

Source: https://prometheus.io/docs/alerting/latest/configuration/#time_interval
"""

import re
from dataclasses import dataclass
from typing import Any

from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.errors import DefinitionError
from toolkit.unknown_name_did_you_mean import unknown_name

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Times that satisfy all that is given; what is left out holds always.

    `times` are pairs such as ("09:00", "17:00"), the end left out. `weekdays` and `months` are
    names, or ranges such as "monday:friday"; `days_of_month` numbers such as "1:5" or "-1", the
    last; `years` such as "2026:2027". `location` is a time zone such as "Europe/Paris"; UTC
    without one.
    """

    times: tuple[tuple[str, str], ...] = ()
    weekdays: tuple[str, ...] = ()
    days_of_month: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    location: str = ""

    def __post_init__(self) -> None:
        for start, end in self.times:
            if not (_TIME.fullmatch(start) and _TIME.fullmatch(end) and start < end):
                raise DefinitionError(
                    f"Period: times {start!r} to {end!r} are not a part of one day.",
                    fix='write ("09:00", "17:00"); a night is two: until "24:00", from "00:00".',
                )
        for kind, known, ranges in (
            ("weekday", WEEKDAYS, self.weekdays),
            ("month", MONTHS, self.months),
        ):
            for name in (name for each in ranges for name in each.split(":")):
                if name.lower() not in known and not (kind == "month" and name.isdecimal()):
                    raise DefinitionError(f"Period: {unknown_name(kind, name, known)}")

    def as_data(self) -> dict[str, Any]:
        """The period as alertmanager.yml has it."""
        found: dict[str, Any] = {}
        if self.times:
            found["times"] = [{"start_time": start, "end_time": end} for start, end in self.times]
        for name in ("weekdays", "days_of_month", "months", "years"):
            if getattr(self, name):
                found[name] = list(getattr(self, name))
        return found | ({"location": self.location} if self.location else {})


@checked
@dataclass(frozen=True, slots=True)
class TimeInterval:
    """A name, and the periods of which one must hold."""

    name: str
    periods: tuple[Period, ...]

    def __post_init__(self) -> None:
        if not self.periods:
            raise DefinitionError(
                f"time interval {self.name!r}: has no period, so it never holds.",
                fix='give it one: Period(weekdays=("monday:friday",)).',
            )
