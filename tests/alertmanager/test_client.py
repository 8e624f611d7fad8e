"""What a running Alertmanager answers, as typed values."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from tests.support.http_server import serving
from toolkit.alertmanager.client import Alertmanager, HeldAlert
from toolkit.errors import ConfigurationError, UnreachableError

ALERT = {
    "labels": {"alertname": "A"},
    "annotations": {"summary": "S."},
    "status": {"state": "suppressed"},
    "receivers": [{"name": "desk"}, {"name": "log"}],
}
STATUS = {
    "versionInfo": {"version": "0.25.0"},
    "config": {"original": "route:\n  receiver: desk\n"},
}
ANSWERS = {
    "/-/ready": "ready",
    "/api/v2/status": json.dumps(STATUS),
    "/api/v2/alerts": json.dumps([ALERT]),
    "/starting/api/v2/status": json.dumps(STATUS),
    "/login/api/v2/status": "<html>Log in</html>",
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = ANSWERS.get(self.path, "").encode()
        self.send_response(200 if body else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    with serving(Handler) as address:
        yield address


def test_answers_are_typed(url: str) -> None:
    alertmanager = Alertmanager(url)
    assert alertmanager.version() == "0.25.0"
    assert alertmanager.configuration() == {"route": {"receiver": "desk"}}
    assert alertmanager.alerts() == (
        HeldAlert({"alertname": "A"}, {"summary": "S."}, "suppressed", ("desk", "log")),
    )


def test_one_that_is_not_ready_yet_has_no_version(url: str) -> None:
    with pytest.raises(UnreachableError, match="/starting/-/ready: answered 503"):
        Alertmanager(f"{url}/starting").version()


def test_an_answer_of_another_server_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="but not as Alertmanager does"):
        Alertmanager(f"{url}/login").configuration()


def test_nobody_there_says_how_to_start_it() -> None:
    with pytest.raises(UnreachableError) as caught:
        Alertmanager("http://127.0.0.1:9").alerts()
    assert caught.value.fix == (
        "start it with `toolkit up`, or set [tool.toolkit.stack] alertmanager."
    )
