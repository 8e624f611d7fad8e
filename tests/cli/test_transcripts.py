"""The command line, as transcripts: command, what it prints, exit status.

Each file in tests/transcripts/ is run in a fresh copy of the small project of
tests.support.project_builder. `$ ` starts a command, `% edit FILE | OLD | NEW` edits a file first,
`! ` marks a line of stderr; blank lines are left out. `UPDATE_TRANSCRIPTS=1 pytest tests/cli`
writes what was seen.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import WriteProject
from toolkit import findings
from toolkit.cli.main import run

TRANSCRIPTS = Path(__file__).parent.parent / "transcripts"


@pytest.mark.parametrize("path", sorted(TRANSCRIPTS.glob("*.txt")), ids=lambda path: path.stem)
def test_transcript(path: Path, shop: WriteProject, capsys: pytest.CaptureFixture[str]) -> None:
    root = shop()
    wanted = path.read_text(encoding="utf-8")
    seen = "".join(replay(wanted, root, capsys))
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        path.write_text(seen, encoding="utf-8")
    assert seen == wanted


def replay(transcript: str, root: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[str]:
    """The transcript as it happens now: notes and edits as they stand, commands run again."""
    for line in transcript.splitlines():
        if line.startswith("# ") or not line:
            yield f"{line}\n"
        elif line.startswith("% edit "):
            name, old, new = line.removeprefix("% edit ").split(" | ")
            edited = root / name
            content = edited.read_text(encoding="utf-8")
            assert old in content, f"{name} does not hold {old!r}"
            edited.write_text(content.replace(old, new), encoding="utf-8")
            forget(root)
            yield f"{line}\n"
        elif line.startswith("$ toolkit "):
            status = run(line.removeprefix("$ toolkit ").split())
            out, err = capsys.readouterr()
            yield f"{line}\n"
            for mark, text in (("  ", out), ("! ", err)):
                printed = text.replace(str(root), "ROOT").splitlines()
                yield from (f"{mark}{words}\n" for words in printed if words)
            yield f"[exit {status}]\n"


def forget(root: Path) -> None:
    """Drop the project's modules, so that an edited file is read again."""
    findings._syntax_tree.cache_clear()
    for name in [n for n in sys.modules if n.partition(".")[0] == "shop"]:
        del sys.modules[name]
    for folder in root.rglob("__pycache__"):
        for file in folder.iterdir():
            file.unlink()
