"""`toolkit deploy` and `toolkit annotate` as typed: what they print, and their exit status."""

from collections.abc import Iterator

import pytest

from tests.conftest import WriteProject
from tests.support import small_dashboards
from tests.support.fake_grafana import EDITOR, VIEWER, State, serving
from toolkit.cli.main import run


@pytest.fixture
def state() -> Iterator[State]:
    with serving(State()) as running:
        yield running


PAGE = small_dashboards.board()


def command(state: State, shop: WriteProject, monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    shop()
    monkeypatch.setenv("GRAFANA_TOKEN", EDITOR)
    return run([*words, "--url", state.url])


def test_the_command_tells_each_step_and_the_count(
    state: State, shop: WriteProject, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert command(state, shop, monkeypatch, "deploy", "--dry-run") == 0
    assert capsys.readouterr().out == (
        "folder      shop                  create\n"
        "datasource  prometheus            create\n"
        "datasource  alertmanager          create\n"
        "dashboard   shop                  create\n"
        f"{state.url}: 4 would change.\n"
    )
    assert command(state, shop, monkeypatch, "deploy") == 0
    assert capsys.readouterr().out.endswith(f"{state.url}: 4 changed.\n")
    assert command(state, shop, monkeypatch, "deploy") == 0
    assert capsys.readouterr().out.endswith(f"{state.url}: 0 changed.\n")


def test_a_deployment_is_marked_where_the_dashboards_look(
    state: State, shop: WriteProject, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert command(state, shop, monkeypatch, "annotate", "shop 1.4.2") == 0
    assert capsys.readouterr().out == "annotation 1 added with deploy: shop 1.4.2\n"
    assert state.annotations == [{"text": "shop 1.4.2", "tags": ["deploy"]}]
    drawn = small_dashboards.drawn(PAGE)["annotations"]["list"]
    assert any(each.get("target", {}).get("tags") == ["deploy"] for each in drawn)


def test_tags_of_ones_own_replace_the_default(
    state: State, shop: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("annotate", "rolled back", "--tag", "deploy", "--tag", "rollback")
    assert command(state, shop, monkeypatch, *words) == 0
    assert state.annotations[0]["tags"] == ["deploy", "rollback"]


WRONG: dict[str, tuple[tuple[str, ...], str, str]] = {
    "no token": (
        ("deploy",),
        "",
        "error: GRAFANA_TOKEN is not set, and Grafana changes nothing without a token.\n"
        "  fix: create a service account's token in Grafana and export it as GRAFANA_TOKEN.\n",
    ),
    "an address that is none": (
        ("deploy", "--url", "grafana:3000"),
        EDITOR,
        "error: --url 'grafana:3000' is not an address.\n"
        "  fix: write it like http://127.0.0.1:3000.\n",
    ),
    "a text that says nothing": (
        ("annotate", " "),
        EDITOR,
        "error: the text is empty; say what happened.\n",
    ),
}


@pytest.mark.parametrize(("words", "token", "told"), WRONG.values(), ids=WRONG)
def test_wrong_words_exit_2(
    words: tuple[str, ...], token: str, told: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("shop")()
    monkeypatch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    capsys: pytest.CaptureFixture[str] = request.getfixturevalue("capsys")
    monkeypatch.setenv("GRAFANA_TOKEN", token)
    assert run(list(words)) == 2
    assert capsys.readouterr().err == told


STATUSES = {
    "a stale token": ("stale", 2),
    "a token that may only read": (VIEWER, 2),
}


@pytest.mark.parametrize(("token", "status"), STATUSES.values(), ids=STATUSES)
def test_exit_statuses(
    state: State, token: str, status: int, shop: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop()
    monkeypatch.setenv("GRAFANA_TOKEN", token)
    assert run(["annotate", "x", "--url", state.url]) == status
