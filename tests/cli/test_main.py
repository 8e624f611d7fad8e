"""The command line as a whole: how each kind of end becomes words and an exit status."""

from typing import NoReturn

import pytest

from tests.conftest import WriteProject
from toolkit.cli.main import COMMANDS, run
from toolkit.errors import ExitStatus, worst

Capture = pytest.CaptureFixture[str]


def meets(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `toolkit lint` end with this."""

    def run_rules(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr("toolkit.lint.run.run", run_rules)


def test_a_path_that_cannot_be_used_is_not_a_bug(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    shop()
    meets(FileNotFoundError(2, "No such file or directory", "rules/gone.yml"), monkeypatch)
    assert run(["lint"]) == 2
    assert capsys.readouterr().err == "error: rules/gone.yml: No such file or directory.\n"
    assert run(["lint", "-v"]) == 2
    assert capsys.readouterr().err.startswith("Traceback (most recent call last):\n")


def test_an_error_without_a_path_is_a_bug(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    shop()
    meets(ConnectionResetError(104, "Connection reset by peer"), monkeypatch)
    assert run(["lint", "--verbose"]) == 4
    assert "\nerror: this is a bug of toolkit: ConnectionResetError: " in capsys.readouterr().err


def test_an_expected_error_shows_its_traceback_only_when_asked(capsys: Capture) -> None:
    for words, first in (
        (["explain", "nothing"], "error: unknown rule 'nothing'"),
        (["--verbose", "explain", "nothing"], "Traceback (most recent call last):\n"),
        (["explain", "nothing"], "error: unknown rule 'nothing'"),
    ):
        assert run(words) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(first)
        assert "error: unknown rule 'nothing'" in err
        assert "\n\n" not in err


def test_without_words_the_help_is_shown_and_the_status_says_that_nothing_was_done(
    capsys: Capture,
) -> None:
    assert run([]) == 2
    out, err = capsys.readouterr()
    assert "\nCommands:\n" in out + err


def test_an_interruption_has_the_status_that_a_shell_gives(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    shop()
    meets(KeyboardInterrupt(), monkeypatch)
    assert run(["lint"]) == 130
    assert capsys.readouterr() == ("", "Aborted.\n")


def test_a_reader_who_has_gone_is_neither_a_bug_nor_a_finding(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    shop()
    meets(BrokenPipeError(32, "Broken pipe"), monkeypatch)
    assert run(["lint"]) == 141
    assert capsys.readouterr().err == ""


def test_a_service_that_fails_shows_its_own_traceback(shop: WriteProject, capsys: Capture) -> None:
    root = shop({"pyproject.toml": ('job = "shop"', 'job = "shop"\nserve = "shop.till:main"')})
    till = root / "shop" / "till.py"
    till.write_text("def main(words):\n    raise OSError('no till')\n", encoding="utf-8")
    assert run(["serve"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("Traceback (most recent call last):\n")
    assert err.endswith("OSError: no till\n")


@pytest.mark.parametrize("words", [["lint"], ["--verbose", "lint"]], ids=" ".join)
def test_a_rule_of_the_project_that_raises_is_no_bug_of_toolkit(
    words: list[str], shop: WriteProject, capsys: Capture
) -> None:
    root = shop({"pyproject.toml": ('"toolkit.lint.rules"', '"toolkit.lint.rules", "shop.rules"')})
    (root / "shop/rules").mkdir()
    (root / "shop/rules/__init__.py").touch()
    (root / "shop/rules/odd.py").write_text(
        '"""Something odd.\n\nWhy: it is.\n\nSource: none\n"""\n'
        "from toolkit.findings import Level\n"
        "from toolkit.lint.rule import Rule\n\n\n"
        "def check(project):\n"
        "    return project.nothing\n\n\n"
        'RULE = Rule("odd", Level.ERROR, check)\n',
        encoding="utf-8",
    )
    assert run(words) == 2
    err = capsys.readouterr().err
    assert err.startswith("Traceback (most recent call last):\n") is ("--verbose" in words)
    assert err.endswith(
        "error: shop/rules/odd.py:12: AttributeError: 'Project' object has no attribute 'nothing'\n"
        "  fix: correct it; --verbose shows the traceback.\n"
    )


def test_a_services_status_is_that_of_the_command(shop: WriteProject) -> None:
    root = shop({"pyproject.toml": ('job = "shop"', 'job = "shop"\nserve = "shop.till:main"')})
    till = root / "shop" / "till.py"
    till.write_text("def main(words):\n    return 40 + len(words)\n", encoding="utf-8")
    assert run(["serve", "--help", "-v"]) == 42


CLEAN, FINDINGS, WRONG, UNKNOWN, BUG = ExitStatus
WORST = {
    "none": ((), CLEAN),
    "clean alone": ((CLEAN, CLEAN), CLEAN),
    "unknown before clean": ((CLEAN, UNKNOWN), UNKNOWN),
    "findings before unknown": ((UNKNOWN, FINDINGS, CLEAN), FINDINGS),
    "wrong before findings": ((FINDINGS, WRONG, UNKNOWN), WRONG),
    "a bug before all": ((WRONG, BUG, FINDINGS), BUG),
}


@pytest.mark.parametrize(("statuses", "one"), WORST.values(), ids=WORST)
def test_of_several_statuses_the_worst_is_the_one(
    statuses: tuple[ExitStatus, ...], one: ExitStatus
) -> None:
    assert worst(statuses) is one


def test_a_bug_has_the_status_four() -> None:
    assert int(BUG) == 4


@pytest.mark.parametrize("words", [["--help", "lint"], ["--quiet", "--help", "lint"]])
def test_help_before_a_command_is_that_of_all(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 0
    shown = capsys.readouterr().out
    assert all(f"  {name} " in shown for name in COMMANDS)


def test_a_command_after_common_options_is_run_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-v", "--quiet", "explain", "counter-without-rate"]) == 0
    assert capsys.readouterr().out.startswith("counter-without-rate (error)")
