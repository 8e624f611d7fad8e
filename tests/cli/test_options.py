"""The options that several commands have."""

import platform
from importlib import metadata
from pathlib import Path

import pytest

from tests.conftest import WriteProject
from toolkit.cli import lint, status, test, validate
from toolkit.cli.main import COMMANDS, run
from toolkit.cli.preview_options import THEMES
from toolkit.lint import report as lint_report
from toolkit.rule_tests import report as test_report
from toolkit.validate import report as validate_report

Capture = pytest.CaptureFixture[str]
REPORTING = ("lint", "test", "validate", "status")


def test_the_version_is_that_of_the_package_and_of_python(capsys: Capture) -> None:
    assert run(["--version"]) == 0
    version, python = metadata.version("observability-toolkit"), platform.python_version()
    assert capsys.readouterr() == (f"observability-toolkit {version}, Python {python}\n", "")


@pytest.mark.parametrize("words", [["--quiet", "build"], ["build", "-q"]], ids=" ".join)
def test_quiet_leaves_out_progress_and_nothing_else(
    words: list[str], shop: WriteProject, capsys: Capture
) -> None:
    shop()
    assert run(words) == 0
    assert capsys.readouterr() == ("8 files are up to date.\n", "")
    shop({"pyproject.toml": ('job = "shop"', 'job = "till"')})
    capsys.readouterr()
    assert run(["build"]) == 0
    assert capsys.readouterr().err.startswith("wrote ")


def test_quiet_keeps_errors(capsys: Capture) -> None:
    assert run(["explain", "nothing", "--quiet"]) == 2
    assert capsys.readouterr().err.startswith("error: unknown rule 'nothing'")


def test_verbose_says_each_request(shop: WriteProject, capsys: Capture) -> None:
    job = 'job = "shop"'
    shop({"pyproject.toml": (job, f'{job}\nstack.prometheus = "http://127.0.0.1:1"')})
    words = ["validate", "--only", "targets-are-up"]
    assert run([*words, "--verbose"]) == 3
    assert "127.0.0.1:1" in capsys.readouterr().err
    assert run(words) == 3
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "serve"])
def test_every_command_can_be_quiet_and_verbose(name: str, capsys: Capture) -> None:
    assert run([name, "-h"]) == 0
    out = capsys.readouterr().out
    assert "\n  -q, --quiet " in out
    assert "\n  -v, --verbose " in out


@pytest.mark.parametrize("name", REPORTING)
def test_a_format_is_one_of_those_listed_and_may_go_to_a_file(name: str, capsys: Capture) -> None:
    assert run([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert "\n  --format FORMAT " in out
    assert "[default: text]" in " ".join(out.split())
    assert "\n  --output FILE " in out
    assert run([name, "--format", "jsno"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: unknown format 'jsno'; did you mean 'json'? (known: ")


def test_the_formats_on_the_command_line_are_those_that_can_be_written() -> None:
    assert set(lint.FORMATS) == {form.value for form in lint_report.Format}
    assert set(test.FORMATS) == {form.value for form in test_report.ReportFormat}
    assert all(validate_report.render((), form) for form in validate.FORMATS)
    assert status.FORMATS == ("text", "json")


def test_an_output_file_gets_what_stdout_would_have_got(
    shop: WriteProject, capsys: Capture
) -> None:
    root = shop()
    words = ["lint", "--rule", "unknown-label", "--format", "json"]
    assert run(words) == 0
    printed = capsys.readouterr().out
    assert run([*words, "--output", "lint.json"]) == 0
    assert capsys.readouterr() == ("", "wrote lint.json\n")
    assert (root / "lint.json").read_text(encoding="utf-8") == printed


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "gone/a.json",
            "error: --output gone/a.json: there is no folder gone.\n"
            "  fix: make it with `mkdir -p gone`, or name another.\n",
        ),
        ("shop", "error: --output shop: this is a folder.\n  fix: name a file in it.\n"),
    ],
    ids=["in no folder", "a folder"],
)
def test_an_output_that_cannot_be_is_refused_before_the_work(
    name: str, message: str, shop: WriteProject, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    shop()
    monkeypatch.setattr("toolkit.find_definitions.load", lambda: pytest.fail("it began"))
    assert run(["lint", "--output", name]) == 2
    assert capsys.readouterr() == ("", message)


def test_an_output_that_may_not_be_written_says_why(
    shop: WriteProject, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "lint.txt")

    shop()
    monkeypatch.setattr(Path, "write_text", denied)
    assert run(["lint", "--rule", "unknown-label", "--output", "lint.txt"]) == 2
    assert capsys.readouterr() == ("", "error: lint.txt: Permission denied.\n")


def test_completion_offers_commands_options_and_known_values(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    shop()
    monkeypatch.setenv("_TOOLKIT_COMPLETE", "complete_bash")
    for words, offered in (
        ("toolkit va", ["validate"]),
        ("toolkit lint --form", ["--format"]),
        ("toolkit lint --format ", list(lint.FORMATS)),
        ("toolkit preview --theme ", list(THEMES)),
        ("toolkit load --shape s", ["spike"]),
        ("toolkit load ru", ["rush"]),
    ):
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
        assert run([]) == 0
        assert capsys.readouterr().out.split() == offered


def test_completion_offers_no_scenario_where_there_is_no_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("_TOOLKIT_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "toolkit load ")
    monkeypatch.setenv("COMP_CWORD", "2")
    assert run([]) == 0
    assert capsys.readouterr() == ("\n", "")


def test_completion_can_be_installed_and_shown(capsys: Capture) -> None:
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    assert "--install-completion " in out
    assert "--show-completion " in out
