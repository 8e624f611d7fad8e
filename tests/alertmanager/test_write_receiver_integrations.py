"""Each integration's entry in alertmanager.yml; what all receivers have is in `write_config`."""

from typing import Any

import pytest

from toolkit.alertmanager.write_receiver_integrations import integration
from toolkit.receivers import (
    SECRETS,
    AnyIntegration,
    Email,
    Integration,
    Opsgenie,
    PagerDuty,
    Slack,
    Teams,
    Telegram,
    Webhook,
)

TITLE = '{{ template "toolkit.title" . }}'
TEXT = '{{ template "toolkit.text" . }}'
RUNBOOK = "{{ .CommonAnnotations.runbook_url }}"
EMAIL = {"to": "a@x.org", "from": "b@x.org", "smarthost": "x.org:25", "headers": {"Subject": TITLE}}
OPSGENIE = {
    "api_key_file": f"{SECRETS}/opsgenie_key",
    "message": TITLE,
    "description": TEXT,
    "source": RUNBOOK,
}
ENTRIES: dict[str, tuple[AnyIntegration, str, dict[str, Any]]] = {
    "Slack": (
        Slack(channel="#now", url_file="/run/slack"),
        "slack_configs",
        {
            "api_url_file": "/run/slack",
            "channel": "#now",
            "title": TITLE,
            "title_link": RUNBOOK,
            "text": TEXT,
        },
    ),
    "PagerDuty": (
        PagerDuty(key_file="/run/key"),
        "pagerduty_configs",
        {
            "routing_key_file": "/run/key",
            "severity": "{{ .CommonLabels.severity }}",
            "component": "{{ .CommonLabels.component }}",
            "description": TITLE,
            "details": {"alerts": TEXT},
            "links": [
                {"href": RUNBOOK, "text": "Runbook"},
                {"href": "{{ .CommonAnnotations.dashboard_url }}", "text": "Dashboard"},
            ],
        },
    ),
    "a webhook": (Webhook(url="http://x/"), "webhook_configs", {"url": "http://x/"}),
    "a webhook with a token": (
        Webhook(url="http://x/", token_file="/run/token"),
        "webhook_configs",
        {
            "url": "http://x/",
            "http_config": {"authorization": {"type": "Bearer", "credentials_file": "/run/token"}},
        },
    ),
    "e-mail without a login": (
        Email(to="a@x.org", sender="b@x.org", smarthost="x.org:25"),
        "email_configs",
        EMAIL,
    ),
    "e-mail with a login": (
        Email(to="a@x.org", sender="b@x.org", smarthost="x.org:25", username="b"),
        "email_configs",
        {**EMAIL, "auth_username": "b", "auth_password_file": f"{SECRETS}/smtp_password"},
    ),
    "Opsgenie": (Opsgenie(), "opsgenie_configs", OPSGENIE),
    "Opsgenie with a priority": (
        Opsgenie(priority="P2"),
        "opsgenie_configs",
        {**OPSGENIE, "priority": "P2"},
    ),
    "Teams": (
        Teams(),
        "msteamsv2_configs",
        {"webhook_url_file": f"{SECRETS}/teams_url", "title": TITLE, "text": TEXT},
    ),
    "Telegram, in its own words": (
        Telegram(chat_id=-7),
        "telegram_configs",
        {"bot_token_file": f"{SECRETS}/telegram_token", "chat_id": -7},
    ),
    "any other, as it is given": (
        Integration("pushover", {"user_key_file": "/run/user", "token_file": "/run/token"}),
        "pushover_configs",
        {"user_key_file": "/run/user", "token_file": "/run/token"},
    ),
}


@pytest.mark.parametrize(("given", "key", "entry"), ENTRIES.values(), ids=ENTRIES)
def test_an_entry(given: AnyIntegration, key: str, entry: dict[str, Any]) -> None:
    assert integration(given) == (key, entry)
