"""Runbooks: what a page holds, and which alerts are named as related."""

from dataclasses import replace

import pytest

from tests.support import project_builder
from tests.support.repository import ROOT
from toolkit.alerts import Alert, Proof, Recording, Severity, Waiver
from toolkit.generate import runbooks
from toolkit.project import Project
from toolkit.routing import Inhibition, Receiver, Route, Routing, Slack

DEPTH = "app_queue_depth"


def page(alert: Alert, *generated: Proof) -> str:
    project = project_builder.project(alerts=(alert,), root=ROOT)
    return runbooks.pages(project, {alert.name: generated})[f"{alert.name}.md"]


def section(text: str, title: str) -> list[str]:
    """The lines below a heading that are not empty."""
    below = text.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return [line for line in below.splitlines() if line]


def related(name: str, *alerts: Alert, **more: object) -> list[str]:
    project = replace(
        project_builder.project(alerts=alerts),
        **more,  # type: ignore[arg-type] # a routing or rule files
    )
    return section(runbooks.pages(project, {})[f"{name}.md"], "Related alerts")


def test_a_page_names_the_file_to_edit_and_all_that_the_alert_says() -> None:
    text = page(project_builder.alert(expr=f"{DEPTH} > 5"))
    assert text.startswith(
        "<!-- Generated from tests/support/project_builder.py: edit that, "
        "then run `toolkit build-alerts`. -->\n\n# TooMany\n\nThere are too many.\n"
    )
    assert section(text, "Meaning") == [
        "The message reads: `{{ $value }} a second.`",
        "```promql",
        "app_queue_depth > 5",
        "```",
    ]
    assert section(text, "Impact") == ["Work waits."]
    assert section(text, "Why this number") == ["Five is what one worker does."]
    assert section(text, "Silence it")[0] == "While you work on it, and not for longer:"
    assert (
        'amtool silence add alertname=TooMany --duration=1h --comment="who, why" \\\n'
        "  --alertmanager.url=http://127.0.0.1:9093\n" in text
    )


def test_the_table_links_to_the_panel_and_to_the_query() -> None:
    text = page(project_builder.alert(expr=f"{DEPTH} > 5", hold="2m"))
    (row,) = (line for line in text.splitlines() if line.startswith("| warning"))
    assert row == (
        "| warning | app | 2m | [Events](http://127.0.0.1:3000/d/app?viewPanel=2) "
        "| [Prometheus](http://127.0.0.1:9090/graph?g0.expr=app_queue_depth%20%3E%205"
        "&g0.tab=0&g0.range_input=1h) |"
    )
    kept = replace(project_builder.alert(hold="2m"), keep_firing_for="5m")
    assert "| warning | app | 2m, kept 5m | " in page(kept)


def test_first_moves_stand_one_below_the_other() -> None:
    alert = replace(project_builder.alert(), response="1. Look at 0.5. Twice. 2. Think. 10. Act.")
    assert section(page(alert), "First moves") == [
        "1. Look at 0.5. Twice.",
        "2. Think.",
        "10. Act.",
    ]


def test_proofs_generated_cases_and_waivers_are_listed() -> None:
    alert = replace(
        project_builder.alert(
            proof=(
                Proof("deep", {}, at="5m", fires=True),
                Proof("shallow", {}, at="5m", fires=False),
            )
        ),
        waive=(Waiver("no-traffic", "It is what it is for."),),
    )
    made = (Proof("over", {}, at="5m", fires=True), Proof("under", {}, at="5m", fires=False))
    assert section(page(alert, *made), "How it was proved") == [
        "- fires: deep",
        "- does not fire: shallow",
        "- fires, generated: over",
        "- does not fire, generated: under",
        "- not tested, no-traffic: It is what it is for.",
    ]


def test_an_alert_alone_has_no_related_ones() -> None:
    assert related("TooMany", project_builder.alert()) == ["None."]


