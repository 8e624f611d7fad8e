"""Alertmanager's notifications: received by a webhook of ours, or inferred from a running one.

Every receiver of a drill's own stack posts to the address of a `WebhookReceiver`. Where the
receivers are real, `AlertmanagerPoller` asks Alertmanager which alerts it holds for which.
"""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Protocol, Self

from toolkit.alertmanager.client import Alertmanager, HeldAlert


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One alert in one notification of one receiver. `at` is in Unix seconds."""

    at: float
    receiver: str
    resolved: bool
    labels: Mapping[str, str]
    annotations: Mapping[str, str]

    @property
    def alert(self) -> str:
        """The alert's name."""
        return self.labels.get("alertname", "")


class NotificationSource(Protocol):
    """Where notifications come from."""

    def collect(self) -> tuple[Notification, ...]:
        """The notifications since the last call."""


class WebhookReceiver:
    """Listens on a free port of this machine for Alertmanager's webhooks."""

    def __init__(self) -> None:
        self._received: list[Notification] = []
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                receiver.receive(json.loads(body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing: what arrives is a result, not a log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def receive(self, body: Mapping[str, Any]) -> None:
        """Keep the alerts of one webhook's body.

        Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
        """
        now = time.time()
        with self._lock:
            self._received += (
                Notification(
                    at=now,
                    receiver=body["receiver"],
                    resolved=alert["status"] == "resolved",
                    labels=alert["labels"],
                    annotations=alert["annotations"],
                )
                for alert in body["alerts"]
            )

    def collect(self) -> tuple[Notification, ...]:
        """The notifications since the last call."""
        with self._lock:
            received, self._received = tuple(self._received), []
        return received


class AlertmanagerPoller:
    """Reads what a running Alertmanager holds: an active alert has gone to its receivers."""

    def __init__(self, alertmanager: Alertmanager) -> None:
        self._alertmanager = alertmanager
        self._held: dict[tuple[tuple[str, str], ...], HeldAlert] = {}

    def collect(self) -> tuple[Notification, ...]:
        """The alerts that became active since the last call, and those that resolved."""
        now = time.time()
        held = {
            tuple(sorted(alert.labels.items())): alert
            for alert in self._alertmanager.alerts()
            if alert.state == "active"
        }
        before, self._held = self._held, held
        begun = [alert for key, alert in held.items() if key not in before]
        over = [alert for key, alert in before.items() if key not in held]
        return tuple(
            Notification(
                at=now,
                receiver=receiver,
                resolved=resolved,
                labels=alert.labels,
                annotations=alert.annotations,
            )
            for resolved, alerts in ((False, begun), (True, over))
            for alert in alerts
            for receiver in alert.receivers
        )
