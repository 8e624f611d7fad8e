"""How long an alert may take to fire and to resolve, and when it counts as missed."""

from dataclasses import replace

import pytest

from tests.support import project_builder
from toolkit.alerts import Alert, Group, Recording, RuleFile
from toolkit.drill.deadlines import USUAL_ALLOWANCE, Allowance, Timing, uncompressed
from toolkit.drill.time_compression import Compression
from toolkit.drill_causes import Fault, Quiet
from toolkit.project import Project

HELD = project_builder.alert(fired_by=Quiet())
AT_ONCE = project_builder.alert("AtOnce", "up == 0", hold="0s", fired_by=Quiet())


def fast(project: Project) -> Timing:
    return Timing(project=project, compression=Compression(factor=60), every_seconds=1)


def test_an_alert_counts_as_missed_after_twice_the_predicted_time_and_twenty_seconds() -> None:
    assert USUAL_ALLOWANCE.missed_after_seconds(0) == 20
    assert USUAL_ALLOWANCE.missed_after_seconds(13) == 46
    assert Allowance(factor=3, extra_seconds=1).missed_after_seconds(10) == 31


def test_the_time_to_fire_is_scrape_window_evaluation_and_hold() -> None:
    given = project_builder.project(alerts=(HELD,))
    assert fast(given).fire_seconds(HELD) == 1 + 5 + 1 + 5 + 1
    assert uncompressed(given).fire_seconds(HELD) == 15 + 300 + 15 + 300 + 15


def test_without_hold_and_window_one_scrape_and_one_evaluation_are_enough() -> None:
    given = project_builder.project(alerts=(AT_ONCE,))
    assert fast(given).fire_seconds(AT_ONCE) == 1 + 1
    assert uncompressed(given).fire_seconds(AT_ONCE) == 15 + 15


def test_a_fault_that_shows_later_adds_that_uncompressed() -> None:
    late = replace(HELD, fired_by=Fault("delay", takes_seconds=2.5))
    given = project_builder.project(alerts=(HELD, late))
    assert fast(given).fire_seconds(late) == 2.5 + fast(given).fire_seconds(HELD)
    assert uncompressed(given).fire_seconds(late) == 2.5 + uncompressed(given).fire_seconds(HELD)


def test_the_time_to_resolve_is_scrape_window_two_evaluations_and_what_it_keeps_firing() -> None:
    keeps = replace(HELD, keep_firing_for="2m")
    given = project_builder.project(alerts=(HELD, keeps))
    assert fast(given).resolve_seconds(HELD) == 1 + 5 + 2
    assert fast(given).resolve_seconds(keeps) == 1 + 5 + 2 + 2
    assert uncompressed(given).resolve_seconds(keeps) == 15 + 300 + 2 * 15 + 120


def test_several_alerts_take_as_long_as_the_slowest() -> None:
    given = project_builder.project(alerts=(HELD, AT_ONCE))
    timing = fast(given)
    for both in ((HELD, AT_ONCE), (AT_ONCE, HELD)):
        assert timing.fire_seconds(*both) == timing.fire_seconds(HELD)
        assert timing.resolve_seconds(*both) == timing.resolve_seconds(HELD)


RATE = Recording(name="app:a:rate5m", expr="sum(rate(a[5m]))", because="It is heavy.")
SUMS = Recording(name="app:b:sum", expr=f"sum_over_time({RATE}[10m])", because="It is heavy.")


def chained(alert: Alert) -> Project:
    """Recordings evaluated every minute, and their alert every two."""
    groups = (
        Group("recorded", "r.py", (RATE, SUMS), (), "1m"),
        Group("alerting", "a.py", (), (alert,), "2m"),
    )
    built = project_builder.project(alerts=(alert,), recordings=(RATE, SUMS))
    return replace(built, rule_files=(RuleFile("app", groups),))


def test_windows_fill_along_the_chain_of_recordings() -> None:
    alert = project_builder.alert(expr=f"{SUMS} > 5", hold="0s", fired_by=Quiet())
    timing = uncompressed(chained(alert))
    assert timing.window_seconds(str(SUMS)) == (300 + 60) + 600 + 60
    assert timing.fire_seconds(alert) == 15 + 1020 + 120
    assert fast(chained(alert)).window_seconds(str(SUMS)) == (5 + 1) + 10 + 1


def test_of_several_windows_the_longest_counts() -> None:
    timing = uncompressed(project_builder.project(alerts=(HELD,)))
    assert timing.window_seconds("rate(a[5m]) / rate(b[1h])") == 3600
    assert timing.window_seconds("up") == 0
    assert timing.window_seconds("1") == 0


INTERVALS = {"its group's": ("2m", 120), "the scrape interval": ("", 15)}


@pytest.mark.parametrize(("interval", "seconds"), INTERVALS.values(), ids=INTERVALS)
def test_a_rule_is_evaluated_at_an_interval_that_is(interval: str, seconds: float) -> None:
    given = replace(
        project_builder.project(alerts=(HELD,)),
        rule_files=(RuleFile("app", (Group("g", "g.py", (), (HELD,), interval),)),),
    )
    assert uncompressed(given).interval_seconds(HELD) == seconds
    assert fast(given).interval_seconds(HELD) == 1


def test_a_rule_of_no_group_is_evaluated_at_the_scrape_interval() -> None:
    assert uncompressed(project_builder.project()).interval_seconds(HELD) == 15
