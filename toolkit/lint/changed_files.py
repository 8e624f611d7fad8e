"""The files that changed since a revision of git, so that only findings in them count."""

import functools
from collections.abc import Iterable
from pathlib import Path

from toolkit.findings import Finding
from toolkit.git_revisions import git_output


def since(revision: str, root: Path) -> frozenset[Path]:
    """Every file that differs from `revision`, or that git does not know yet; absolute paths.

    Raises UsageError where there is no repository, no git, or no such revision.
    """
    git = functools.partial(git_output, revision=revision, option="--since")
    top = Path(git(root, "rev-parse", "--show-toplevel").strip())
    git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    changed = git(top, "diff", "--name-only", "-z", revision)
    new = git(top, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset((top / name).resolve() for name in (changed + new).split("\0") if name)


def only_in(findings: Iterable[Finding], files: frozenset[Path], root: Path) -> tuple[Finding, ...]:
    """The findings in these files, and those that have no place."""
    return tuple(
        finding
        for finding in findings
        if finding.location is None or (root / finding.location.path).resolve() in files
    )
