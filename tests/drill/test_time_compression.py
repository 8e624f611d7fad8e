"""Rules in compressed time: ranges and holds shrink, thresholds and names stay."""

import pytest

from tests.support import project_builder
from toolkit.alerts import Group, Recording, RuleFile, Severity
from toolkit.drill.time_compression import Compression
from toolkit.promql import canonical
from toolkit.routing import Receiver, Route, Routing, Webhook

SIXTY = Compression(factor=60)

COMPRESSED = {
    "a range": ("rate(app_events_total[5m]) > 5", "rate(app_events_total[5s]) > 5"),
    "a range that would hold under four scrapes": (
        "increase(app_events_total[1m]) > 20",
        "increase(app_events_total[4s]) > 20",
    ),
    "a range in a string is not a range": (
        'rate(app_events_total{kind="[5m]"}[10m])',
        'rate(app_events_total{kind="[5m]"}[10s])',
    ),
    "both sides, with their matching": (
        "rate(a[5m]) / on (x) group_left (y) rate(b[1h]) > bool 0.5",
        "rate(a[5s]) / on (x) group_left (y) rate(b[60s]) > bool 0.5",
    ),
    "a range with an offset": ("rate(a[10m] offset 1h)", "rate(a[10s] offset 60s)"),
    "an offset into the future": ("a offset -10m", "a offset -10s"),
    "an offset of an instant": ('a{x="y"} offset 1h', 'a{x="y"} offset 60s'),
    "a subquery and what is in it": (
        "max_over_time(rate(a[5m])[1h:1m] offset 1h)",
        "max_over_time(rate(a[5s])[60s:1s] offset 60s)",
    ),
    "a subquery without a step": ("avg_over_time(a[1h:])", "avg_over_time(a[60s:])"),
    "a subquery of a selector with an offset": (
        "max_over_time(a{x=':'} offset 1h [2h:5m] @ 0)",
        "max_over_time(a{x=':'} offset 60s [120s:1s] @ 0)",
    ),
    "names and labels in quotes": (
        'rate({"my.metric", "my.label"="x[5m]"}[5m] offset -1h)',
        'rate({"my.metric", "my.label"="x[5m]"}[5s] offset -60s)',
    ),
    "strings as they are written": (
        'rate(a{b=~`\\d+`, c=\'"\', d="\\\\."}[5m])',
        'rate(a{b=~`\\d+`, c=\'"\', d="\\\\."}[5s])',
    ),
    "modifiers in either order": (
        "rate(a[10m] @ start() offset 1h) / (b @ 1.5 offset 1h)",
        "rate(a[10s] @ start() offset 60s) / (b @ 1.5 offset 60s)",
    ),
    "seconds without a unit": ("rate(a[300] offset 600)", "rate(a[5s] offset 10s)"),
    "names and labels of keywords": (
        'offset{offset="5m"} offset 1h > 5e-1',
        'offset{offset="5m"} offset 60s > 5e-1',
    ),
    "an instant": ('up{job="app"} == 0 or absent(up)', 'up{job="app"} == 0 or absent(up)'),
    "a recorded name that says five minutes": ("app:events:rate5m > 1", "app:events:rate5m > 1"),
}


@pytest.mark.parametrize(("real", "compressed"), COMPRESSED.values(), ids=COMPRESSED)
def test_expressions(real: str, compressed: str) -> None:
    assert SIXTY.text(real) == compressed
    assert canonical(compressed)


def test_a_file_keeps_all_but_its_times() -> None:
    recording = Recording(name="app:a:rate5m", expr="sum(rate(a[5m]))", because="It is heavy.")
    alert = project_builder.alert(expr="app:a:rate5m > 5", hold="2m")
    file = RuleFile("app", (Group("g", "g.py", (recording,), (alert,), "1m"),))
    (group,) = SIXTY.file(file).groups
    assert group.interval == ""
    assert group.recordings[0].expr == "sum(rate(a[5s]))"
    assert (group.alerts[0].hold, group.alerts[0].expr) == ("2s", "app:a:rate5m > 5")
    assert (group.alerts[0].severity, group.alerts[0].summary) == (alert.severity, alert.summary)


HOLDS = {"0s": "0s", "2m": "2s", "1m30s": "1500ms", "10s": "167ms"}


@pytest.mark.parametrize(("real", "compressed"), HOLDS.items(), ids=HOLDS)
def test_holds(real: str, compressed: str) -> None:
    alert = project_builder.alert(hold=real)
    file = RuleFile("app", (Group("g", "g.py", (), (alert,)),))
    assert SIXTY.file(file).groups[0].alerts[0].hold == compressed


def test_a_hold_that_is_there_is_never_rounded_away() -> None:
    file = RuleFile("app", (Group("g", "g.py", (), (project_builder.alert(hold="1s"),)),))
    assert Compression(factor=3600).file(file).groups[0].alerts[0].hold == "1ms"


def test_routes_stay_and_notify_sooner() -> None:
    nobody = Receiver("nobody", (Webhook(url="http://127.0.0.1:9/"),))
    routing = Routing(
        routes=tuple(Route(severity=s, receiver=nobody, repeat="4h") for s in Severity),
        group_wait="10s",
        group_interval="5m",
    )
    faster = SIXTY.routing(routing)
    assert (faster.group_wait, faster.group_interval) == ("500ms", "5s")
    assert faster.routes == routing.routes
