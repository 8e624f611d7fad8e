"""A panel's own time range: another begin, further back, and the words beside its title."""

from typing import Any

import pytest

from tests.support.made_up_prometheus import HOUR, START, World, dashboard, drawn, panel, target

NOW = START + 3600


def asked(**says: Any) -> dict[str, str]:
    world = World()
    query = target("count_over_time(x[$__range])")
    drawn(dashboard(panel(targets=[query], **says)), world)
    return [params for path, params in world.asked if path == "/api/v1/query_range"][-1]


RANGES: dict[str, tuple[dict[str, str], float, float, str]] = {
    "six hours": ({"timeFrom": "6h"}, NOW - 6 * 3600, NOW, "21600s"),
    "an hour earlier": ({"timeShift": "1h"}, START - 3600, START, "3600s"),
    "since midnight": ({"timeFrom": "now/d"}, START - 12 * 3600, NOW, "46800s"),
    "a day, a day earlier": (
        {"timeFrom": "1d", "timeShift": "1d"}, NOW - 48 * 3600, NOW - 24 * 3600, "86400s",
    ),
    # What Grafana's documentation has for "last entire week" and "this entire year"; START is a
    # Friday, and weeks begin on Sundays.
    "the last entire week": (
        {"timeShift": "1w/w"}, START - (12 + 24 * 12) * 3600,
        START - (12 + 24 * 5) * 3600 - 0.001, "604800s",
    ),
    "this entire year": (
        {"timeShift": "1d/y"}, START - (12 + 24 * 120) * 3600,
        START - (12 + 24 * 120) * 3600 + 365 * 86400 - 0.001, "31536000s",
    ),
    "days that are rounded": ({"timeFrom": "now-5d/d"}, NOW - 133 * 3600, NOW, "478800s"),
    "nothing of its own": ({}, START, NOW, "3600s"),
}  # fmt: skip


@pytest.mark.parametrize(("says", "start", "end", "long"), RANGES.values(), ids=RANGES)
def test_a_panel_asks_about_its_own_time(
    says: dict[str, str], start: float, end: float, long: str
) -> None:
    params = asked(**says)
    step = float(params["step"])
    assert float(params["start"]) == pytest.approx(start // step * step)
    assert float(params["end"]) == pytest.approx(end // step * step)
    assert params["query"] == f"count_over_time(x[{long}])"


WORDS: dict[str, tuple[dict[str, Any], str]] = {
    "hours": ({"timeFrom": "6h"}, "Last 6 hours"),
    "one": ({"timeFrom": "1d"}, "Last 1 day"),
    "both": ({"timeFrom": "6h", "timeShift": "1h"}, "Last 6 hours timeshift -1h"),
    "rounded": ({"timeFrom": "now/d"}, "Today so far"),
    "days that are rounded": ({"timeFrom": "now-5d/d"}, "Last 5 days"),
    "part of a day": ({"timeFrom": "now/d+8h"}, "now/d+8h to now"),
    "a week": ({"timeShift": "1w/w"}, "timeshift -1w/w"),
    "hidden": ({"timeFrom": "6h", "hideTimeOverride": True}, ""),
    "none": ({}, ""),
}


@pytest.mark.parametrize(("says", "words"), WORDS.values(), ids=WORDS)
def test_it_says_so_beside_its_title(says: dict[str, Any], words: str) -> None:
    (shown,) = drawn(dashboard(panel(**says))).panels
    assert shown["timeWords"] == words
    assert (shown["time"] is None) == (not says)


def test_its_begin_holds_only_where_the_dashboards_time_moves() -> None:
    world = World()
    drawn(dashboard(panel(timeFrom="6h")), world, is_relative=False)
    params = world.asked[-1][1]
    assert float(params["start"]) == HOUR.start


@pytest.mark.parametrize("says", [{"timeFrom": "often"}, {"timeShift": "soon"}])
def test_what_is_no_time_is_told_and_leaves_the_dashboards(says: dict[str, str]) -> None:
    found = drawn(dashboard(panel(**says)))
    (note,) = found.data["notes"]
    assert note.startswith("Events: its own time range is not drawn: ")
    assert next(iter(found.panels))["time"] is None
