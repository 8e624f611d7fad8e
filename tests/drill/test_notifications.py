"""Notifications: received from Alertmanager, or inferred from what it holds."""

from dataclasses import dataclass
from typing import cast

import requests

from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit.alertmanager.client import Alertmanager, HeldAlert
from toolkit.drill.notifications import AlertmanagerPoller, WebhookReceiver


def test_the_webhook_receives_what_alertmanager_posts() -> None:
    alert = {"status": "firing", "labels": {"alertname": "Slow"}, "annotations": {"summary": "S."}}
    body = {"receiver": "desk", "status": "firing", "alerts": [alert]}
    with WebhookReceiver() as receiver:
        assert requests.post(receiver.url, json=body, timeout=PATIENCE_SECONDS).status_code == 200
        (received,) = receiver.collect()
        assert receiver.collect() == ()
    assert (received.alert, received.receiver, received.resolved) == ("Slow", "desk", False)
    assert received.annotations == {"summary": "S."}


def test_a_running_alertmanager_is_polled_instead() -> None:
    active = HeldAlert({"alertname": "Slow"}, {}, "active", ("desk", "log"))
    inhibited = HeldAlert({"alertname": "Quiet"}, {}, "suppressed", ("desk",))

    @dataclass
    class Held:
        holds: tuple[HeldAlert, ...]

        def alerts(self) -> tuple[HeldAlert, ...]:
            return self.holds

    server = Held((active, inhibited))
    poller = AlertmanagerPoller(cast("Alertmanager", server))
    assert [(n.alert, n.receiver, n.resolved) for n in poller.collect()] == [
        ("Slow", "desk", False),
        ("Slow", "log", False),
    ]
    assert poller.collect() == ()
    server.holds = (inhibited,)
    assert [(n.alert, n.resolved) for n in poller.collect()] == [("Slow", True), ("Slow", True)]


def test_a_webhook_receiver_ends_with_its_block() -> None:
    with WebhookReceiver() as receiver:
        url = receiver.url

    def gone() -> bool:
        try:
            requests.post(url, json={}, timeout=1)
        except requests.ConnectionError:
            return True
        except requests.Timeout:  # it listens, and serves nobody any more
            return False
        return False

    eventually(gone, "the receiver's port closes")
