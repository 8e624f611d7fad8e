"""`docs/your-own-service.md`, followed to the letter in an empty folder."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import required_programs
from tests.support.documents import blocks, commands
from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS

pytestmark = pytest.mark.programs

PAGE = ROOT / "docs" / "your-own-service.md"
FIXED = 'service = "http://127.0.0.1:8000"'
FREE = "\n".join(
    f'{name} = "http://127.0.0.1:0"' for name in ("service", "prometheus", "alertmanager")
)
# Prometheus scrapes every fifteen seconds there. More often than this, the load is over, and has
# left the window in which panels must have data, before they are validated.
HASTY = '[tool.toolkit]\nscrape_interval = "5s"\n'
FILES = {block.path: block.text for block in blocks(PAGE) if block.path}


def toolkit(folder: Path, command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", *shlex.split(command)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * PATIENCE_SECONDS,
    )


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The files of the page, on free ports where the page has fixed ones, and hasty."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        hasty = text.replace(FIXED, FREE).replace("[tool.toolkit]\n", HASTY)
        path.write_text(hasty, encoding="utf-8")
    return tmp_path


@required_programs.PROMTOOL
def test_every_command_of_the_page_does_what_the_page_says(shop: Path) -> None:
    typed = commands(PAGE)
    try:
        said = {command: toolkit(shop, command) for command in typed}
    finally:
        toolkit(shop, "toolkit down")
    for command, done in said.items():
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert "all proved" in said["toolkit test"].stdout
    assert "1/1 alerts proved" in said["toolkit drill --alert SalesFail"].stdout
    assert (shop / "build/preview/shop.html").is_file()


def test_the_mistake_of_the_page_is_answered_as_it_says(shop: Path) -> None:
    alert = shop / "observability/alerts/shop/sales.py"
    alert.write_text(alert.read_text("utf-8").replace("(result='failed')", "(reslut='failed')"))
    done = toolkit(shop, "toolkit build")
    assert done.returncode == 2
    assert done.stderr.strip() in PAGE.read_text(encoding="utf-8")
