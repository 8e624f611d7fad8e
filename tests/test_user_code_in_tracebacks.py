"""Whose code raised: the author's, a library's for the author, or the toolkit's."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit import durations
from toolkit.user_code_in_tracebacks import is_authors, raised_in

CODE = "def run(call):\n    x = 1\n    call()\n"


def fail() -> None:
    raise KeyError("not below the root")


def raised(folder: Path, call: Callable[[], object]) -> Exception:
    """What a file in the folder raises, which calls in its third line."""
    names: dict[str, Callable[[object], None]] = {}
    exec(compile(CODE, str(folder / "own.py"), "exec"), names)  # noqa: S102 - our own text
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is
        names["run"](call)
    return caught.value


def test_what_the_authors_code_raises_is_told_at_its_line(tmp_path: Path) -> None:
    not_callable = raised(tmp_path, None)  # type: ignore[arg-type] # so that the line itself raises
    assert raised_in(tmp_path, not_callable) == "own.py:3"


def test_what_a_library_raises_is_the_authors_who_called_it(tmp_path: Path) -> None:
    names: dict[str, Callable[[], None]] = {"json": json}  # type: ignore[dict-item] # a module
    code = "def run():\n    json.loads('{')\n"
    exec(compile(code, str(tmp_path / "own.py"), "exec"), names)  # noqa: S102 - our own text
    with pytest.raises(json.JSONDecodeError) as caught:
        names["run"]()
    assert raised_in(tmp_path, caught.value) == "own.py:2"


def test_what_the_toolkit_raises_or_code_elsewhere_is_not(tmp_path: Path) -> None:
    assert raised_in(tmp_path, raised(tmp_path, fail)) == ""
    (tmp_path / "other").mkdir()
    assert raised_in(tmp_path / "other", raised(tmp_path, None)) == ""  # type: ignore[arg-type]


@pytest.mark.parametrize("file", [json.__file__, pytest.__file__, durations.__file__, "<string>"])
def test_what_is_installed_is_no_authors(file: str) -> None:
    assert not is_authors(file)


def test_a_file_of_the_project_is_an_authors() -> None:
    assert is_authors(__file__)
