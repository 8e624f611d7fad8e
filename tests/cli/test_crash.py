"""What is said of an exception that nobody expected."""

import platform
import tempfile
from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import NoReturn

import pytest

from tests.conftest import WriteProject
from toolkit.cli.main import run

VERSION = metadata.version("observability-toolkit")


@pytest.fixture(autouse=True)
def reports(monkeypatch: pytest.MonkeyPatch, shop: WriteProject, tmp_path: Path) -> Path:
    """Lets `toolkit lint` meet a surprise; the folder for temporary files meanwhile."""

    def broken(*_: object) -> NoReturn:
        raise KeyError("a surprise")

    shop()
    monkeypatch.setattr("toolkit.lint.run.run", broken)
    folder = tmp_path / "reports"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_it_is_a_bug_with_a_version_and_a_file_that_holds_the_traceback(
    reports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["lint"]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    (kept,) = reports.glob("toolkit-crash-*.txt")
    about = f"toolkit {VERSION}, Python {platform.python_version()}, {platform.system()}"
    first, *rest = err.splitlines()
    assert first.startswith(f"error: this is a bug of toolkit: KeyError: 'a surprise' ({__file__}:")
    assert rest == [
        f"  version: {about}",
        f"  traceback: {kept}",
        "  fix: report it, with the version and the traceback, to the people who maintain it.",
    ]
    text = kept.read_text(encoding="utf-8")
    assert text.startswith(f"{about}\nTraceback (most recent call last):\n")
    assert text.endswith("KeyError: 'a surprise'\n")


@pytest.mark.parametrize("words", [["-v", "lint"], ["lint", "--verbose"]], ids=" ".join)
def test_verbose_shows_the_traceback_and_keeps_no_file(
    words: list[str], reports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 4
    err = capsys.readouterr().err
    assert err.startswith("Traceback (most recent call last):\n")
    assert "\nerror: this is a bug of toolkit: KeyError: 'a surprise'" in err
    assert "traceback:" not in err
    assert list(reports.iterdir()) == []


def test_where_no_file_can_be_written_it_says_what_to_do(
    reports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports.rmdir()
    assert run(["lint"]) == 4
    assert "  traceback: no file could be written; add --verbose\n" in capsys.readouterr().err


def test_the_packages_issues_are_where_to_report_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    about = Message()
    about["Project-URL"] = "Source, https://example.com/source"
    about["Project-URL"] = "Issues, https://example.com/issues"
    monkeypatch.setattr(metadata, "metadata", lambda _name: about)
    assert run(["lint"]) == 4
    assert capsys.readouterr().err.endswith("the traceback, at https://example.com/issues.\n")


def test_a_package_that_is_not_installed_has_no_version(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent(name: str) -> NoReturn:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", absent)
    monkeypatch.setattr(metadata, "metadata", absent)
    assert run(["lint"]) == 4
    assert "  version: toolkit (not installed), Python" in capsys.readouterr().err
