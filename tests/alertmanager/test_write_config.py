"""alertmanager.yml: its values, and what amtool and a real Alertmanager make of it."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import yaml

from tests.support import project_builder, required_programs
from tests.support.small_routing import ALERTS, ROUTES, ROUTING
from tests.support.wait_until import PATIENCE_SECONDS, eventually, read_until
from toolkit.alertmanager.write_config import MESSAGE_TEMPLATES, alertmanager_config
from toolkit.errors import UnreachableError
from toolkit.formats.yaml_text import yaml_text
from toolkit.imported.routing_as_written import (
    InhibitionAsWritten,
    RouteAsWritten,
    RoutingAsWritten,
)
from toolkit.project import Project
from toolkit.receivers import Integration
from toolkit.routing import Delivery, Receiver, Routing, Webhook
from toolkit.rule_tests import run_amtool
from toolkit.time_intervals import Period, TimeInterval

NIGHTS = TimeInterval("nights", (Period(weekdays=("saturday",)),))
IMPORTED = Routing(
    group_wait="1s",
    group_interval="2s",
    as_written=RoutingAsWritten(
        route=RouteAsWritten(
            receiver="team",
            settings={"group_wait": "10s"},
            routes=(
                RouteAsWritten(
                    matchers=('zone="a"',),
                    continues=True,
                    settings={"mute_time_intervals": ("nights",)},
                ),
            ),
        ),
        receivers=(
            Receiver(
                "team",
                (
                    Integration("webhook", {"url": "http://a/", "max_alerts": 3}),
                    Integration(
                        "pushover", {"user_key_file": "u", "token_file": "t", "sounds": ("x",)}
                    ),
                ),
            ),
        ),
        inhibitions=(InhibitionAsWritten(sources=('a="b"',), targets=('c="d"',), equal=("zone",)),),
        time_intervals=(NIGHTS,),
        server={"smtp_smarthost": "x:25", "http_config": {"no_proxy": ("a", "b")}},
        templates=("own/*.tmpl",),
    ),
)


def project(routing: Routing) -> Project:
    return replace(project_builder.project(alerts=ALERTS), routing=routing)


def test_inhibitions_become_matchers() -> None:
    """An inhibited component spares the source itself, whose component may be among them."""
    assert alertmanager_config(ROUTING)["inhibit_rules"] == [
        {
            "source_matchers": ['alertname="Down"'],
            "target_matchers": ['component=~"app|door"', 'alertname!="Down"'],
        },
        {
            "source_matchers": ['alertname="Breach"'],
            "target_matchers": ['alertname="Slow"'],
            "equal": ["kind"],
        },
    ]


def test_an_inhibition_that_compares_no_label_has_no_equal() -> None:
    first, _ = alertmanager_config(ROUTING)["inhibit_rules"]
    assert "equal" not in first
    assert "inhibit_rules" not in alertmanager_config(Routing(routes=ROUTES))


def test_each_integration_reads_its_secret_from_a_file_and_notifies_of_the_end() -> None:
    slack = {
        "api_url_file": "/etc/alertmanager/secrets/slack_url",
        "title": '{{ template "toolkit.title" . }}',
        "title_link": "{{ .CommonAnnotations.runbook_url }}",
        "text": '{{ template "toolkit.text" . }}',
        "send_resolved": True,
    }
    pagerduty = {
        "routing_key_file": "/etc/alertmanager/secrets/pagerduty_key",
        "severity": "{{ .CommonLabels.severity }}",
        "component": "{{ .CommonLabels.component }}",
        "description": '{{ template "toolkit.title" . }}',
        "details": {"alerts": '{{ template "toolkit.text" . }}'},
        "links": [
            {"href": "{{ .CommonAnnotations.runbook_url }}", "text": "Runbook"},
            {"href": "{{ .CommonAnnotations.dashboard_url }}", "text": "Dashboard"},
        ],
        "send_resolved": True,
    }
    webhook = {
        "url": "http://127.0.0.1:9/x",
        "http_config": {"authorization": {"type": "Bearer", "credentials_file": "/run/token"}},
        "send_resolved": True,
    }
    assert alertmanager_config(ROUTING)["receivers"] == [
        {
            "name": "pager",
            "pagerduty_configs": [pagerduty],
            "slack_configs": [slack | {"channel": "#now"}],
        },
        {"name": "guard", "webhook_configs": [webhook]},
        {"name": "chat", "slack_configs": [slack | {"channel": "#later"}]},
    ]


def test_two_integrations_of_one_kind_stand_in_one_list() -> None:
    twice = Receiver("twice", (Webhook(url="http://a/"), Webhook(url="http://b/")))
    routes = tuple(replace(route, receiver=twice) for route in ROUTES)
    (receiver,) = alertmanager_config(Routing(routes=routes))["receivers"]
    assert receiver["webhook_configs"] == [
        {"url": "http://a/", "send_resolved": True},
        {"url": "http://b/", "send_resolved": True},
    ]


def test_delivery_to_one_address_keeps_names_and_routes() -> None:
    routing = Routing(routes=ROUTES)
    real = alertmanager_config(routing)
    local = alertmanager_config(routing, deliver_to="http://127.0.0.1:9/hook")
    assert local["route"] == real["route"]
    assert [x["name"] for x in local["receivers"]] == ["pager", "guard", "chat"]
    assert {str(x["webhook_configs"]) for x in local["receivers"]} == {
        "[{'url': 'http://127.0.0.1:9/hook', 'send_resolved': True}]"
    }
    assert "templates" not in local
    assert real["templates"] == ["templates/messages.tmpl"]


def test_an_imported_configuration_is_written_as_it_was() -> None:
    assert alertmanager_config(IMPORTED) == {
        "global": {"smtp_smarthost": "x:25", "http_config": {"no_proxy": ["a", "b"]}},
        "templates": ["own/*.tmpl"],
        "route": {
            "receiver": "team",
            "group_wait": "10s",
            "routes": [
                {"matchers": ['zone="a"'], "continue": True, "mute_time_intervals": ["nights"]}
            ],
        },
        "receivers": [
            {
                "name": "team",
                "webhook_configs": [{"url": "http://a/", "max_alerts": 3}],
                "pushover_configs": [{"user_key_file": "u", "token_file": "t", "sounds": ["x"]}],
            }
        ],
        "inhibit_rules": [
            {"source_matchers": ['a="b"'], "target_matchers": ['c="d"'], "equal": ["zone"]}
        ],
        "time_intervals": [
            {"name": "nights", "time_intervals": [{"weekdays": ["saturday"]}]},
        ],
    }


def test_an_imported_configuration_is_delivered_at_all_times_with_the_waits_of_the_routing() -> (
    None
):
    local = alertmanager_config(IMPORTED, deliver_to="http://127.0.0.1:9/hook")
    webhook = {"url": "http://127.0.0.1:9/hook", "send_resolved": True}
    assert local == {
        "route": {
            "receiver": "team",
            "group_wait": "1s",
            "group_interval": "2s",
            "routes": [{"matchers": ['zone="a"'], "continue": True}],
        },
        "receivers": [{"name": "team", "webhook_configs": [webhook]}],
        "inhibit_rules": [
            {"source_matchers": ['a="b"'], "target_matchers": ['c="d"'], "equal": ["zone"]}
        ],
    }


def test_of_an_imported_configuration_nothing_empty_is_written() -> None:
    bare = RoutingAsWritten(
        route=RouteAsWritten(receiver="a"), receivers=(Receiver("a", silent=True),)
    )
    assert alertmanager_config(Routing(as_written=bare)) == {
        "route": {"receiver": "a"},
        "receivers": [{"name": "a"}],
    }


@required_programs.AMTOOL
def test_every_delivery_comes_about() -> None:
    found = list(run_amtool.check(project(ROUTING), ROUTING))
    assert [(x.name, x.problem) for x in found] == [
        ("amtool takes the configuration", ""),
        ("Down reaches pager", ""),
        ("Breach reaches guard", ""),
        ("Slow reaches chat", ""),
    ]


@required_programs.AMTOOL
def test_a_wrong_or_missing_delivery_is_told() -> None:
    wrong = replace(ROUTING, deliveries=(Delivery(("Down", "Breach"), to=("pager",)),))
    found = {x.name: (x.problem, x.fix) for x in run_amtool.check(project(wrong), wrong)}
    assert found["Breach reaches pager"][0] == "it reaches guard."
    assert found["Slow reaches nobody known"] == (
        "no delivery says whom it must reach; it reaches chat.",
        "add 'Slow' to a Delivery of ROUTING.",
    )


@required_programs.AMTOOL
def test_a_configuration_that_amtool_refuses_is_told() -> None:
    wrong = replace(ROUTING, group_by=("alertname", "alertname"))
    (found,) = run_amtool.check(project(wrong), wrong)
    assert "duplicated label" in found.problem


def test_without_amtool_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(UnreachableError, match="amtool is not on PATH"):
        list(run_amtool.check(project(ROUTING), ROUTING))


@required_programs.AMTOOL
def test_messages_carry_summary_value_and_links(tmp_path: Path) -> None:
    template = tmp_path / "messages.tmpl"
    template.write_text(MESSAGE_TEMPLATES, encoding="utf-8")
    data = tmp_path / "data.json"
    data.write_text(
        """{"receiver": "chat", "status": "firing", "alerts": [{"status": "firing",
        "labels": {"alertname": "Slow"}, "annotations": {"summary": "It is slow.",
        "description": "P95 is 3s.", "runbook_url": "https://x/Slow",
        "dashboard_url": "https://y/1"}, "startsAt": "2026-01-02T03:04:05Z",
        "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "https://z", "fingerprint": "a"}],
        "groupLabels": {"alertname": "Slow"}, "commonLabels": {"severity": "warning"},
        "commonAnnotations": {}, "externalURL": "https://am"}""",
        encoding="utf-8",
    )
    for name, words in (
        ("toolkit.title", ["[FIRING: 1] warning: Slow"]),
        (
            "toolkit.text",
            [
                "*It is slow.*",
                "P95 is 3s.",
                "Since 03:04:05 UTC",
                "<https://x/Slow|Runbook>",
                "<https://y/1|dashboard>",
                "<https://z|query>",
            ],
        ),
    ):
        done = subprocess.run(
            [
                run_amtool.find(),
                "template",
                "render",
                f"--template.glob={template}",
                f"--template.data={data}",
                f'--template.text={{{{ template "{name}" . }}}}',
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        for word in words:
            assert word in done.stdout


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[str]:
    """A real Alertmanager with the shipped routes, all receivers to a closed port."""
    program = required_programs.program("prometheus-alertmanager", "alertmanager")
    config = tmp_path / "alertmanager.yml"
    data = alertmanager_config(ROUTING, deliver_to="http://127.0.0.1:9/hook")
    config.write_text(yaml_text(data, "x", "y"), encoding="utf-8")
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                program,
                f"--config.file={config}",
                f"--storage.path={tmp_path / 'data'}",
                "--web.listen-address=127.0.0.1:0",
                "--cluster.listen-address=",
                "--log.level=debug",
            ],
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """Where it listens: it chose the port, and says so in its log."""
    found: list[str] = []

    def listens() -> list[str]:
        text = log.read_text(encoding="utf-8")
        assert process.poll() is None, f"Alertmanager ended:\n{text[-2000:]}"
        found[:] = re.findall(r"address=(127\.0\.0\.1:[1-9]\d*)", text)
        return found

    eventually(listens, "Alertmanager listens")
    return f"http://{found[0]}"


@pytest.mark.programs
def test_inhibition_on_a_live_alertmanager(alertmanager: str) -> None:
    """Down inhibits what follows from it, Breach its twin of the same kind and no other."""
    firing = [
        {"alertname": "Breach", "component": "door", "severity": "critical", "kind": "read"},
        {"alertname": "Slow", "component": "app", "severity": "warning", "kind": "read"},
        {"alertname": "Slow", "component": "app", "severity": "warning", "kind": "write"},
    ]
    send(alertmanager, firing)
    wanted = {("Breach", "read"): False, ("Slow", "read"): True, ("Slow", "write"): False}
    assert read_until(lambda: inhibited(alertmanager), wanted) == wanted
    send(alertmanager, [{"alertname": "Down", "component": "service", "severity": "critical"}])
    wanted = dict.fromkeys(wanted, True) | {("Down", ""): False}
    assert read_until(lambda: inhibited(alertmanager), wanted) == wanted


def send(address: str, alerts: list[dict[str, str]]) -> None:
    ends = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    body = [{"labels": labels, "endsAt": ends} for labels in alerts]
    requests.post(
        f"{address}/api/v2/alerts", json=body, timeout=PATIENCE_SECONDS
    ).raise_for_status()


def inhibited(address: str) -> dict[tuple[str, str], bool]:
    """Which alerts are inhibited now. Their sources are noted some time after they are sent."""
    return {
        (x["labels"]["alertname"], x["labels"].get("kind", "")): bool(x["status"]["inhibitedBy"])
        for x in requests.get(f"{address}/api/v2/alerts", timeout=PATIENCE_SECONDS).json()
    }


def test_the_configuration_is_plain_yaml() -> None:
    data = alertmanager_config(ROUTING)
    assert yaml.safe_load(yaml_text(data, "x", "y")) == data
