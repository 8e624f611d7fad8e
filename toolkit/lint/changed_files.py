"""The files that changed since a revision of git, so that only findings in them count."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

from toolkit.errors import UsageError
from toolkit.findings import Finding


def since(revision: str, root: Path) -> frozenset[Path]:
    """Every file that differs from `revision`, or that git does not know yet; absolute paths.

    Raises UsageError where there is no repository, no git, or no such revision.
    """
    top = Path(_git(root, revision, "rev-parse", "--show-toplevel").strip())
    _git(root, revision, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    changed = _git(top, revision, "diff", "--name-only", "-z", revision)
    new = _git(top, revision, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset((top / name).resolve() for name in (changed + new).split("\0") if name)


def only_in(findings: Iterable[Finding], files: frozenset[Path], root: Path) -> tuple[Finding, ...]:
    """The findings in these files, and those that have no place."""
    return tuple(
        finding
        for finding in findings
        if finding.location is None or (root / finding.location.path).resolve() in files
    )


def _git(folder: Path, revision: str, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", *words], cwd=folder, capture_output=True, text=True, check=False
        )
    except OSError:
        raise UsageError("--since: git is not on PATH.", fix="install git.") from None
    if done.returncode == 0:
        return done.stdout
    if "--show-toplevel" in words:
        raise UsageError(f"--since: {folder} is not in a git repository.")
    raise UsageError(
        f"--since {revision}: there is no such revision.", fix="name a branch, a tag or a commit."
    )
