"""Rule files: what Prometheus reads of an alert, and where a rule's words stand in a definition."""

from dataclasses import replace

from tests.support import project_builder
from toolkit.alerts import AsWritten, Group, Recording, RuleFile
from toolkit.drill_causes import Undrillable
from toolkit.prometheus.write_rule_files import one_group, rule_file, written

RECORDING = Recording(name="a:b:c", expr="sum(up)", because="It.")
ALERT = project_builder.alert(expr="up == 0", hold="2m")
GROUP = Group("group", "alerts/app/group.py", (RECORDING,), (ALERT,))
FILE = RuleFile("app", (GROUP, replace(GROUP, name="slow", interval="1m", alerts=())))


def test_a_rule_file() -> None:
    made = rule_file(
        FILE,
        runbook_url="https://runbooks.example.com/{alert}",
        dashboard_urls={"TooMany": "http://grafana/d/app"},
    )
    assert made == {
        "groups": [
            {
                "name": "app.group",
                "rules": [
                    {"record": "a:b:c", "expr": "sum(up)"},
                    {
                        "alert": "TooMany",
                        "expr": "up == 0",
                        "for": "2m",
                        "labels": {"severity": "warning", "component": "app"},
                        "annotations": {
                            "summary": "There are too many.",
                            "description": "{{ $value }} a second.",
                            "runbook_url": "https://runbooks.example.com/TooMany",
                            "dashboard_url": "http://grafana/d/app",
                        },
                    },
                ],
            },
            {
                "name": "app.slow",
                "interval": "1m",
                "rules": [{"record": "a:b:c", "expr": "sum(up)"}],
            },
        ]
    }


def test_what_is_not_set_is_not_written_and_what_is_set_is() -> None:
    at_once = replace(ALERT, hold="0s", keep_firing_for="5m")
    labelled = replace(RECORDING, labels={"zone": "a"})
    assert one_group([labelled, at_once]) == {
        "groups": [
            {
                "name": "tested",
                "rules": [
                    {"record": "a:b:c", "expr": "sum(up)", "labels": {"zone": "a"}},
                    {
                        "alert": "TooMany",
                        "expr": "up == 0",
                        "keep_firing_for": "5m",
                        "labels": {"severity": "warning", "component": "app"},
                    },
                ],
            }
        ]
    }


def test_a_written_rule_knows_where_each_of_its_fields_is_defined() -> None:
    recorded, alert, _ = written(FILE, "https://runbooks.example.com/{alert}")
    assert (recorded.name, recorded.is_alert, recorded.group) == ("a:b:c", False, "app.group")
    assert (recorded.hold, recorded.keep_firing_for, recorded.labels) == ("", "", {})
    assert recorded.annotations == {}
    assert (alert.name, alert.is_alert, alert.hold) == ("TooMany", True, "2m")
    assert alert.labels["severity"] == "warning"
    assert alert.annotations["runbook_url"] == "https://runbooks.example.com/TooMany"
    assert alert.annotations["dashboard_url"] == ""
    assert alert.places["for"] == ALERT.defined.argument("hold")
    assert alert.places["annotations.summary"] == ALERT.defined.argument("summary")
    assert alert.places["for"] != alert.places["annotations.summary"]
    assert "annotations.runbook_url" not in alert.places
    assert len(alert.places) == len(list(alert.places)) == 7


def test_an_imported_alert_is_written_as_it_was() -> None:
    as_written = AsWritten(name="down", labels={"team": "a"}, annotations={"page": "x"})
    imported = replace(ALERT, as_written=as_written, fired_by=Undrillable("It is imported."))
    bare = replace(imported, summary="", description="", as_written=AsWritten())
    file = RuleFile("app", (replace(GROUP, recordings=(), alerts=(imported, bare)),))
    assert rule_file(file, runbook_url="https://r/{alert}", dashboard_urls={})["groups"] == [
        {
            "name": "app.group",
            "rules": [
                {
                    "alert": "down",
                    "expr": "up == 0",
                    "for": "2m",
                    "labels": {"team": "a"},
                    "annotations": {
                        "summary": "There are too many.",
                        "description": "{{ $value }} a second.",
                        "page": "x",
                    },
                },
                {"alert": "TooMany", "expr": "up == 0", "for": "2m"},
            ],
        }
    ]
