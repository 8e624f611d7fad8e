"""A receiver's integrations as plain data: its address or key from a file, and what it says."""

from typing import Any

from toolkit.receivers import (
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


def integration(
    given: AnyIntegration,
) -> tuple[str, dict[str, Any]]:
    """The key of the receiver's list of such integrations, and this one's entry in it."""
    match given:
        case Slack():
            return "slack_configs", {
                "api_url_file": given.url_file,
                "channel": given.channel,
                "title": TITLE,
                "title_link": "{{ .CommonAnnotations.runbook_url }}",
                "text": TEXT,
            }
        case PagerDuty():
            return "pagerduty_configs", {
                "routing_key_file": given.key_file,
                "severity": "{{ .CommonLabels.severity }}",
                "component": "{{ .CommonLabels.component }}",
                "description": TITLE,
                "details": {"alerts": TEXT},
                "links": [
                    {"href": "{{ .CommonAnnotations.runbook_url }}", "text": "Runbook"},
                    {"href": "{{ .CommonAnnotations.dashboard_url }}", "text": "Dashboard"},
                ],
            }
        case Webhook():
            token = {"type": "Bearer", "credentials_file": given.token_file}
            http = {"http_config": {"authorization": token}} if given.token_file else {}
            return "webhook_configs", {"url": given.url, **http}
        case Integration():
            return given.key, dict(given.fields)
        case _:
            return _by_message(given)


def _by_message(
    given: Email | Opsgenie | Teams | Telegram,
) -> tuple[str, dict[str, Any]]:
    """The same for what takes a title or a text of ours alone, or none."""
    match given:
        case Email():
            password = {
                "auth_username": given.username,
                "auth_password_file": given.password_file,
            }
            return "email_configs", {
                "to": given.to,
                "from": given.sender,
                "smarthost": given.smarthost,
                **(password if given.username else {}),
                "headers": {"Subject": TITLE},
            }
        case Opsgenie():
            return "opsgenie_configs", {
                "api_key_file": given.key_file,
                "message": TITLE,
                "description": TEXT,
                "source": "{{ .CommonAnnotations.runbook_url }}",
                **({"priority": given.priority} if given.priority else {}),
            }
        case Teams():
            return "msteamsv2_configs", {
                "webhook_url_file": given.url_file,
                "title": TITLE,
                "text": TEXT,
            }
        case Telegram():
            # Alertmanager's own text: ours is in Slack's marks, which Telegram would refuse.
            return "telegram_configs", {
                "bot_token_file": given.token_file,
                "chat_id": given.chat_id,
            }
