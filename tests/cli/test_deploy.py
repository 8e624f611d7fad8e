"""`toolkit deploy` and `toolkit annotate` as typed: what they print, and their exit status."""

import re
from collections.abc import Iterator

import pytest

from tests.conftest import WriteProject
from tests.support import small_dashboards
from tests.support.fake_grafana import EDITOR, VIEWER, State, serving
from tests.support.fake_grafana_resources import GRAFANA_13
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
    state: State,
    shop: WriteProject,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command(state, shop, monkeypatch, "deploy", "--dry-run") == 0
    assert capsys.readouterr().out == (
        "folder      shop                  create\n"
        "datasource  prometheus            create\n"
        "datasource  alertmanager          create\n"
        "dashboard   shop                  create\n"
        f"{state.url}: 4 would change, by the classic API.\n"
    )
    assert command(state, shop, monkeypatch, "deploy") == 0
    assert capsys.readouterr().out.endswith(f"{state.url}: 4 changed, by the classic API.\n")
    assert command(state, shop, monkeypatch, "deploy") == 0
    assert capsys.readouterr().out.endswith(f"{state.url}: 0 changed, by the classic API.\n")


def test_a_deployment_is_marked_where_the_dashboards_look(
    state: State,
    shop: WriteProject,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
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
    "an API that is none": (
        ("deploy", "--api", "v3"),
        EDITOR,
        "error: unknown API 'v3' (known: auto, classic, v1, v2)\n",
    ),
    "two Grafanas": (
        ("deploy", "--target", "production", "--url", "http://127.0.0.1:3000"),
        EDITOR,
        "error: --url and --target both say which Grafana is meant.\n  fix: drop one.\n",
    ),
    "an environment that nobody described": (
        ("annotate", "x", "--target", "production"),
        EDITOR,
        "error: unknown target 'production' (none are known)\n"
        "  fix: describe it in [tool.toolkit.targets.production]; without --target the stack here "
        "is meant.\n",
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


def test_what_another_tool_manages_is_a_finding(
    state: State,
    shop: WriteProject,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    state.resources.dashboard_versions = GRAFANA_13
    assert command(state, shop, monkeypatch, "deploy") == 0
    assert capsys.readouterr().out.endswith(
        f"{state.url}: 4 changed, by dashboard.grafana.app/v2.\n"
    )
    state.resources.of("shop")["spec"]["title"] = "Edited"
    state.resources.annotate("dashboards", "shop", managedBy="repo", managerId="platform")
    assert run(["deploy", "--url", state.url]) == 1
    assert capsys.readouterr().out == (
        "folder      shop                  unchanged\n"
        "datasource  prometheus            unchanged\n"
        "datasource  alertmanager          unchanged\n"
        "dashboard   shop                  left alone: another tool manages it (repo platform)\n"
        f"{state.url}: 0 changed, by dashboard.grafana.app/v2.\n"
        "1 differ from the definitions and are not ours to change.\n"
        "  fix: end their management in Grafana or change them where they are managed; or give "
        "ours a uid of their own.\n"
    )


@pytest.mark.parametrize("versions", [(), GRAFANA_13], ids=["classic", "v2"])
def test_what_an_api_cannot_say_is_told(
    versions: tuple[str, ...],
    state: State,
    shop: WriteProject,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    state.resources.dashboard_versions = versions
    path = shop() / "shop/dashboards/shop.py"
    text = path.read_text("utf-8")
    assert 'Row("' in text
    path.write_text(re.sub(r'Row\("([^"]*)", ', r'Row("\1", tab="Sales", items=', text), "utf-8")
    monkeypatch.setenv("GRAFANA_TOKEN", EDITOR)
    assert run(["deploy", "--url", state.url]) == 0
    told = (
        "shop: tabs, automatic grids and conditions are of V2; here the rows stand one below the "
        "other, and all are shown.\n"
    )
    assert (told in capsys.readouterr().out) is (not versions)


TARGET = """
[tool.toolkit.targets.production]
service = "http://127.0.0.1:1"
prometheus = "http://127.0.0.1:1"
alertmanager = "http://127.0.0.1:1"
"""


def described(shop: WriteProject, *lines: str) -> None:
    """The project, with an environment of these further lines."""
    path = shop() / "pyproject.toml"
    path.write_text("".join((path.read_text("utf-8"), TARGET, *lines)), encoding="utf-8")


def test_an_environment_has_its_grafana_and_its_token(
    state: State, shop: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    described(shop, f'grafana = "{state.url}"\n', 'grafana_token_env = "PRODUCTION_TOKEN"\n')
    monkeypatch.delenv("GRAFANA_TOKEN", raising=False)
    monkeypatch.setenv("PRODUCTION_TOKEN", EDITOR)
    assert run(["deploy", "--target", "production"]) == 0
    assert "shop" in state.dashboards
    assert run(["annotate", "shop 1.4.2", "--target", "production"]) == 0
    assert state.annotations[0]["text"] == "shop 1.4.2"


WITHOUT = {
    "no Grafana": ((), "pyproject.toml:9: [tool.toolkit.targets.production]: has no grafana.\n"),
    "no token": (
        ('grafana = "http://127.0.0.1:1"\n', 'grafana_token_env = "PRODUCTION_TOKEN"\n'),
        "error: PRODUCTION_TOKEN is not set, and Grafana changes nothing without a token.\n",
    ),
}


@pytest.mark.parametrize(("lines", "told"), WITHOUT.values(), ids=WITHOUT)
def test_an_environment_that_lacks_something(
    lines: tuple[str, ...],
    told: str,
    shop: WriteProject,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    described(shop, *lines)
    monkeypatch.delenv("PRODUCTION_TOKEN", raising=False)
    assert run(["deploy", "--target", "production"]) == 2
    assert told in capsys.readouterr().err
