"""What promtool says about rule files, one text after another in one run."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.support.required_programs import program

_FILE = re.compile(r"/(\d+)\.yml: (.*)")


def release() -> tuple[int, int]:
    """Of the promtool at hand, such as (2, 42)."""
    done = subprocess.run(
        [program("promtool"), "--version"], capture_output=True, text=True, check=True
    )
    major, minor = re.findall(r"version (\d+)\.(\d+)", done.stdout + done.stderr)[0]
    return int(major), int(minor)


def refusals(folder: Path, texts: Sequence[str]) -> list[str]:
    """By text, the first thing that promtool has against it; empty where it takes it."""
    paths = [folder / f"{number}.yml" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [program("promtool"), "check", "rules", "--lint=none", *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
    )
    found = [""] * len(texts)
    for number, message in _FILE.findall(done.stdout + done.stderr):
        found[int(number)] = found[int(number)] or message
    return found
