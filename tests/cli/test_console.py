"""Streams that are closed, full, or of an encoding that lacks our characters."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.repository import ROOT
from toolkit.cli import console

pytestmark = pytest.mark.programs

FULL = Path("/dev/full")
TOOLKIT = (sys.executable, "-m", "toolkit")


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


@pytest.mark.parametrize("words", ["explain", "--help"])
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["at the end", "at once"])
def test_a_reader_who_has_gone_ends_it_without_a_word(words: str, unbuffered: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [*TOOLKIT, words],
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=ROOT,
            env=environment(PYTHONUNBUFFERED=unbuffered),
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_stream_is_written_to_in_vain(closed: str) -> None:
    script = f'"{sys.executable}" -m toolkit explain {closed}'
    done = subprocess.run(
        ["sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment(),
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_an_error_with_stderr_closed_still_has_its_status() -> None:
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m toolkit explain nothing 2>&-'],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment(),
    )
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("buffered", ["", "1"], ids=["written at the end", "written at once"])
@pytest.mark.parametrize("word", ["explain", "--help"])
def test_a_full_disk_is_named(word: str, buffered: str) -> None:
    with FULL.open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [*TOOLKIT, word],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=ROOT,
            env=environment(PYTHONUNBUFFERED=buffered),
        )
    assert done.returncode == 2
    assert done.stderr == "error: stdout: No space left on device.\n"


def test_what_latin_1_lacks_is_written_as_its_escape() -> None:
    script = (
        "from toolkit.cli import console\n"
        "console.prepare_streams()\n"
        "console.result('✓ 5 µs')\n"
        "console.complain('…')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=environment(PYTHONIOENCODING="latin-1"),
    )
    assert done.stdout == b"\\u2713 5 \xb5s\n"
    assert done.stderr == b"\\u2026\n"


@pytest.mark.parametrize(
    ("text", "written"), {"a line": "a line\n", "a line\n": "a line\n", "": ""}.items()
)
def test_a_result_ends_its_line(
    text: str, written: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    console.result(text)
    assert capsys.readouterr().out == written
    console.result(text, tmp_path / "result.txt")
    assert (tmp_path / "result.txt").read_text(encoding="utf-8") == written
