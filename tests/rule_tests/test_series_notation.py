"""When things happen in a case, and what promtool is given for it."""

from dataclasses import replace
from fractions import Fraction

from tests.support import project_builder
from toolkit.alerts import Recording
from toolkit.rule_tests.series_notation import Timing
from toolkit.rule_tests.solver import InputSeries

TIMING = Timing(every=30, sample=15, hold=60, kept_firing=0, window=120)
COUNTER = InputSeries("events", (("kind", "read"),), Fraction(2), counter=True)
GAUGE = InputSeries("depth", (), Fraction(1, 2), counter=False)
BOTH = (COUNTER, GAUGE)
LASTS = (TIMING.judged + 4 * 30 + 2 * 120) / 15


def test_an_alerts_times_come_from_its_hold_its_windows_and_the_interval() -> None:
    rate = Recording(name="a:b:c", expr="rate(app_events_total[10m])", because="It is tested.")
    alert = replace(
        project_builder.alert(expr=f"{rate} > 1 and rate(app_events_total[5m]) > 1", hold="50s"),
        keep_firing_for="2m",
    )
    project = project_builder.project(alerts=(alert,), recordings=(rate,))
    assert Timing.of(project, alert, 30) == Timing(
        every=30, sample=15, hold=60, kept_firing=120, window=600
    )
    assert Timing.of(project, alert, 5).sample == 5


def test_averages_of_a_recorded_rate_look_back_as_far_as_the_rate() -> None:
    rate = Recording(name="a:b:c", expr="rate(app_events_total[5m])", because="It is tested.")
    alert = project_builder.alert(expr=f"avg_over_time({rate}[1h]) > 1")
    project = project_builder.project(alerts=(alert,), recordings=(rate,))
    assert Timing.of(project, alert, 30).window == 300
    alone = project_builder.alert(expr="avg_over_time(app_queue_depth[1h]) > 1")
    assert Timing.of(project, alone, 30).window == 3600


def test_rates_settle_after_their_window_and_two_evaluations() -> None:
    assert (TIMING.settled, TIMING.judged) == (180, 240)
    assert replace(TIMING, window=100).settled == 180
    assert TIMING.begins(BOTH) == 30
    assert TIMING.begins((GAUGE,)) == 0


def test_steady() -> None:
    assert TIMING.steady(BOTH) == {
        'events{kind="read"}': f"0+30x{LASTS:g}",
        "depth": f"0.5x{LASTS:g}",
    }


def test_series_last_as_long_as_the_alert_is_kept_firing() -> None:
    kept = replace(TIMING, kept_firing=150)
    assert kept.steady((GAUGE,)) == {"depth": f"0.5x{LASTS + 150 / 15:g}"}


def test_ended() -> None:
    assert TIMING.ended(BOTH, 60) == {
        'events{kind="read"}': f"0+30x4 stale _x{LASTS:g}",
        "depth": f"0.5x4 stale _x{LASTS:g}",
    }


def test_counters_restart_in_the_middle_of_the_last_window_and_gauges_do_not() -> None:
    before = (240 - 60) / 15
    assert TIMING.restarted(BOTH) == {
        'events{kind="read"}': f"1000000+30x{before:g} 0+30x{LASTS:g}",
        "depth": f"0.5x{before + LASTS:g}",
    }


def test_switched_counters_go_on_from_where_they_were() -> None:
    slower = replace(COUNTER, value=Fraction(1))
    deeper = replace(GAUGE, value=Fraction(3))
    assert TIMING.switched(BOTH, (slower, deeper)) == {
        'events{kind="read"}': f"0+30x16 495+15x{LASTS:g}",
        "depth": f"0.5x15 3x{LASTS:g}",
    }


def test_a_series_of_one_side_is_zero_on_the_other() -> None:
    assert TIMING.switched((COUNTER,), (GAUGE,)) == {
        'events{kind="read"}': f"0+30x16 480+0x{LASTS:g}",
        "depth": f"0x15 0.5x{LASTS:g}",
    }
