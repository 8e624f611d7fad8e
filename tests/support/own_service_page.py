"""`docs/your-own-service.md` as something to follow: its files written, its commands typed."""

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.support.documents import blocks, commands
from tests.support.repository import ROOT

PAGE = ROOT / "docs" / "your-own-service.md"
FILES = {block.path: block.text for block in blocks(PAGE) if block.path}
# What stands in the page, and what a test wants: free ports for fixed ones, and a hasty Prometheus.
# It scrapes every fifteen seconds by default; by then the load may have left the window in which
# panels must have data.
_CHANGES = {
    'url = "http://127.0.0.1:8000"': 'url = "http://127.0.0.1:0"',
    "[tool.toolkit]\n": '[tool.toolkit]\nscrape_interval = "5s"\n',
    "[tool.toolkit.services.shop]\n": '[tool.toolkit.stack]\nprometheus = "http://127.0.0.1:0"\n'
    'alertmanager = "http://127.0.0.1:0"\n\n[tool.toolkit.services.shop]\n',
}

Toolkit = Callable[..., "subprocess.CompletedProcess[str]"]


def write(folder: Path) -> None:
    """Write every file of the page, with free ports and a hasty Prometheus."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_changed(text) if name == "pyproject.toml" else text, encoding="utf-8")


def _changed(text: str) -> str:
    for there, wanted in _CHANGES.items():
        assert text.count(there) == 1, f"the page's pyproject.toml has no {there!r}"
        text = text.replace(there, wanted)
    return text


def follow(folder: Path, toolkit: Toolkit) -> None:
    """Type every command of the page by `toolkit(words, folder=…)`, and compare what it says."""
    said = {}
    try:
        for command in commands(PAGE):
            said[command] = toolkit(*shlex.split(command)[1:], folder=folder)
    finally:
        toolkit("down", folder=folder)
    for command, done in said.items():
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert "all proved" in said["toolkit test"].stdout
    assert "1/1 alerts proved" in said["toolkit drill --alert SalesFail"].stdout
    assert (folder / "build/preview/shop.html").is_file()
