"""Git's words about a revision: which of three things is missing is told apart."""

import subprocess
from pathlib import Path

import pytest

from toolkit.errors import UsageError
from toolkit.git_revisions import git_output

pytestmark = pytest.mark.programs
VERIFY = ("rev-parse", "--verify", "--quiet")


def test_what_git_prints_is_given(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    found = git_output(tmp_path, "rev-parse", "--show-toplevel", revision="HEAD")
    assert Path(found.strip()).samefile(tmp_path)


def test_a_folder_outside_a_repository_is_told_from_a_revision_that_is_not_there(
    tmp_path: Path,
) -> None:
    with pytest.raises(UsageError) as caught:
        git_output(tmp_path, *VERIFY, "v9", revision="v9", option="--against")
    assert caught.value.message == f"--against v9: {tmp_path} is not in a git repository."
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    with pytest.raises(UsageError) as caught:
        git_output(tmp_path, *VERIFY, "v9", revision="v9")
    assert caught.value.message == f"v9: no such revision of the repository at {tmp_path}."


def test_what_else_git_refuses_is_in_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of another user, as in a container of CI."""
    git = tmp_path / "git"
    words = "fatal: detected dubious ownership in repository at '/shop'"
    git.write_text(f'#!/bin/sh\necho "{words}" >&2\nexit 128\n', encoding="utf-8")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError) as caught:
        git_output(tmp_path, *VERIFY, "v9", revision="v9")
    assert caught.value.message == f"v9: git refuses: {words.removeprefix('fatal: ')}"
    assert caught.value.fix == f"`git -C {tmp_path} status` says what to do."


def test_without_git_it_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="--since v9: git is not on PATH"):
        git_output(tmp_path, *VERIFY, "v9", revision="v9", option="--since")
