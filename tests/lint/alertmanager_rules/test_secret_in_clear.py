"""`secret-in-clear`: values that belong into a file of their own."""

from pathlib import Path

import pytest

from tests.support.alertmanager_files import findings, messages, routed
from toolkit.lint.alertmanager_rules.secret_in_clear import RULE

FLAGGED = {
    "the global password": (
        routed(more="global: {smtp_auth_password: hunter2}"),
        ["6:10 `smtp_auth_password` holds a secret in clear."],
    ),
    "a receiver's address": (
        (
            "route: {receiver: a}\nreceivers:\n- name: a\n  slack_configs: "
            "[{api_url: 'https://hooks.example.com/T0'}]"
        ),
        ["4:20 `api_url` holds a secret in clear."],
    ),
    "deep in http_config": (
        (
            "route: {receiver: a}\nreceivers:\n- name: a\n  webhook_configs: [{url: "
            "'http://x', http_config: {authorization: {credentials: abc}}}]"
        ),
        ["4:69 `credentials` holds a secret in clear."],
    ),
    "a webhook with a password": (
        (
            "route: {receiver: a}\nreceivers:\n- name: a\n  webhook_configs: [{url: "
            "'http://u:p@x/'}]"
        ),
        ["4:22 `url` holds a secret in clear."],
    ),
    "a role is better than a key": (
        (
            "route: {receiver: a}\nreceivers:\n- name: a\n  sns_configs: [{sigv4: "
            "{secret_key: abc}}]"
        ),
        ["4:26 `secret_key` holds a secret in clear."],
    ),
}
LEFT_ALONE = {
    "files": routed(more="global: {smtp_auth_password_file: /run/p, slack_api_url_file: /run/s}"),
    "what a template fills in": routed(
        more=(
            "global: {smtp_auth_password: '${SMTP}', slack_api_url: '{{ "
            ".Values.slack }}', opsgenie_api_key: <secret>}"
        )
    ),
    "a routing key of VictorOps, which is a name": (
        "route: {receiver: a}\nreceivers:\n- name: a\n  victorops_configs: [{routing_key: team}]"
    ),
    "the address of a webhook": (
        "route: {receiver: a}\nreceivers:\n- name: a\n  webhook_configs: [{url: 'http://x/y'}]"
    ),
    "the address of an API": (
        "route: {receiver: a}\nreceivers:\n- name: a\n  opsgenie_configs: [{api_url: 'https://x'}]"
    ),
}


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert messages(RULE, tmp_path, text) == wanted


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, text: str) -> None:
    assert messages(RULE, tmp_path, text) == []


def test_the_fix_names_the_key_and_the_release_and_nothing_shows_the_secret(tmp_path: Path) -> None:
    text = "route: {receiver: a}\nreceivers: [{name: a, telegram_configs: [{bot_token: '12:ab'}]}]"
    (finding,) = findings(RULE, tmp_path, text)
    assert finding.subject == "a: telegram_configs"
    assert "`bot_token_file` (since Alertmanager 0.26)" in finding.fix
    assert "12:ab" not in f"{finding}"
