"""A password, a key, a token or a secret address stands in the file.

Why: alertmanager.yml is in a repository, in a ConfigMap, in backups. Alertmanager reads each of
these from a file of its own as well, which only it can read and which is changed without a commit.

    slack_configs: [{api_url: https://hooks.slack.com/services/…}]                  # bad
    slack_configs: [{api_url_file: /etc/alertmanager/secrets/slack_url}]            # good

Exempt: what a template fills in, such as `${SLACK_URL}`, `{{ .Values.url }}` or `<secret>`; the
address of a webhook without a password in it.

Source: https://prometheus.io/docs/alerting/latest/configuration/#receiver-integration-settings
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from toolkit.alertmanager.located_yaml import Value
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

_FILLED_IN = re.compile(r"|<.*>|\$\w+|\$\{[^}]*\}|.*\{\{.*\}\}.*|%\w+%|__\w+__|\*+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Secret:
    """The key that names a file instead, the release that knows it, and where the key is one."""

    instead: str
    since: str = ""
    within: frozenset[str] = frozenset()  # of these lists alone; anywhere without


def _within(*kinds: str) -> frozenset[str]:
    return frozenset(f"{kind}_configs" for kind in kinds)


# Source of the releases: https://github.com/prometheus/alertmanager/blob/main/CHANGELOG.md
SECRETS: tuple[tuple[str, _Secret], ...] = (
    ("smtp_auth_password", _Secret("smtp_auth_password_file", "0.25")),
    ("smtp_auth_secret", _Secret("smtp_auth_secret_file", "0.31")),
    ("slack_api_url", _Secret("slack_api_url_file", "0.22")),
    ("slack_app_token", _Secret("slack_app_token_file")),
    ("opsgenie_api_key", _Secret("opsgenie_api_key_file", "0.24")),
    ("victorops_api_key", _Secret("victorops_api_key_file", "0.25")),
    ("wechat_api_secret", _Secret("wechat_api_secret_file", "0.31")),
    ("telegram_bot_token", _Secret("telegram_bot_token_file", "0.31")),
    ("rocketchat_token", _Secret("rocketchat_token_file", "0.28")),
    ("mattermost_webhook_url", _Secret("mattermost_webhook_url_file", "0.30")),
    ("auth_password", _Secret("auth_password_file", "0.25", _within("email"))),
    ("auth_secret", _Secret("auth_secret_file", "0.31", _within("email"))),
    ("routing_key", _Secret("routing_key_file", "0.25", _within("pagerduty"))),
    ("service_key", _Secret("service_key_file", "0.25", _within("pagerduty"))),
    ("api_url", _Secret("api_url_file", "0.22", _within("slack"))),
    ("api_key", _Secret("api_key_file", "0.24", _within("opsgenie"))),
    ("api_key", _Secret("api_key_file", "0.25", _within("victorops"))),
    ("api_secret", _Secret("api_secret_file", "0.31", _within("wechat"))),
    ("bot_token", _Secret("bot_token_file", "0.26", _within("telegram"))),
    ("user_key", _Secret("user_key_file", "0.26", _within("pushover"))),
    ("token", _Secret("token_file", "0.26", _within("pushover"))),
    ("token", _Secret("token_file", "0.28", _within("rocketchat"))),
    ("token_id", _Secret("token_id_file", "0.28", _within("rocketchat"))),
    ("alert_source_token", _Secret("alert_source_token_file", "0.29", _within("incidentio"))),
    ("webhook_url", _Secret("webhook_url_file", "0.27", _within("discord", "msteams"))),
    ("webhook_url", _Secret("webhook_url_file", "0.28", _within("msteamsv2"))),
    ("webhook_url", _Secret("webhook_url_file", "0.30", _within("mattermost"))),
    ("password", _Secret("password_file")),
    ("credentials", _Secret("credentials_file")),
    ("bearer_token", _Secret("bearer_token_file")),
    ("client_secret", _Secret("client_secret_file")),
    ("secret_key", _Secret("", within=_within("sns"))),
)


def check(project: Project) -> Iterator[Finding]:
    """Flag every secret that has its value in the file. The value is not shown."""
    for config in project.alertmanager_configs:
        parts = [("global", config.root.fields.get("global"), "")]
        for receiver in config.receivers:
            for kind, listed in receiver.fields.items():
                parts += [(f"{receiver.name}: {kind}", each, kind) for each in listed.items]
        for subject, part, kind in parts:
            for key, value, secret in _found(part, kind) if part else ():
                place = value.key or value.location
                since = f" (since Alertmanager {secret.since})" if secret.since else ""
                yield RULE.at(
                    place,
                    subject,
                    f"`{key}` holds a secret in clear.",
                    fix=f"write it to a file and name that in `{secret.instead}`{since}; then "
                    "change the secret, since it was in the repository."
                    if secret.instead
                    else "let the machine's role or a profile give it; then change the secret.",
                    allow=config.allowed(place),
                )


def _found(part: Value, kind: str) -> Iterator[tuple[str, Value, _Secret]]:
    for key, value in part.fields.items():
        if value.kind != "text":
            for below in (value, *value.items):
                yield from _found(below, kind)
        elif not _FILLED_IN.fullmatch(value.text):
            for name, secret in SECRETS:
                if name == key and (not secret.within or kind in secret.within):
                    yield key, value, secret
            if key == "url" and kind == "webhook_configs" and _has_password(value.text):
                yield key, value, _Secret("url_file", "0.26")


def _has_password(url: str) -> bool:
    try:
        return bool(urlsplit(url).password)
    except ValueError:
        return False


RULE = Rule("secret-in-clear", Level.WARNING, check)
