"""alertmanager.yml becomes a routing that generates the same configuration, without its secrets."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import WriteProject
from tests.support import required_programs
from toolkit import find_definitions
from toolkit.adopt import input_files, write_imported
from toolkit.adopt.import_result import Imported
from toolkit.alertmanager.read_config import of_routing, read_file
from toolkit.alertmanager.write_config import alertmanager_config
from toolkit.errors import UsageError
from toolkit.project import Project
from toolkit.rule_tests import run_amtool

WHOLE = r"""
global:
  resolve_timeout: 3m
  smtp_smarthost: mail.example.com:587
  smtp_from: alerts@example.com
  smtp_auth_username: alerts
  smtp_auth_password: s3cret-mail
templates: [/etc/alertmanager/*.tmpl]
route:
  receiver: desk
  group_by: [alertname, cluster]
  group_wait: 45s
  repeat_interval: 12h
  routes:
    - match: {alertname: Watchdog}
      receiver: "null"
    - match_re: {service: ^(foo1|foo\.2)$}
      continue: true
      mute_time_intervals: [nights]
      routes:
        - matchers: ['severity="critical"', "team =~ db|web"]
          receiver: pager
          group_by: ['...']
    - matchers: ['{severity="warning",zone!="x"}']
      active_time_intervals: [hours]
receivers:
  - name: desk
    slack_configs:
      - api_url: https://hooks.slack.com/services/T0/B0/s3cret-slack
        channel: "#desk"
        send_resolved: true
        actions: [{type: button, text: "Runbook {{ .Status }}", url: "{{ .ExternalURL }}"}]
  - name: "null"
  - name: pager
    pagerduty_configs: [{routing_key: s3cret-pager}]
    webhook_configs:
      - url: http://127.0.0.1:9/plain
        max_alerts: 5
        http_config: {basic_auth: {username: u, password: s3cret-basic}}
    email_configs: [{to: "db@example.com", html: "", headers: {Subject: "It is's \"on\""}}]
inhibit_rules:
  - source_match: {severity: critical}
    target_match_re: {severity: warning|info}
    equal: [alertname, cluster]
  - source_matchers: ['alertname="Down"']
    target_matchers: ['severity!="critical"', 'job=~".+"']
mute_time_intervals:
  - name: nights
    time_intervals:
      - times: [{start_time: "20:00", end_time: "24:00"}]
        weekdays: ["monday:friday"]
        location: Europe/Paris
time_intervals:
  - name: hours
    time_intervals: [{months: ["1:3"], days_of_month: ["1:5", "-1"], years: ["2026"]}]
"""
SECRETS = "/etc/alertmanager/secrets"


def all_of(path: Path, project: Project) -> Imported:
    return input_files.import_all([path], project.config, lambda: project)


def imported(shop: WriteProject, text: str) -> tuple[Imported, Project]:
    """What the import says, and the project as it is afterwards."""
    root = shop()
    (root / "alertmanager.yml").write_text(text, encoding="utf-8")
    found = all_of(Path("alertmanager.yml"), find_definitions.load(root))
    write_imported.write(root, found)
    return found, find_definitions.load(root)


def generated(project: Project) -> dict[str, Any]:
    assert project.routing is not None
    return alertmanager_config(project.routing)


def parsed(config: Any) -> dict[str, Any]:
    """Routes and inhibitions as Alertmanager reads them: matchers in one spelling."""

    def route(each: Any) -> dict[str, Any]:
        plain = {key: value.text for key, value in each.settings.items() if value.text}
        lists = {k: [x.text for x in v.items] for k, v in each.fields.items() if v.items}
        lists = {k: v for k, v in lists.items() if k.endswith(("intervals", "_by"))}
        matchers = sorted(map(str, each.matchers))
        return {
            **plain,
            **lists,
            "matchers": matchers,
            "continue": each.continues,
            "routes": [route(below) for below in each.routes],
        }

    return {
        "route": route(config.route),
        "inhibitions": [
            (
                *(sorted(map(str, x)) for x in (each.sources, each.targets)),
                [x.text for x in each.equal],
            )
            for each in config.inhibitions
        ],
        "intervals": sorted(x.name for x in config.time_intervals),
    }


def test_the_same_configuration_is_generated(shop: WriteProject) -> None:
    found, project = imported(shop, WHOLE)
    assert found.left == ()
    assert project.routing is not None
    original = read_file(Path("alertmanager.yml"))
    assert parsed(of_routing(project.routing)) == parsed(original)
    made, wanted = generated(project), yaml.safe_load(WHOLE)
    assert made["templates"] == wanted["templates"]
    intervals = [*wanted["time_intervals"], *wanted["mute_time_intervals"]]
    assert made["time_intervals"] == intervals


def test_receivers_are_the_same_but_for_their_secrets(shop: WriteProject) -> None:
    _, project = imported(shop, WHOLE)
    made, wanted = generated(project), yaml.safe_load(WHOLE)
    desk, _, pager = wanted["receivers"]
    del desk["slack_configs"][0]["api_url"]
    desk["slack_configs"][0]["api_url_file"] = f"{SECRETS}/desk_api_url"
    pager["pagerduty_configs"] = [{"routing_key_file": f"{SECRETS}/pager_routing_key"}]
    basic = {"username": "u", "password_file": f"{SECRETS}/pager_password"}
    pager["webhook_configs"][0]["http_config"] = {"basic_auth": basic}
    del wanted["global"]["smtp_auth_password"]
    wanted["global"]["smtp_auth_password_file"] = f"{SECRETS}/global_smtp_auth_password"
    assert made["receivers"] == wanted["receivers"]
    assert made["global"] == wanted["global"]


def test_no_secret_is_in_python_or_in_the_report(shop: WriteProject) -> None:
    found, _ = imported(shop, WHOLE)
    assert "s3cret" not in "".join(found.texts.values())
    said = [f"{x.location.line} {x.message} {x.fix}" for x in found.notes]
    assert "s3cret" not in "".join(said)
    assert said[1] == (
        "29 `api_url` of desk is a secret, and was not copied: `api_url_file` (since "
        "Alertmanager 0.22) names /etc/alertmanager/secrets/desk_api_url, which must hold it."
    )
    assert len(said) == 4


def test_an_address_with_a_key_in_it_is_a_secret(shop: WriteProject) -> None:
    text = (
        "route: {receiver: a}\nreceivers:\n- name: a\n  webhook_configs:\n"
        "  - url: https://hooks.example.com/in/aB3dE5fG7hJ9kL1mN3pQ\n"
        "  - url: https://example.com/alerts?key=x\n"
        "  - url: https://example.com/alerts/production\n"
        "    http_config: {proxy_url: 'http://proxy.example.com/?of=us'}\n"
        "  pagerduty_configs:\n"
        "  - {routing_key_file: /run/key, url: 'https://example.com/?region=eu'}\n"
    )
    found, project = imported(shop, text)
    (receiver,) = generated(project)["receivers"]
    assert receiver["webhook_configs"] == [
        {"url_file": f"{SECRETS}/a_url"},
        {"url_file": f"{SECRETS}/a_url_2"},
        {
            "url": "https://example.com/alerts/production",
            "http_config": {"proxy_url": "http://proxy.example.com/?of=us"},
        },
    ]
    assert receiver["pagerduty_configs"][0]["url"] == "https://example.com/?region=eu"
    assert "aB3dE5" not in "".join(found.texts.values())


def test_a_secret_that_no_file_can_hold_is_left_out_and_listed(shop: WriteProject) -> None:
    text = (
        "route: {receiver: a}\nreceivers:\n- name: a\n  sns_configs:\n"
        "  - {topic_arn: arn, sigv4: {region: x, access_key: k, secret_key: s3cret}}\n"
    )
    found, project = imported(shop, text)
    assert [x.message for x in found.left] == [
        "`secret_key` of a is a secret that no file can hold, and was left out."
    ]
    assert "s3cret" not in "".join(found.texts.values())
    assert generated(project)["receivers"][0]["sns_configs"][0]["sigv4"]["access_key"] == "k"


@required_programs.AMTOOL
@pytest.mark.programs
def test_amtool_takes_it_and_delivers_as_before(shop: WriteProject) -> None:
    _, project = imported(shop, WHOLE)
    assert project.routing is not None
    assert [d.to for d in project.routing.deliveries] == [("desk",)]
    results = list(run_amtool.check(project, project.routing))
    assert [(r.name, r.problem) for r in results] == [
        ("amtool takes the configuration", ""),
        ("NoSales reaches desk", ""),
    ]


REFUSED = {
    "a key that is not known": (
        "route: {receiver: a, groupby: [x]}\nreceivers: [{name: a}]\n",
        "route: unknown key 'groupby'; did you mean 'group_by'?",
    ),
    "not YAML": ("route: {receiver: a\nreceivers: [\n", "not YAML: "),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_what_alertmanager_refuses_is_listed_and_not_imported(
    shop: WriteProject, text: str, message: str
) -> None:
    found, project = imported(shop, text)
    assert found.left[0].message.startswith(message)
    assert (found.texts, project.routing) == ({}, None)


def test_a_second_routing_is_refused(shop: WriteProject) -> None:
    _, project = imported(shop, WHOLE)
    with pytest.raises(UsageError, match="the project has a ROUTING already"):
        all_of(Path("alertmanager.yml"), project)


def test_rules_next_to_it_in_a_folder_are_imported_too(shop: WriteProject) -> None:
    root = shop()
    folder = root / "old"
    folder.mkdir()
    (folder / "alertmanager.yml").write_text(WHOLE, encoding="utf-8")
    (folder / "disks.yml").write_text(
        "groups: [{name: g, rules: [{alert: DiskIsFull, expr: up == 0}]}]\n", encoding="utf-8"
    )
    found = all_of(Path("old"), find_definitions.load(root))
    assert [each.target for each in found.sources] == [
        "shop/alerts/routing.py",
        "shop/alerts/disks",
    ]


def test_what_is_no_address_is_not_looked_into(shop: WriteProject) -> None:
    text = "route: {receiver: a}\nreceivers:\n- {name: a, webhook_configs: [{url: 'http://[x'}]}\n"
    _, project = imported(shop, text)
    assert generated(project)["receivers"][0]["webhook_configs"] == [{"url": "http://[x"}]
