"""`--target` means one thing in every command that has it: an environment of the project."""

from pathlib import Path

import pytest

from tests.conftest import WriteProject
from toolkit.cli.main import run
from toolkit.cli.target_option import prometheus_of
from toolkit.config import pyproject

TARGET = """
[tool.toolkit.targets.production]
service = "http://127.0.0.1:1"
prometheus = "http://127.0.0.1:1/prometheus/"
alertmanager = "http://127.0.0.1:1"
headers = { X-Scope-OrgID = "desk" }
"""
COMMANDS = {
    "preview": ("preview",),
    "lint of a dashboard": ("lint", "board.json"),
    "lint of what is loaded": ("lint", "--loaded"),
    "validate": ("validate", "--only", "prometheus-answers"),
}


def described(root: Path) -> None:
    path = root / "pyproject.toml"
    path.write_text(path.read_text("utf-8") + TARGET, encoding="utf-8")
    board = '{"uid": "a", "title": "A", "panels": []}'
    (root / "board.json").write_text(board, encoding="utf-8")


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_it_names_the_server_that_is_asked(
    words: tuple[str, ...], shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    described(shop())
    assert run([*words, "--target", "production"]) == 3
    printed = capsys.readouterr()
    told = " ".join((printed.out + printed.err).split())
    assert "http://127.0.0.1:1/prometheus/" in told
    assert "correct [tool.toolkit.targets.production], or reach it from here." in told


def test_a_load_goes_to_the_service_of_the_environment(
    shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    described(shop({"shop/loadtests/rush.py": ('"""A rush."""\n', "from locust import User\n")}))
    assert run(["load", "rush", "--target", "production"]) == 3
    assert (
        "error: http://127.0.0.1:1: nothing answers there, so no load was sent."
        in capsys.readouterr().err
    )


@pytest.mark.parametrize("words", [*COMMANDS.values(), ("load", "rush")], ids=[*COMMANDS, "load"])
def test_an_environment_that_nobody_described_is_told(
    words: tuple[str, ...], shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    described(shop())
    assert run([*words, "--target", "producton"]) == 2
    assert capsys.readouterr().err.startswith(
        "error: unknown target 'producton'; did you mean 'production'? (known: production)\n"
    )


@pytest.mark.parametrize("words", [("preview",), ("lint", "board.json")], ids=["preview", "lint"])
def test_two_servers_are_refused(
    words: tuple[str, ...], shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    described(shop())
    given = ("--target", "production", "--prometheus", "http://127.0.0.1:1")
    assert run([*words, *given]) == 2
    assert capsys.readouterr().err == (
        "error: --prometheus and --target both say which Prometheus is asked.\n  fix: drop one.\n"
    )


def test_without_files_lint_asks_nobody(
    shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    described(shop())
    assert run(["lint", "--target", "production"]) == 2
    assert capsys.readouterr().err.startswith("error: --target is for rule files.\n")


def test_the_environment_s_way_in_is_taken(shop: WriteProject) -> None:
    root = shop()
    described(root)
    server = prometheus_of(pyproject.load(root), "production")
    assert server.url == "http://127.0.0.1:1/prometheus"
    assert server.access.headers == {"X-Scope-OrgID": "desk"}
