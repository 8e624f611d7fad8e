"""Which fields hold a secret in clear, in which integration, and what stands in its place."""

import pytest

from toolkit.alertmanager.secret_fields import SECRETS, Secret, secret_in

# The same key means something else, or is known since another release, in another integration.
BY_KIND = {
    ("api_url", "slack_configs"): "api_url_file since 0.22",
    ("api_url", "opsgenie_configs"): "",
    ("api_key", "opsgenie_configs"): "api_key_file since 0.24",
    ("api_key", "victorops_configs"): "api_key_file since 0.25",
    ("api_key", "webhook_configs"): "",
    ("routing_key", "pagerduty_configs"): "routing_key_file since 0.25",
    ("routing_key", "victorops_configs"): "",
    ("token", "pushover_configs"): "token_file since 0.26",
    ("token", "rocketchat_configs"): "token_file since 0.28",
    ("token", "telegram_configs"): "",
    ("webhook_url", "discord_configs"): "webhook_url_file since 0.27",
    ("webhook_url", "msteams_configs"): "webhook_url_file since 0.27",
    ("webhook_url", "msteamsv2_configs"): "webhook_url_file since 0.28",
    ("webhook_url", "mattermost_configs"): "webhook_url_file since 0.30",
    ("webhook_url", "slack_configs"): "",
    ("auth_password", "email_configs"): "auth_password_file since 0.25",
    ("auth_password", ""): "",
    ("smtp_auth_password", ""): "smtp_auth_password_file since 0.25",
    ("smtp_auth_secret", ""): "smtp_auth_secret_file since 0.31",
    ("slack_api_url", ""): "slack_api_url_file since 0.22",
    ("slack_app_token", ""): "slack_app_token_file since ",
    ("opsgenie_api_key", ""): "opsgenie_api_key_file since 0.24",
    ("victorops_api_key", ""): "victorops_api_key_file since 0.25",
    ("wechat_api_secret", ""): "wechat_api_secret_file since 0.31",
    ("telegram_bot_token", ""): "telegram_bot_token_file since 0.31",
    ("rocketchat_token", ""): "rocketchat_token_file since 0.28",
    ("mattermost_webhook_url", ""): "mattermost_webhook_url_file since 0.30",
    ("auth_secret", "email_configs"): "auth_secret_file since 0.31",
    ("service_key", "pagerduty_configs"): "service_key_file since 0.25",
    ("api_secret", "wechat_configs"): "api_secret_file since 0.31",
    ("bot_token", "telegram_configs"): "bot_token_file since 0.26",
    ("user_key", "pushover_configs"): "user_key_file since 0.26",
    ("token_id", "rocketchat_configs"): "token_id_file since 0.28",
    ("alert_source_token", "incidentio_configs"): "alert_source_token_file since 0.29",
    ("credentials", "webhook_configs"): "credentials_file since ",
    ("bearer_token", "webhook_configs"): "bearer_token_file since ",
    ("client_secret", "webhook_configs"): "client_secret_file since ",
    ("password", "webhook_configs"): "password_file since ",
    ("secret_key", "sns_configs"): " since ",
    ("channel", "slack_configs"): "",
}


@pytest.mark.parametrize(("key", "kind"), BY_KIND, ids=map(" in ".join, BY_KIND))
def test_a_key_is_a_secret_where_its_integration_has_it(key: str, kind: str) -> None:
    found = secret_in(key, kind, "hunter2")
    said = "" if found is None else f"{found.instead} since {found.since}"
    assert said == BY_KIND[key, kind]


def test_no_secret_of_one_integration_is_one_of_all_others() -> None:
    own = {name for name, secret in SECRETS if secret.within}
    assert [name for name in own if secret_in(name, "webhook_configs", "hunter2")] == []


@pytest.mark.parametrize(
    "text",
    ["", "<secret>", "$KEY", "${KEY}", "a{{ .Key }}b", "%KEY%", "__KEY__", "****", "a\n{{ b }}"],
)
def test_what_is_filled_in_later_is_no_secret(text: str) -> None:
    assert secret_in("password", "", text) is None


@pytest.mark.parametrize("text", ["a$KEY", "<secret", "%KEY", "_KEY_", "{ b }", "*a*"])
def test_what_only_looks_so_is_one(text: str) -> None:
    assert secret_in("password", "", text) == Secret("password_file")


@pytest.mark.parametrize(
    ("kind", "url", "found"),
    [
        ("webhook_configs", "http://u:p@x/", Secret("url_file", "0.26")),
        ("webhook_configs", "http://u@x/", None),
        ("webhook_configs", "http://x/", None),
        ("webhook_configs", "http://[u:p@x", None),
        ("opsgenie_configs", "http://u:p@x/", None),
    ],
)
def test_an_address_with_a_password_is_one_in_a_webhook(
    kind: str, url: str, found: Secret | None
) -> None:
    assert secret_in("url", kind, url) == found
