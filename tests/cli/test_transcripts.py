"""The command line, as transcripts: command, what it prints, exit status.

Each file in tests/transcripts/ is of one command: a good run, what it finds, and likely
mistakes. tests.support.transcript says how they are written; `UPDATE_TRANSCRIPTS=1 pytest
tests/cli/test_transcripts.py` writes what was seen. Those in with_servers/ are of runs that the
tests of their own area make: see tests.support.recorded_run.
"""

import os
import re
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import WriteProject
from tests.support.transcript import Transcript
from toolkit.cli.main import COMMANDS

TRANSCRIPTS = Path(__file__).parent.parent / "transcripts"
RUN_PROGRAMS = {"test", "diff", "preview-transformations"}  # promtool, git and a browser
LEAST_MISTAKES = 3


FILES = [
    pytest.param(path, id=path.stem, marks=[pytest.mark.programs] * (path.stem in RUN_PROGRAMS))
    for path in sorted(TRANSCRIPTS.glob("*.txt"))
]


@pytest.mark.parametrize("path", FILES)
def test_transcript(
    path: Path,
    shop: WriteProject,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = path.read_text(encoding="utf-8")
    with closing(Transcript(shop(), capsys, monkeypatch)) as transcript:
        seen = "".join(transcript.replay(wanted))
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        path.write_text(seen, encoding="utf-8")
    assert seen == wanted


def test_every_command_has_a_transcript() -> None:
    assert {path.stem for path in TRANSCRIPTS.glob("*.txt")} == {
        "toolkit",
        "project-commands",
        "lint-dashboards",
        "preview-transformations",
        *COMMANDS,
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_it_shows_a_good_run_and_three_mistakes(name: str) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in TRANSCRIPTS.rglob("*.txt"))
    runs = re.findall(
        rf"^\$ toolkit (?:--quiet )?{name}(?![-\w]).*?^\[exit (\d+)\]$",
        text,
        re.MULTILINE | re.DOTALL,
    )
    assert "0" in runs
    assert sum(status in {"2", "3"} for status in runs) >= LEAST_MISTAKES
    assert "4" not in runs
