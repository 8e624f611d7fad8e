"""The page about the trading session: its commands work as typed, its tables say what is so."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from target_app.session.fault_endpoint import NAMES
from target_app.session.known_bugs import Bug
from target_app.session.settings import SessionSettings
from target_app.settings_table import shown
from tests.support.documents import commands
from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS

PAGE = ROOT / "docs" / "trading-session.md"
OPENING = "<!-- settings: a test compares them with target_app/session/settings.py -->\n"
CLOSING = "<!-- end of settings -->"
# The page's minute in three seconds, beside what else this machine does: they are as many steps as
# show each bug, and a session waits five seconds for its last ones.
QUICK = {
    "SESSION_LOOP_INTERVAL_SECONDS": "0.02",
    "SESSION_PROMETHEUS_PORT": "0",
    "SESSION_ORDER_TIMEOUT_SECONDS": "0.2",
}
SECONDS = re.compile(r"\btoolkit session 60\b")
# A slow machine takes fewer steps in that time, and a bug needs some fifty: until it shows.
SHOWN_WITHIN = ("3.2", "16", "60")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder of the project, with `toolkit` on its PATH."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "bin").mkdir()
    program = folder / "bin" / "toolkit"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m toolkit "$@"\n')
    program.chmod(0o755)
    return folder


def words(block: str) -> str:
    """The block without its figures."""
    return re.sub(r"\d[\d.]*%?", "N", block).replace("Ns", "N")


@pytest.mark.programs
@pytest.mark.needs("jq")
def test_every_command_works_in_the_order_of_the_page(project: Path) -> None:
    path = f"{project / 'bin'}:{os.environ['PATH']}"
    environment = {**os.environ, **QUICK, "PATH": path, "PYTHONPATH": str(ROOT)}

    def said(command: str, seconds: str = SHOWN_WITHIN[0]) -> str:
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-ec", SECONDS.sub(f"toolkit session {seconds}", command)],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=2 * PATIENCE_SECONDS,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    *typed, breaks = commands(PAGE)
    run, summary, rate, intents, errors, reasons = map(said, typed)
    for seconds in SHOWN_WITHIN:
        broken = said(breaks, seconds)
        if "TESTS FAILED" in broken:
            break
    assert "✓ ALL TESTS PASSED" in run
    assert words(run) == words(
        PAGE.read_text(encoding="utf-8").split("```text\n")[1].split("```")[0]
    )
    assert '"fill_rate": ' in summary
    assert 0.5 < float(rate) < 1
    assert intents.split() == ["0", "0"]
    (failed,) = re.findall(r"ORDER_FAILED: (\d+)", run)
    assert errors.strip() == failed
    assert "rejected" in reasons
    assert "✗ TESTS FAILED: 2 (stale intents)" in broken
    assert broken.endswith("it was found\n")


def table() -> Iterator[str]:
    """The settings as the page lists them; UPDATE_DOCUMENTS=1 writes it there."""
    yield "| setting | meaning | default |"
    yield "|---|---|---|"
    for each in fields(SessionSettings):
        default = shown(each.default)
        cell = "" if default == "none" else f"`{default}`"
        yield f"| `{each.name}` | {each.metadata['help']} | {cell} |"


def test_the_settings_are_those_of_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    head, opening, rest = text.partition(OPENING)
    listed, closing, tail = rest.partition(CLOSING)
    wanted = "\n".join(table()) + "\n"
    if os.environ.get("UPDATE_DOCUMENTS"):
        PAGE.write_text(head + opening + wanted + closing + tail, encoding="utf-8")
        listed = wanted
    assert listed == wanted, "run the tests with UPDATE_DOCUMENTS=1 and look at the difference"


def test_every_fault_and_every_bug_is_explained() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in (*NAMES, *(bug.value for bug in Bug)):
        assert f"`{name}`" in text, name
