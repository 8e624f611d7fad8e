"""What Alertmanager told whom: heard at a receiver of ours, or read from a running one.

`Sink` is the address that every receiver of a drill's own stack posts to. Where the
receivers are real, `Reader` asks Alertmanager which alerts it holds for whom.
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
class Notice:
    """One alert in one notification."""

    at: float
    receiver: str
    resolved: bool
    labels: Mapping[str, str]
    annotations: Mapping[str, str]

    @property
    def alert(self) -> str:
        """The alert's name."""
        return self.labels.get("alertname", "")


class Notices(Protocol):
    """Where notices come from."""

    def news(self) -> tuple[Notice, ...]:
        """What was told since the last call."""


class Sink:
    """Listens on a free port of this machine for Alertmanager's webhooks."""

    def __init__(self) -> None:
        self._news: list[Notice] = []
        self._lock = threading.Lock()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                sink.take(json.loads(body))
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

    def take(self, body: Mapping[str, Any]) -> None:
        """Keep what one webhook says.

        Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
        """
        now = time.time()
        with self._lock:
            self._news += (
                Notice(
                    at=now,
                    receiver=body["receiver"],
                    resolved=alert["status"] == "resolved",
                    labels=alert["labels"],
                    annotations=alert["annotations"],
                )
                for alert in body["alerts"]
            )

    def news(self) -> tuple[Notice, ...]:
        """What was told since the last call."""
        with self._lock:
            news, self._news = tuple(self._news), []
        return news


class Reader:
    """Reads what a running Alertmanager holds: an active alert has gone to its receivers."""

    def __init__(self, alertmanager: Alertmanager) -> None:
        self._alertmanager = alertmanager
        self._held: dict[tuple[tuple[str, str], ...], HeldAlert] = {}

    def news(self) -> tuple[Notice, ...]:
        """The alerts that became active since the last call, and those that ended."""
        now = time.time()
        held = {
            tuple(sorted(alert.labels.items())): alert
            for alert in self._alertmanager.alerts()
            if alert.state == "active"
        }
        before, self._held = self._held, held
        begun = [alert for key, alert in held.items() if key not in before]
        ended = [alert for key, alert in before.items() if key not in held]
        return tuple(
            Notice(
                at=now,
                receiver=receiver,
                resolved=resolved,
                labels=alert.labels,
                annotations=alert.annotations,
            )
            for resolved, alerts in ((False, begun), (True, ended))
            for alert in alerts
            for receiver in alert.receivers
        )
