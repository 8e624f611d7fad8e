"""`toolkit validate` at the command line."""

import inspect

import pytest

from tests.conftest import WriteProject
from toolkit.cli import main
from toolkit.cli import validate as command
from toolkit.validate import run as validate


def test_the_command_adds_its_table_to_the_jobs_summary(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = shop() / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    words = ["validate", "--only", "runbooks-exist", "--format"]
    assert main.run([*words, "text"]) == 1
    assert not file.exists()
    assert main.run([*words, "github"]) == 1
    assert "::error title=runbooks-exist%3A failed::NoSales: " in capsys.readouterr().out
    assert "| 8 | `runbooks-exist` | ✗ failed |" in file.read_text(encoding="utf-8")


def test_the_checks_are_listed_without_a_stack(
    shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    words = ["--list", "--only", "clocks-agree", "--only", "runbooks-exist"]
    assert main.run(["validate", *words]) == 0
    assert capsys.readouterr().out == (
        "2 Prometheus is configured\n"
        "  clocks-agree: Prometheus' clock agrees with ours\n"
        "      fix: keep both clocks by NTP.\n"
        "8 Documentation exists\n"
        "  runbooks-exist: every alert has its runbook page\n"
        "      fix: run `toolkit build-alerts`, and commit what it writes.\n"
    )


def test_the_commands_own_deadline_is_the_librarys() -> None:
    parameters = inspect.signature(command.validate).parameters
    assert parameters["deadline"].default == validate.DEADLINE_SECONDS
