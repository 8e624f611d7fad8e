"""`[tool.toolkit.commands]`: what help says of them, and what becomes of one that fails.

Names, references and statuses are in tests/transcripts/project-commands.txt.
"""

from pathlib import Path

import pytest

from tests.conftest import WriteProject
from toolkit.cli.main import run

Capture = pytest.CaptureFixture[str]
COUNT = '''\
"""The till."""

{before}

def count(words):
    """Count the
    money."""
    {body}
'''


@pytest.fixture
def till(shop: WriteProject) -> Path:
    """The module of the command `count` of a project; the test writes it."""
    line = 'job = "shop"'
    return (
        shop({"pyproject.toml": (line, f'{line}\ncommands.count = "shop.till:count"')})
        / "shop"
        / "till.py"
    )


def test_help_lists_it_with_its_docstring_and_runs_nothing(till: Path, capsys: Capture) -> None:
    till.write_text(COUNT.format(before="raise SystemExit(7)", body="return 0"), encoding="utf-8")
    assert run(["--help"]) == 0
    assert "\n  count             Count the money.\n" in capsys.readouterr().out


def test_help_lists_it_where_its_module_is_missing_or_has_a_mistake(
    till: Path, capsys: Capture
) -> None:
    for text in (None, "def count(", "count = print"):
        if text is not None:
            till.write_text(text, encoding="utf-8")
        assert run(["--help"]) == 0
        out = capsys.readouterr().out
        assert "\n  count             A command of this project: shop.till:count.\n" in out


def test_one_that_crashes_shows_where_and_is_no_bug_of_toolkit(till: Path, capsys: Capture) -> None:
    till.write_text(COUNT.format(before="", body="raise OSError('no till')"), encoding="utf-8")
    assert run(["count"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("Traceback (most recent call last):\n")
    assert f"\nerror: toolkit count: OSError: no till ({till}:8)\n" in err
    assert err.endswith("  fix: correct shop.till:count, which [tool.toolkit.commands] names.\n")


def test_a_package_that_is_not_installed_is_named(till: Path, capsys: Capture) -> None:
    text = COUNT.format(before="import no_such_package", body="return 0")
    till.write_text(text, encoding="utf-8")
    assert run(["count"]) == 2
    err = capsys.readouterr().err
    assert "count = 'shop.till:count': there is no module 'no_such_package'.\n" in err
    assert "fix: install what has 'no_such_package', or correct the name." in err


def test_an_interruption_has_the_status_that_a_shell_gives(till: Path) -> None:
    till.write_text(COUNT.format(before="", body="raise KeyboardInterrupt"), encoding="utf-8")
    assert run(["count"]) == 130


def test_a_broken_configuration_is_said_before_a_command_is_missed(
    till: Path, capsys: Capture
) -> None:
    pyproject = till.parent.parent / "pyproject.toml"
    pyproject.write_text(pyproject.read_text("utf-8") + "jub = 1\n", encoding="utf-8")
    assert run(["count"]) == 2
    assert "unknown key 'jub'; did you mean 'job'?" in capsys.readouterr().err
    assert run(["--version"]) == 0
