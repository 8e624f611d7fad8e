"""The documents as their readers see them: pages, blocks of code, and commands to type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.repository import ROOT

_BLOCK = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r'title="(?P<path>[^"]+)"')
WRITTEN = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its text, and the file that its title names, if any."""

    language: str
    text: str
    path: str


def pages() -> list[Path]:
    """Every document that a person wrote, in a stable order; the reference is generated."""
    found = [ROOT / name for name in WRITTEN] + sorted((ROOT / "docs").glob("*.md"))
    return [path for path in found if path.is_file()]


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page."""
    for match in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        title = _TITLE.search(match["info"])
        yield Block(match["info"].split()[0], match["text"], title["path"] if title else "")


def commands(page: Path) -> list[str]:
    """What the page's console blocks type, without comments."""
    return [
        line.removeprefix("$ ").partition(" #")[0].strip()
        for block in blocks(page)
        if block.language == "console"
        for line in block.text.splitlines()
        if line.startswith("$ ")
    ]
