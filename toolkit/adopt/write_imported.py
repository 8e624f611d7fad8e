"""Writes what was imported into a project: new files only, and never over what is there."""

from pathlib import Path

from toolkit.adopt.import_result import Imported
from toolkit.errors import UsageError


def write(root: Path, imported: Imported) -> None:
    """Write every text below `root`.

    Raises UsageError, with nothing written, where one exists or cannot be written.
    """
    refuse_existing(root, imported)
    contents = {path: _encoded(path, text, imported) for path, text in imported.texts.items()}
    for path, content in contents.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _encoded(path: str, text: str, imported: Imported) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        # JSON and YAML may name half of a surrogate pair, which is not a character.
        sources = [each.source for each in imported.sources if path.startswith(each.target)]
        raise UsageError(
            f"{', '.join(sources) or path}: holds {text[error.start]!a}, which is half of a "
            "character; nothing was written.",
            fix="correct the text, or export the file again.",
        ) from None


def refuse_existing(root: Path, imported: Imported) -> None:
    """Raise UsageError where a file of the import, or the folder of a rule file, exists."""
    for source in imported.sources:
        if (root / source.target).exists():
            raise UsageError(
                f"{source.target}: exists, and {source.source} would be written there; nothing "
                "was written.",
                fix="remove or rename it, or rename the source.",
            )
