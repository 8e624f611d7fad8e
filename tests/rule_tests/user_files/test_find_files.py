"""Files by name, pattern and folder; a folder that cannot be listed is an error."""

import os
from pathlib import Path

import pytest

from toolkit.errors import UsageError
from toolkit.rule_tests.user_files.find_files import find


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("a.yml", "b/a.yml", "b/c.yaml", "locked/a.yml", "b/.hidden/a.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    listed = os.scandir

    def refuse(path: object) -> object:  # root may read everything, whatever the folder's rights
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", refuse)
    monkeypatch.chdir(tmp_path)
    return tmp_path


FOUND = {
    "a.yml": ["a.yml"],
    "*.yml": ["a.yml"],
    "b": ["b/.hidden/a.yml", "b/a.yml", "b/c.yaml"],
    "b/**/*.y*ml": ["b/a.yml", "b/c.yaml"],
    "b*/*.yml": ["b/a.yml"],
    "?/c.yaml": ["b/c.yaml"],
}


@pytest.mark.parametrize(("pattern", "files"), FOUND.items(), ids=FOUND)
def test_finds(folder: Path, pattern: str, files: list[str]) -> None:
    assert [x.as_posix() for x in find("--rules", [Path(pattern)])] == files
    whole = [x.relative_to(folder).as_posix() for x in find("--rules", [folder / pattern])]
    assert whole == files


def test_names_each_file_once(folder: Path) -> None:
    assert find("--rules", [folder / "a.yml", folder / "*.yml"]) == (folder / "a.yml",)


@pytest.mark.parametrize("pattern", ["**/*.yml", "**", ".", "*/a.yml", "lock*/a.yml", "locked"])
def test_a_folder_that_cannot_be_listed_is_named(folder: Path, pattern: str) -> None:
    with pytest.raises(UsageError, match="locked: Permission denied: none of it is read"):
        find("--rules", [Path(pattern)])
    assert folder.exists()


def test_what_matches_nothing_is_an_error(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"--tests .*none\*: no such file or folder"):
        find("--tests", [folder / "none*"])


@pytest.mark.parametrize(
    ("pattern", "files"),
    {
        "b*/**/a.yml": ["b/a.yml"],
        "?/*.yml": ["b/a.yml"],
        "b/**/*.yml": ["b/a.yml"],
    }.items(),
)
def test_a_folder_that_is_not_on_the_way_may_be_locked(
    folder: Path, pattern: str, files: list[str]
) -> None:
    """Neither one that the pattern does not name, nor a hidden one, is looked into."""
    (folder / "b" / ".locked").mkdir()
    found = find("--rules", [Path(pattern)])
    assert [x.as_posix() for x in found] == files
