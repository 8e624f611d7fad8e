"""Only what changed since a revision counts."""

import subprocess
from pathlib import Path

import pytest

from toolkit.errors import UsageError
from toolkit.findings import Finding, Level, Location
from toolkit.lint import changed_files

pytestmark = pytest.mark.programs


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / "rules").mkdir(parents=True)
    for name in ("old.yml", "changed.yml"):
        (root / "rules" / name).write_text("groups: []\n")
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "a"],
    ):
        subprocess.run(["git", *words], cwd=root, check=True)
    (root / "rules" / "changed.yml").write_text("groups: null\n")
    (root / "rules" / "new file.yml").write_text("groups: []\n")
    return root


def finding(path: str) -> Finding:
    place = Location(path, 1) if path else None
    return Finding(rule="r", level=Level.ERROR, message="m", location=place)


@pytest.mark.parametrize("folder", ["", "rules"])
def test_changed_and_new_files_are_told_wherever_one_stands(repository: Path, folder: str) -> None:
    files = changed_files.since("HEAD", repository / folder)
    assert {path.name for path in files} == {"changed.yml", "new file.yml"}


def test_findings_in_other_files_are_left_out(repository: Path) -> None:
    found = [finding(x) for x in ("rules/old.yml", "rules/changed.yml", "rules/new file.yml", "")]
    files = changed_files.since("HEAD", repository)
    assert list(changed_files.only_in(found, files, repository)) == found[1:]


def test_a_revision_that_is_not_there(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--since nowhere: no such revision of the repository at"):
        changed_files.since("nowhere", repository)
    (tmp_path / "plain").mkdir()
    with pytest.raises(UsageError, match="plain is not in a git repository"):
        changed_files.since("HEAD", tmp_path / "plain")
