"""The files that the command line names: one by one, by a pattern, or by their folder."""

import fnmatch
import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from toolkit.errors import UsageError


def find(option: str, given: Sequence[Path]) -> tuple[Path, ...]:
    """The files named; a pattern stands for what it matches, and a folder for its YAML files.

    Raises UsageError where there is none, and for a folder that cannot be listed, since files in
    it would be passed over in silence.
    """
    found: list[Path] = []
    for path in given:
        for error in _locked(path):
            raise UsageError(
                f"{option} {path}: {error.filename}: {error.strerror}: none of it is read.",
                fix="let the user who tests read the folder, or name files beside it.",
            )
        matched = [Path(x) for x in sorted(glob.glob(str(path), recursive=True))]  # noqa: PTH207
        if not matched:
            raise UsageError(f"{option} {path}: no such file or folder.")
        for one in matched:
            listed = (
                sorted(x for x in one.rglob("*.y*ml") if x.is_file()) if one.is_dir() else [one]
            )
            found += listed
    return tuple(dict.fromkeys(found))


def _locked(path: Path) -> Iterator[OSError]:
    """Why folders cannot be listed that may hold what the path or the pattern names."""
    parts = path.parts
    fixed = next((n for n, x in enumerate(parts) if glob.has_magic(x)), len(parts))
    # Of the folders below the fixed part.
    pattern = parts[fixed:] if parts[-1:] == ("**",) else parts[fixed:-1]
    errors: list[OSError] = []
    for parent, folders, _ in os.walk(Path(*parts[:fixed]), onerror=errors.append):
        if fixed < len(parts):
            depth = len(Path(parent).parts) - len(Path(*parts[:fixed]).parts)
            folders[:] = [x for x in folders if _leads_on(pattern, depth, x)]
    gone = (FileNotFoundError, NotADirectoryError)
    yield from (error for error in errors if not isinstance(error, gone))


def _leads_on(pattern: tuple[str, ...], depth: int, folder: str) -> bool:
    """Whether a folder that many levels below the fixed part is on the way of the pattern."""
    if "**" in pattern[: depth + 1]:
        return not folder.startswith(".")  # a pattern does not look into hidden ones
    return depth < len(pattern) and fnmatch.fnmatch(folder, pattern[depth])
