"""What a change of Alertmanager's configuration means."""

from typing import Any

from toolkit.diff.route_changes import changes

CRITICAL = {"matchers": ['severity="critical"'], "receiver": "on-call", "repeat_interval": "1h"}
BEFORE: dict[str, Any] = {
    "route": {"receiver": "desk", "routes": [CRITICAL]},
    "receivers": [{"name": "desk"}, {"name": "on-call", "webhook_configs": [{"url": "a"}]}],
    "inhibit_rules": [{"source_matchers": ["alertname=Down"], "target_matchers": ["team=x"]}],
}


def said(after: dict[str, Any]) -> list[str]:
    return [str(change) for change in changes(BEFORE, after)]


def test_nothing() -> None:
    assert said(BEFORE) == []


def test_routes_are_named_by_what_leads_to_them() -> None:
    below = {"matchers": ['component="till"'], "receiver": "tills"}
    changed = CRITICAL | {"receiver": "nights", "routes": [below]}
    assert said(BEFORE | {"route": {"receiver": "desk", "routes": [changed]}}) == [
        'severity="critical": receiver: on-call -> nights',
        'severity="critical", component="till": route added (to tills)',
    ]
    assert said(BEFORE | {"route": {"receiver": "ops"}}) == [
        "all alerts: receiver: desk -> ops",
        'severity="critical": route removed (to on-call)',
    ]


def test_receivers_and_inhibitions() -> None:
    receivers = [{"name": "new"}, {"name": "on-call", "webhook_configs": [{"url": "b"}]}]
    assert said(BEFORE | {"receivers": receivers, "inhibit_rules": []}) == [
        "desk: receiver removed",
        "new: receiver added",
        "on-call: receiver changed",
        "alertname=Down inhibits team=x: inhibition removed",
    ]
