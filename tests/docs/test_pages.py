"""The documents: links that lead somewhere, code that is code, keys that exist, a short README."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.documents import blocks, pages
from tests.support.repository import ROOT
from toolkit.config import pyproject

LINK = re.compile(r"\]\((?!https?://)([^)\s]+)\)")
CATALOGUE = '[tool.toolkit]\ncatalogue = "a:CATALOGUE"\n'


def ids(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


EXAMPLES = sorted((ROOT / "examples").glob("*/README.md"))


def headings(text: str) -> set[str]:
    """The anchors of a page's headings."""
    lines = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).strip().replace(" ", "-") for line in lines}


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_bytes()) <= 7 * 1024


@pytest.mark.parametrize("page", [*pages(), *EXAMPLES], ids=ids)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        if anchor:
            assert anchor in headings(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("page", pages(), ids=ids)
def test_python_is_python_and_toml_has_known_keys(page: Path, tmp_path: Path) -> None:
    for block in blocks(page):
        if block.language == "python":
            ast.parse(block.text)
        elif block.language == "toml" and block.path in {"", "pyproject.toml"}:
            toolkit = tomllib.loads(block.text).get("tool", {}).get("toolkit", {})
            whole = {"catalogue", "services"} & toolkit.keys()
            text = block.text if whole else CATALOGUE + block.text
            (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
            assert pyproject.load(tmp_path).root == tmp_path


@pytest.mark.programs
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    shutil.copy(ROOT / "zensical.toml", tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "build/site/reference/lint-rules/unknown-label/index.html").is_file()


def test_every_page_of_docs_is_in_the_navigation() -> None:
    navigation = (ROOT / "zensical.toml").read_text(encoding="utf-8")
    for path in sorted((ROOT / "docs").rglob("*.md")):
        name = path.relative_to(ROOT / "docs").as_posix()
        if not name.startswith(("reference/lint-rules/", "reference/checks/")):
            assert f'"{name}"' in navigation, name