def test_alerts_that_read_the_same_metrics_are_related_also_through_recordings() -> None:
    rate = Recording(
        name="a:app_events:rate5m", expr="sum(rate(app_events_total[5m]))", because="It."
    )
    direct = project_builder.alert("Direct", expr="app_events_total > 5")
    recorded = project_builder.alert("Recorded", expr=f"{rate} > 5", severity=Severity.INFO)
    other = project_builder.alert("Other", expr=f"{DEPTH} > 5")
    files = project_builder.project(alerts=(direct, recorded, other), recordings=(rate,)).rule_files
    assert related("Direct", rule_files=files) == [
        "- [Recorded](Recorded.md) reads the same metrics (info)"
    ]
    assert related("Recorded", rule_files=files) == [
        "- [Direct](Direct.md) reads the same metrics (warning)"
    ]
    assert related("Other", rule_files=files) == ["None."]


def test_recordings_of_one_name_are_told_apart_by_their_labels() -> None:
    recordings = tuple(
        Recording(
            name="objective:errors:rate5m",
            expr=f"sum(rate({metric}[5m]))",
            labels={"objective": name},
            because="It.",
        )
        for name, metric in (("events", "app_events_total"), ("speed", "app_latency_count"))
    )
    alerts = tuple(
        project_builder.alert(name, expr=f'objective:errors:rate5m{{objective="{of}"}} > 1')
        for name, of in (("Events", "events"), ("MoreEvents", "events"), ("Speed", "speed"))
    )
    files = project_builder.project(alerts=alerts, recordings=recordings).rule_files
    assert related("Events", rule_files=files) == [
        "- [MoreEvents](MoreEvents.md) reads the same metrics (warning)"
    ]
    assert related("Speed", rule_files=files) == ["None."]


def test_jobs_that_are_scraped_apart_have_nothing_in_common() -> None:
    alerts = tuple(
        project_builder.alert(name, expr=f'up{{job="{job}"}} == 0')
        for name, job in (("Down", "app"), ("StillDown", "app"), ("OtherDown", "other"))
    )
    files = project_builder.project(alerts=alerts).rule_files
    assert related("Down", rule_files=files) == [
        "- [StillDown](StillDown.md) reads the same metrics (warning)"
    ]
    assert related("OtherDown", rule_files=files) == ["None."]


@pytest.fixture
def routing() -> Routing:
    receiver = Receiver("desk", (Slack(channel="#desk"),))
    return Routing(
        routes=tuple(Route(severity=x, receiver=receiver, repeat="1h") for x in Severity),
        inhibitions=(
            Inhibition(source="Down", components=("app",), because="It explains it."),
            Inhibition(source="Deep", alerts=("Slow",), because="Depth is delay."),
        ),
    )


def test_inhibitions_are_named_from_both_sides_and_once(routing: Routing) -> None:
    down = project_builder.alert("Down", expr="up == 0")
    deep = project_builder.alert("Deep", expr=f"{DEPTH} > 5")
    slow = project_builder.alert("Slow", expr=f"{DEPTH} > 9")
    alerts = (down, deep, slow)
    assert related("Slow", *alerts, routing=routing) == [
        "- [Down](Down.md) inhibits this one: It explains it.",
        "- [Deep](Deep.md) inhibits this one: Depth is delay.",
    ]
    assert related("Deep", *alerts, routing=routing) == [
        "- [Down](Down.md) inhibits this one: It explains it.",
        "- [Slow](Slow.md) is inhibited while this one fires",
    ]
    assert related("Down", *alerts, routing=routing) == ["None."]


def test_the_index_lists_every_alert() -> None:
    alerts = (project_builder.alert(), project_builder.alert("Deep", summary="It is deep."))
    project: Project = project_builder.project(alerts=alerts)
    assert runbooks.pages(project, {})["README.md"] == (
        "<!-- Generated from alerts/: edit that, then run `toolkit build-alerts`. -->\n\n"
        "# Runbooks\n\n"
        "| alert | severity | component | what it says |\n|---|---|---|---|\n"
        "| [TooMany](TooMany.md) | warning | app | There are too many. |\n"
        "| [Deep](Deep.md) | warning | app | It is deep. |\n"
    )


def test_labels_of_its_own_are_named_and_an_alert_without_has_no_such_line() -> None:
    labelled = replace(project_builder.alert(), labels={"team": "db", "tier": "1"})
    assert "\n\nLabels: `team=db`, `tier=1`.\n\n## Meaning\n" in page(labelled)
    assert "Labels:" not in page(project_builder.alert())
