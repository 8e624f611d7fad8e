"""The fields of alertmanager.yml that hold a secret, and those that name a file in their place.

Source of the releases: https://github.com/prometheus/alertmanager/blob/main/CHANGELOG.md
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_FILLED_IN = re.compile(r"|<.*>|\$\w+|\$\{[^}]*\}|.*\{\{.*\}\}.*|%\w+%|__\w+__|\*+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Secret:
    """The key that names a file instead, the release that knows it, and where the key is one."""

    instead: str
    since: str = ""
    within: frozenset[str] = frozenset()  # of these lists alone; anywhere without


def _within(*kinds: str) -> frozenset[str]:
    return frozenset(f"{kind}_configs" for kind in kinds)


SECRETS: tuple[tuple[str, Secret], ...] = (
    ("smtp_auth_password", Secret("smtp_auth_password_file", "0.25")),
    ("smtp_auth_secret", Secret("smtp_auth_secret_file", "0.31")),
    ("slack_api_url", Secret("slack_api_url_file", "0.22")),
    ("slack_app_token", Secret("slack_app_token_file")),
    ("opsgenie_api_key", Secret("opsgenie_api_key_file", "0.24")),
    ("victorops_api_key", Secret("victorops_api_key_file", "0.25")),
    ("wechat_api_secret", Secret("wechat_api_secret_file", "0.31")),
    ("telegram_bot_token", Secret("telegram_bot_token_file", "0.31")),
    ("rocketchat_token", Secret("rocketchat_token_file", "0.28")),
    ("mattermost_webhook_url", Secret("mattermost_webhook_url_file", "0.30")),
    ("auth_password", Secret("auth_password_file", "0.25", _within("email"))),
    ("auth_secret", Secret("auth_secret_file", "0.31", _within("email"))),
    ("routing_key", Secret("routing_key_file", "0.25", _within("pagerduty"))),
    ("service_key", Secret("service_key_file", "0.25", _within("pagerduty"))),
    ("api_url", Secret("api_url_file", "0.22", _within("slack"))),
    ("api_key", Secret("api_key_file", "0.24", _within("opsgenie"))),
    ("api_key", Secret("api_key_file", "0.25", _within("victorops"))),
    ("api_secret", Secret("api_secret_file", "0.31", _within("wechat"))),
    ("bot_token", Secret("bot_token_file", "0.26", _within("telegram"))),
    ("user_key", Secret("user_key_file", "0.26", _within("pushover"))),
    ("token", Secret("token_file", "0.26", _within("pushover"))),
    ("token", Secret("token_file", "0.28", _within("rocketchat"))),
    ("token_id", Secret("token_id_file", "0.28", _within("rocketchat"))),
    ("alert_source_token", Secret("alert_source_token_file", "0.29", _within("incidentio"))),
    ("webhook_url", Secret("webhook_url_file", "0.27", _within("discord", "msteams"))),
    ("webhook_url", Secret("webhook_url_file", "0.28", _within("msteamsv2"))),
    ("webhook_url", Secret("webhook_url_file", "0.30", _within("mattermost"))),
    ("password", Secret("password_file")),
    ("credentials", Secret("credentials_file")),
    ("bearer_token", Secret("bearer_token_file")),
    ("client_secret", Secret("client_secret_file")),
    ("secret_key", Secret("", within=_within("sns"))),
)


def secret_in(key: str, kind: str, text: str) -> Secret | None:
    """What a field of an integration of this `kind` is, where its text is a secret in clear.

    `kind` is the list that the integration is in, such as `slack_configs`, or empty for what stands
    in `global`. What a template fills in is no secret.
    """
    if _FILLED_IN.fullmatch(text):
        return None
    if key == "url" and kind == "webhook_configs" and _has_password(text):
        return Secret("url_file", "0.26")
    for name, secret in SECRETS:
        if name == key and (not secret.within or kind in secret.within):
            return secret
    return None


def _has_password(url: str) -> bool:
    try:
        return bool(urlsplit(url).password)
    except ValueError:
        return False
