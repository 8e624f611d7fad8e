"""How a receiver is notified: a typed integration for what most use, fields passed through else.

Secrets are never values here: an integration names the file that holds its address or key, as
Alertmanager reads it. `toolkit.alertmanager.write_receiver_integrations` writes them.
Source: https://prometheus.io/docs/alerting/latest/configuration/#receiver-integration-settings
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.errors import DefinitionError
from toolkit.unknown_name_did_you_mean import unknown_name

SECRETS = "/etc/alertmanager/secrets"

INTEGRATIONS: Mapping[str, str] = {
    "email_configs": "",
    "pagerduty_configs": "",
    "slack_configs": "",
    "webhook_configs": "",
    "opsgenie_configs": "",
    "victorops_configs": "",
    "pushover_configs": "",
    "wechat_configs": "",
    "sns_configs": "0.23",
    "telegram_configs": "0.24",
    "discord_configs": "0.25",
    "webex_configs": "0.25",
    "msteams_configs": "0.26",
    "msteamsv2_configs": "0.28",
    "jira_configs": "0.28",
    "rocketchat_configs": "0.28",
    "incidentio_configs": "0.29",
    "mattermost_configs": "0.30",
}
"""Every list of integrations of a receiver → the first release that knows it, if after 0.22.

Source: https://github.com/prometheus/alertmanager/blob/main/CHANGELOG.md
"""


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """A Slack channel; the incoming webhook's address is read from `url_file`."""

    needs: ClassVar[str] = ""

    channel: str
    url_file: str = f"{SECRETS}/slack_url"


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class PagerDuty:
    """A PagerDuty service; its Events API v2 key is read from `key_file`."""

    needs: ClassVar[str] = "0.25"

    key_file: str = f"{SECRETS}/pagerduty_key"


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An HTTP address that takes Alertmanager's JSON; the bearer token is in `token_file`.

    The address itself is not a secret: Alertmanager reads it from a file only since 0.26.
    """

    needs: ClassVar[str] = ""

    url: str
    token_file: str = ""


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """Mail to `to`, from `sender`, by the server `smarthost`, a host and a port.

    With a `username` its password is read from `password_file`.
    """

    needs: ClassVar[str] = "0.25"

    to: str
    sender: str
    smarthost: str
    username: str = ""
    password_file: str = f"{SECRETS}/smtp_password"

    def __post_init__(self) -> None:
        _, colon, port = self.smarthost.rpartition(":")
        if not colon or not port.isdecimal():
            raise DefinitionError(
                f"Email(to={self.to!r}): smarthost {self.smarthost!r} has no port.",
                fix='write it like smarthost="mail.example.com:587".',
            )


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Opsgenie:
    """An Opsgenie integration; its key is read from `key_file`. `priority` is P1 to P5."""

    needs: ClassVar[str] = "0.24"

    key_file: str = f"{SECRETS}/opsgenie_key"
    priority: str = ""


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """A Microsoft Teams channel, by a workflow whose address is read from `url_file`."""

    needs: ClassVar[str] = "0.28"

    url_file: str = f"{SECRETS}/teams_url"


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Telegram:
    """A Telegram chat; the bot's token is read from `token_file`. A group's id is negative."""

    needs: ClassVar[str] = "0.26"

    chat_id: int
    token_file: str = f"{SECRETS}/telegram_token"

    def __post_init__(self) -> None:
        if not isinstance(self.chat_id, int) or not self.chat_id:
            raise DefinitionError(
                f"Telegram: chat_id {self.chat_id!r} is not the number of a chat.",
                fix="write the number alone, such as chat_id=-1001234.",
            )


@checked
@dataclass(frozen=True, slots=True)
class Integration:
    """Any other integration: its `kind`, such as "pushover", and Alertmanager's fields of it.

    `needs` is the release that knows the fields, where that is a newer one than the kind's.
    """

    kind: str
    fields: Mapping[str, Any]
    needs: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        if self.key not in INTEGRATIONS:
            known = (name.removesuffix("_configs") for name in INTEGRATIONS)
            raise DefinitionError(unknown_name("integration", self.kind, known))
        if not self.needs:
            object.__setattr__(self, "needs", INTEGRATIONS[self.key])

    @property
    def key(self) -> str:
        """The key of the receiver's list of such integrations."""
        return f"{self.kind}_configs"


AnyIntegration = Slack | PagerDuty | Webhook | Email | Opsgenie | Teams | Telegram | Integration


@checked
@dataclass(frozen=True, slots=True)
class Receiver:
    """A name that routes point to, and the integrations `by` which it is notified.

    A `silent` one has none: what is routed there notifies nobody, on purpose.
    """

    name: str
    by: tuple[AnyIntegration, ...] = ()
    silent: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        if not self.by and not self.silent:
            raise DefinitionError(
                f"receiver {self.name!r}: has no integration, so nobody would be notified.",
                fix="give it one, such as a Slack, a PagerDuty or an Email; or say silent=True.",
            )
        if self.by and self.silent:
            raise DefinitionError(
                f"receiver {self.name!r}: is silent, and has an integration.",
                fix="drop one of the two.",
            )
