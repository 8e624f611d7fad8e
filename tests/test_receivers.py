"""Integrations: what is refused, and what Alertmanager's own checker makes of each."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support import project_builder, required_programs
from tests.support.small_routing import ALERTS, ROUTES
from toolkit.errors import DefinitionError
from toolkit.receivers import (
    INTEGRATIONS,
    AnyIntegration,
    Email,
    Integration,
    Opsgenie,
    PagerDuty,
    Receiver,
    Slack,
    Teams,
    Telegram,
    Webhook,
)
from toolkit.routing import Routing
from toolkit.rule_tests import run_amtool

REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "mail without a port": (
        lambda: Email(to="a@b.c", sender="x@y.z", smarthost="mail.example.com"),
        "Email(to='a@b.c'): smarthost 'mail.example.com' has no port.",
    ),
    "a chat that is not a number": (
        lambda: Telegram(chat_id="@us"),  # type: ignore[arg-type]
        'Telegram("@us"): chat_id is "@us"; it must be a whole number.',
    ),
    "a kind that is not known": (
        lambda: Integration("pushovr", {}),
        "unknown integration 'pushovr'; did you mean 'pushover'?",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        make()
    assert caught.value.message.startswith(message)


MAIL = Email(to="a@b.c", sender="x@y.z", smarthost="mail:25", username="x")
EVERY: tuple[AnyIntegration, ...] = (
    Slack(channel="#a"),
    PagerDuty(),
    Webhook(url="http://x/", token_file="/run/token"),
    MAIL,
    Opsgenie(priority="P1"),
    Teams(),
    Telegram(chat_id=-1001),
    Integration("victorops", {"api_key_file": "/run/key", "routing_key": "team"}),
    Integration("pushover", {"user_key_file": "/u", "token_file": "/t"}, needs="0.26"),
    Integration("wechat", {"corp_id": "c", "api_secret_file": "/s"}, needs="0.31"),
    Integration("sns", {"topic_arn": "arn:x", "sigv4": {"region": "eu-west-1"}}),
    Integration("discord", {"webhook_url_file": "/run/url"}, needs="0.27"),
    Integration(
        "webex",
        {"room_id": "r", "http_config": {"authorization": {"credentials_file": "/run/token"}}},
    ),
    Integration("msteams", {"webhook_url_file": "/run/url"}, needs="0.27"),
    Integration("jira", {"api_url": "https://x", "project": "P", "issue_type": "Bug"}),
    Integration("rocketchat", {"token_file": "/t", "token_id_file": "/i", "channel": "#a"}),
    Integration("incidentio", {"url": "https://x", "alert_source_token_file": "/t"}),
    Integration("mattermost", {"webhook_url_file": "/run/url", "send_resolved": False}),
)


def name_of(integration: AnyIntegration) -> str:
    return integration.kind if isinstance(integration, Integration) else type(integration).__name__


@required_programs.AMTOOL
@pytest.mark.parametrize("integration", EVERY, ids=name_of)
def test_amtool_takes_it_or_is_too_old_and_says_so(integration: AnyIntegration) -> None:
    receiver = Receiver("one", (integration,))
    routing = Routing(routes=tuple(replace(route, receiver=receiver) for route in ROUTES))
    project = replace(project_builder.project(alerts=ALERTS), routing=routing)
    found = next(iter(run_amtool.check(project, routing)))
    if tuple(map(int, (integration.needs or "0.22").split("."))) <= run_amtool.version():
        assert (found.problem, found.fix) == ("", "")
    else:
        release = ".".join(map(str, run_amtool.version()))
        assert "not found in type config." in found.problem
        assert found.fix == (
            f"receiver 'one' needs Alertmanager {integration.needs} and this amtool is {release}: "
            "install a newer one."
        )


def test_every_integration_of_alertmanager_is_among_them() -> None:
    kinds = {each.key for each in EVERY if isinstance(each, Integration)}
    typed = {"email", "pagerduty", "slack", "webhook", "opsgenie", "telegram", "msteamsv2"}
    assert kinds | {f"{kind}_configs" for kind in typed} == set(INTEGRATIONS)
