"""What typer would take for the user's doing, and is a bug or is not."""

import os
from collections.abc import Iterator
from typing import NoReturn, TextIO

import pytest

from tests.conftest import WriteProject
from toolkit.cli.main import run
from toolkit.cli.typer_error_messages import stdout_has_no_reader


@pytest.fixture
def pipe() -> Iterator[tuple[TextIO, TextIO]]:
    """The ends of a pipe for stdout: its reader's and its writer's."""
    ends = os.pipe()
    with os.fdopen(ends[0]) as reader, os.fdopen(ends[1], "w") as writer:
        yield reader, writer


def broken(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def meet(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr("toolkit.lint.run.run", meet)


def test_stdout_has_a_reader_until_that_has_gone(
    pipe: tuple[TextIO, TextIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = pipe
    monkeypatch.setattr("sys.stdout", writer)
    assert not stdout_has_no_reader()
    reader.close()
    assert stdout_has_no_reader()


def test_of_a_stdout_that_is_no_file_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)
    assert stdout_has_no_reader()


def test_an_input_that_ends_in_the_code_is_a_bug_and_no_finding(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    broken(monkeypatch, EOFError("short"))
    assert run(["lint"]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: this is a bug of toolkit: EOFError: short (")


def test_another_pipe_that_breaks_is_a_bug(
    pipe: tuple[TextIO, TextIO],
    shop: WriteProject,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shop()
    monkeypatch.setattr("sys.stdout", pipe[1])
    broken(monkeypatch, BrokenPipeError(32, "Broken pipe"))
    assert run(["lint"]) == 4
    assert "error: this is a bug of toolkit: BrokenPipeError: " in capsys.readouterr().err


def test_the_pipe_of_stdout_that_breaks_is_none(
    pipe: tuple[TextIO, TextIO],
    shop: WriteProject,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shop()
    reader, writer = pipe
    reader.close()
    monkeypatch.setattr("sys.stdout", writer)
    broken(monkeypatch, BrokenPipeError(32, "Broken pipe"))
    assert run(["lint"]) == 141
    assert capsys.readouterr().err == ""
