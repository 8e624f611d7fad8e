"""What git says about a revision of the repository that a folder is in."""

import os
import subprocess
from pathlib import Path

from toolkit.errors import UsageError


def git_output(folder: Path, *words: str, revision: str, option: str = "") -> str:
    """What `git` with these words prints, run in `folder`.

    Raises UsageError, naming the option and the revision, where there is no git, no repository,
    no such revision, or git refuses.
    """
    place = f"{option} {revision}".strip()
    done = _git(folder, words)
    if done is None:
        raise UsageError(f"{place}: git is not on PATH.", fix="install git.")
    if done.returncode == 0:
        return done.stdout
    inside = _git(folder, ("rev-parse", "--git-dir"))
    if inside is not None and inside.returncode:
        said = inside.stderr.strip().partition("\n")[0].removeprefix("fatal: ")
        if said.startswith("not a git repository"):
            raise UsageError(
                f"{place}: {folder} is not in a git repository.",
                fix="begin one with `git init` and commit, or run the command inside one.",
            )
        # Such as a folder of another user: "detected dubious ownership in repository at …".
        raise UsageError(
            f"{place}: git refuses: {said}", fix=f"`git -C {folder} status` says what to do."
        )
    raise UsageError(
        f"{place}: no such revision of the repository at {folder}.",
        fix="name a branch, a tag or a commit: `git log --oneline` lists them.",
    )


def _git(folder: Path, words: tuple[str, ...]) -> "subprocess.CompletedProcess[str] | None":
    try:
        return subprocess.run(
            ["git", *words],
            cwd=folder,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "LC_ALL": "C"},  # its words are read
        )
    except FileNotFoundError:
        return None
