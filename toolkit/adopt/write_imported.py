"""Writes what was imported into a project: new files only, and never over what is there."""

from pathlib import Path

from toolkit.adopt.import_result import Imported
from toolkit.errors import UsageError


def write(root: Path, imported: Imported) -> None:
    """Write every text below `root`. Raises UsageError, with nothing written, where one exists."""
    refuse_existing(root, imported)
    for path, content in imported.texts.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8", newline="\n")


def refuse_existing(root: Path, imported: Imported) -> None:
    """Raise UsageError where a file of the import, or the folder of a rule file, exists."""
    for source in imported.sources:
        if (root / source.target).exists():
            raise UsageError(
                f"{source.target}: exists, and {source.source} would be written there; nothing "
                "was written.",
                fix="remove or rename it, or rename the source.",
            )
