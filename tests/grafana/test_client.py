"""What Grafana's client says of refusals, and of servers that are not Grafana.

No real Grafana runs here: see tests/support/fake_grafana.py.
"""

import socket
from collections.abc import Iterator

import pytest

from tests.support.fake_grafana import EDITOR, State, serving
from toolkit.errors import ConfigurationError, UnreachableError
from toolkit.grafana.client import Grafana, MissingError
from toolkit.grafana.dashboard_api.classic_api import ClassicApi, dashboards_in
from toolkit.grafana.dashboard_api.saved_dashboards import SavedFolder
from toolkit.http_client import Access


@pytest.fixture
def state() -> Iterator[State]:
    with serving(State()) as running:
        yield running


@pytest.mark.parametrize(
    ("token", "words"), [("", "Unauthorized"), ("stale", "Invalid API key")], ids=["none", "stale"]
)
def test_a_token_that_is_not_accepted(state: State, token: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Grafana(state.url, token).datasource("prometheus")
    assert str(caught.value) == (
        f"{state.url}/api/datasources/uid/prometheus: answered 401: {words}\n"
        "  fix: create a service account's token in Grafana and export it as GRAFANA_TOKEN."
    )


def test_credentials_of_a_target_that_are_not_accepted(state: State) -> None:
    there = Grafana(state.url, access=Access(login=("reader", "wr0ng")))
    with pytest.raises(ConfigurationError) as caught:
        there.datasources()
    assert caught.value.fix == (
        "create a service account's token in Grafana and export it as GRAFANA_TOKEN, or correct "
        "the credentials of [tool.toolkit.targets.…]."
    )
    assert "wr0ng" not in str(caught.value)


def test_grafana_in_trouble_has_it_in_its_log(state: State) -> None:
    state.instead = (500, {"message": "database is locked"})
    with pytest.raises(UnreachableError) as caught:
        Grafana(state.url, EDITOR).version()
    assert str(caught.value).endswith(
        "answered 500: database is locked\n  fix: read Grafana's log."
    )


def test_what_grafana_does_not_have_is_none_and_cannot_be_changed(state: State) -> None:
    there = Grafana(state.url, EDITOR)
    classic = ClassicApi(there)
    assert (classic.dashboard("x"), classic.folder("x"), there.datasource("x")) == (None,) * 3
    state.instead = (404, {"message": "Folder not found"})
    with pytest.raises(MissingError, match=r"PUT .*/api/folders/x: answered 404: Folder not found"):
        classic.rename_folder(SavedFolder(uid="x", title="", metadata={"version": 1}), "X")


def test_nothing_listens_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening, so nobody else can
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UnreachableError, match=f"{url}/api/health: nothing listens there"):
            Grafana(url, EDITOR).version()


def test_a_server_that_is_no_grafana(state: State) -> None:
    state.instead = (200, "<html>Welcome</html>")
    with pytest.raises(ConfigurationError) as caught:
        Grafana(state.url, EDITOR).version()
    assert str(caught.value) == (
        f"{state.url}/api/health: answered, but not as Grafana does: '<html>Welcome</html>'\n"
        "  fix: correct the address of Grafana in [tool.toolkit.stack] grafana, or --url, or the "
        "credentials."
    )


@pytest.mark.parametrize(
    ("status", "answer"),
    [(404, "404 page not found"), (200, {"status": "ok"}), (200, ["ok"]), (200, None)],
)
def test_another_program_is_not_taken_for_a_grafana(
    state: State, status: int, answer: object
) -> None:
    state.instead = (status, answer)
    with pytest.raises(ConfigurationError, match="answered, but not as Grafana does") as caught:
        Grafana(state.url, EDITOR).version()
    assert caught.value.fix.startswith("correct the address of Grafana in [tool.toolkit.stack]")


@pytest.mark.parametrize("answer", [{"status": "ok"}, ["ok"], [{"name": "a"}], 5])
def test_datasources_and_dashboards_of_another_form_are_told(state: State, answer: object) -> None:
    state.instead = (200, answer)
    for read in (
        lambda grafana: grafana.datasources(),
        lambda grafana: grafana.datasource("a"),
        lambda grafana: grafana.alert_rules(),
        lambda grafana: ClassicApi(grafana).dashboard("a"),
        lambda grafana: ClassicApi(grafana).folder("a"),
        lambda grafana: dashboards_in(grafana, "a"),
    ):
        with pytest.raises(
            ConfigurationError, match=r"/api/\S+: answered, but not as Grafana does"
        ):
            read(Grafana(state.url, EDITOR))


def test_a_server_that_sends_elsewhere(state: State) -> None:
    """A token would go along, or get lost on the way: neither is wanted."""
    state.instead = (302, "")
    with pytest.raises(ConfigurationError, match=r"^http.*/api/health: sent on to nowhere\."):
        Grafana(state.url, EDITOR).version()


def test_a_server_in_trouble_is_not_known(state: State) -> None:
    state.instead = (503, "upstream is away")
    with pytest.raises(UnreachableError, match="answered 503: upstream is away"):
        Grafana(state.url, EDITOR).version()


def test_the_token_is_in_no_text_of_the_client() -> None:
    assert EDITOR not in repr(Grafana("http://grafana", EDITOR))
