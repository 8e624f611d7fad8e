"""What Alertmanager answers, and what is said of another server's answer."""

from collections.abc import Iterator

import pytest

from tests.support.http_server import answering, serving
from toolkit.alertmanager.client import Alertmanager, HeldAlert
from toolkit.errors import ConfigurationError, UnreachableError

ANSWERS: dict[str, tuple[int, object]] = {
    "/-/ready": (200, "ready"),
    "/api/v2/status": (
        200,
        {
            "versionInfo": {"version": "0.25.0"},
            "config": {"original": "route:\n  receiver: desk\n"},
        },
    ),
    "/api/v2/alerts": (
        200,
        [
            {
                "labels": {"alertname": "A"},
                "annotations": {"summary": "S."},
                "status": {"state": "suppressed"},
                "receivers": [{"name": "desk"}, {"name": "log"}],
            }
        ],
    ),
    "/starting/api/v2/status": (200, {"versionInfo": {"version": "0.25.0"}}),
    "/starting/-/ready": (503, ""),
    "/login/api/v2/status": (200, "<html>Log in</html>"),
    "/login/api/v2/alerts": (200, "<html>Log in</html>"),
    "/object/api/v2/status": (200, {"status": "error"}),
    "/list/api/v2/status": (200, []),
}


@pytest.fixture
def url() -> Iterator[str]:
    with serving(answering(ANSWERS)) as address:
        yield address


def test_answers_are_typed(url: str) -> None:
    alertmanager = Alertmanager(url)
    assert alertmanager.version() == "0.25.0"
    assert alertmanager.configuration() == {"route": {"receiver": "desk"}}
    assert alertmanager.alerts() == (
        HeldAlert({"alertname": "A"}, {"summary": "S."}, "suppressed", ("desk", "log")),
    )


FOREIGN = {"a login page": "/login", "another object": "/object", "a list": "/list"}


@pytest.mark.parametrize("path", FOREIGN.values(), ids=FOREIGN)
def test_an_answer_of_another_server_is_shown_with_the_address_to_correct(
    url: str, path: str
) -> None:
    with pytest.raises(ConfigurationError, match="but not as Alertmanager does") as caught:
        Alertmanager(f"{url}{path}").configuration()
    assert caught.value.fix.startswith("correct the address of Alertmanager")


def test_a_login_page_in_place_of_the_alerts_is_another_servers_answer(url: str) -> None:
    with pytest.raises(ConfigurationError, match="'<html>Log in</html>'"):
        Alertmanager(f"{url}/login").alerts()


def test_one_that_is_not_ready_yet_has_no_version(url: str) -> None:
    with pytest.raises(UnreachableError, match="/starting/-/ready: answered 503"):
        Alertmanager(f"{url}/starting").version()


def test_where_nothing_listens_the_fix_is_to_start_it() -> None:
    with pytest.raises(UnreachableError) as caught:
        Alertmanager("http://127.0.0.1:9").alerts()
    assert caught.value.fix == (
        "start it with `toolkit up`, or set [tool.toolkit.stack] alertmanager."
    )
