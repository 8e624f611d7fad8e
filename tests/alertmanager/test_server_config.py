"""Routes: what a routing refuses, and whom an alert reaches, by amtool and by Alertmanager."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import yaml

from tests.support import project_builder, required_programs
from tests.support.wait_until import read_until
from toolkit.alertmanager.server_config import MESSAGE_TEMPLATES, alertmanager_config
from toolkit.alerts import Severity
from toolkit.errors import DefinitionError, UnreachableError
from toolkit.formats.yaml_text import yaml_text
from toolkit.project import Project
from toolkit.routing import (
    Delivery,
    Inhibition,
    PagerDuty,
    Receiver,
    Route,
    Routing,
    Slack,
    Webhook,
)
from toolkit.rule_tests import amtool

PAGER = Receiver("pager", (PagerDuty(), Slack(channel="#now")))
CHAT = Receiver("chat", (Slack(channel="#later"),))
GUARD = Receiver("guard", (Webhook(url="http://127.0.0.1:9/x", token_file="/run/token"),))
ROUTES = (
    Route(severity=Severity.CRITICAL, receiver=PAGER, repeat="1h"),
    Route(severity=Severity.CRITICAL, component="door", receiver=GUARD),
    Route(severity=Severity.WARNING, receiver=CHAT, repeat="4h"),
    Route(severity=Severity.INFO, receiver=CHAT, repeat="1d"),
)
DOWN = replace(
    project_builder.alert("Down", "up == 0", severity=Severity.CRITICAL), component="service"
)
BREACH = replace(project_builder.alert("Breach", severity=Severity.CRITICAL), component="door")
SLOW = project_builder.alert("Slow", "app_queue_depth > 1", severity=Severity.WARNING)
ALERTS = (DOWN, BREACH, SLOW)


def project(routing: Routing) -> Project:
    return replace(project_builder.project(alerts=ALERTS), routing=routing)


def test_every_severity_has_one_route() -> None:
    with pytest.raises(DefinitionError, match="0 routes for severity info"):
        Routing(routes=ROUTES[:3])
    with pytest.raises(DefinitionError, match="2 routes for severity critical"):
        Routing(routes=(*ROUTES, ROUTES[0]))
    with pytest.raises(DefinitionError, match="critical alerts of 'door' have two routes"):
        Routing(routes=(*ROUTES, ROUTES[1]))


def test_a_severitys_route_says_how_often() -> None:
    with pytest.raises(DefinitionError, match="repeat: '' is not a duration"):
        Route(severity=Severity.INFO, receiver=CHAT)


def test_a_receiver_is_told_by_something() -> None:
    with pytest.raises(DefinitionError, match="receiver 'x': is told by no means"):
        Receiver("x", ())


def test_an_inhibition_names_alerts_or_components_and_says_why() -> None:
    with pytest.raises(DefinitionError, match="either alerts or components"):
        Inhibition(source="Down", because="It is tested.")
    with pytest.raises(DefinitionError, match="because is empty"):
        Inhibition(source="Down", because="", alerts=("Slow",))


@pytest.mark.parametrize(
    ("routing", "message"),
    [
        (Routing(routes=ROUTES, deliveries=(Delivery(("Slwo",), to=("chat",)),)),
         "routing: there is no alert 'Slwo'; did you mean 'Slow'?"),
        (Routing(routes=ROUTES, deliveries=(Delivery(("Slow",), to=("caht",)),)),
         "routing: there is no receiver 'caht'; did you mean 'chat'?"),
        (Routing(routes=ROUTES,
                 inhibitions=(Inhibition(source="Down", components=("dor",), because="x"),)),
         "routing: there is no component 'dor'; did you mean 'door'?"),
    ],
    ids=["alert", "receiver", "component"],
)  # fmt: skip
def test_names_belong_to_something(routing: Routing, message: str) -> None:
    with pytest.raises(DefinitionError) as error:
        routing.check(ALERTS)
    assert error.value.message.startswith(message)


def test_an_alert_never_silences_itself() -> None:
    rule = Inhibition(source="Down", components=("service", "app"), because="It is tested.")
    assert not rule.silences(DOWN)
    assert rule.silences(SLOW)
    assert not rule.silences(BREACH)


def test_inhibitions_become_matchers() -> None:
    """A silenced component spares the source itself, whose component may be among them."""
    assert alertmanager_config(GOOD)["inhibit_rules"] == [
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


def test_secrets_are_files() -> None:
    config = alertmanager_config(Routing(routes=ROUTES))
    pager, guard, chat = config["receivers"]
    assert pager["pagerduty_configs"][0]["routing_key_file"] == (
        "/etc/alertmanager/secrets/pagerduty_key"
    )
    assert pager["slack_configs"][0]["api_url_file"] == "/etc/alertmanager/secrets/slack_url"
    assert guard["webhook_configs"][0]["http_config"] == {
        "authorization": {"type": "Bearer", "credentials_file": "/run/token"}
    }
    assert chat["name"] == "chat"


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


GOOD = Routing(
    routes=ROUTES,
    deliveries=(
        Delivery(("Down",), to=("pager",)),
        Delivery(("Breach",), to=("guard",)),
        Delivery(("Slow",), to=("chat",)),
    ),
    inhibitions=(
        Inhibition(source="Down", components=("app", "door"), because="It is tested."),
        Inhibition(source="Breach", alerts=("Slow",), equal=("kind",), because="It is tested."),
    ),
)


@required_programs.AMTOOL
def test_every_delivery_comes_about() -> None:
    found = list(amtool.check(project(GOOD), GOOD))
    assert [(x.name, x.problem) for x in found] == [
        ("amtool takes the configuration", ""),
        ("Down reaches pager", ""),
        ("Breach reaches guard", ""),
        ("Slow reaches chat", ""),
    ]


@required_programs.AMTOOL
def test_a_wrong_or_missing_delivery_is_told() -> None:
    wrong = replace(GOOD, deliveries=(Delivery(("Down", "Breach"), to=("pager",)),))
    found = {x.name: (x.problem, x.fix) for x in amtool.check(project(wrong), wrong)}
    assert found["Breach reaches pager"][0] == "it reaches guard."
    assert found["Slow reaches nobody known"] == (
        "no delivery says whom it must reach; it reaches chat.",
        "add 'Slow' to a Delivery of ROUTING.",
    )


@required_programs.AMTOOL
def test_a_configuration_that_amtool_refuses_is_told() -> None:
    wrong = replace(GOOD, group_by=("alertname", "alertname"))
    (found,) = amtool.check(project(wrong), wrong)
    assert "duplicated label" in found.problem


def test_without_amtool_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(UnreachableError, match="amtool is not on PATH"):
        list(amtool.check(project(GOOD), GOOD))


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
        ("toolkit.text", ["*It is slow.*", "P95 is 3s.", "Since 03:04:05 UTC",
                          "<https://x/Slow|Runbook>", "<https://y/1|dashboard>",
                          "<https://z|query>"]),
    ):  # fmt: skip
        done = subprocess.run(
            [amtool.find(), "template", "render", f"--template.glob={template}",
             f"--template.data={data}", f'--template.text={{{{ template "{name}" . }}}}'],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        for word in words:
            assert word in done.stdout


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[str]:
    """A real Alertmanager with the shipped routes, all receivers to a closed port."""
    program = required_programs.program("prometheus-alertmanager", "alertmanager")
    config = tmp_path / "alertmanager.yml"
    data = alertmanager_config(GOOD, deliver_to="http://127.0.0.1:9/hook")
    config.write_text(yaml_text(data, "x", "y"), encoding="utf-8")
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [program, f"--config.file={config}", f"--storage.path={tmp_path / 'data'}",
             "--web.listen-address=127.0.0.1:0", "--cluster.listen-address=", "--log.level=debug"],
            stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """Where it listens: it chose the port, and says so in its log."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"address=(127\.0\.0\.1:[1-9]\d*)", log.read_text(encoding="utf-8"))
        if found:
            return f"http://{found[1]}"
    pytest.fail(f"Alertmanager does not listen:\n{log.read_text(encoding='utf-8')[-2000:]}")


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
    requests.post(f"{address}/api/v2/alerts", json=body, timeout=10).raise_for_status()


def inhibited(address: str) -> dict[tuple[str, str], bool]:
    """Which alerts are inhibited now. Their sources are noted some time after they are sent."""
    return {
        (x["labels"]["alertname"], x["labels"].get("kind", "")): bool(x["status"]["inhibitedBy"])
        for x in requests.get(f"{address}/api/v2/alerts", timeout=10).json()
    }


def test_the_configuration_is_plain_yaml() -> None:
    data = alertmanager_config(GOOD)
    assert yaml.safe_load(yaml_text(data, "x", "y")) == data
