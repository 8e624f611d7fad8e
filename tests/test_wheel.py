"""What the wheel installs, tried outside the repository."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.project_builder import write_project
from tests.support.repository import ROOT

pytestmark = pytest.mark.programs

SOURCES = ("pyproject.toml", "README.md", "LICENSE", "toolkit", "validators")
# Without `site`, the environment's own link to the repository counts for nothing.
ELSEWHERE = "import sys; sys.path.append({!r}); from toolkit.cli.main import main; main()"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    """Built from a copy, since a build leaves folders behind."""
    folder = tmp_path_factory.mktemp("wheel")
    leave = shutil.ignore_patterns("node_modules", "__pycache__")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=leave)
        else:
            shutil.copy(ROOT / name, folder)
    build = "from setuptools import build_meta as b; b.build_wheel('dist')"
    (folder / "dist").mkdir()
    subprocess.run([sys.executable, "-c", build], cwd=folder, check=True, capture_output=True)
    (made,) = (folder / "dist").glob("*.whl")
    return zipfile.Path(made)


def test_it_holds_one_package_alone(wheel: zipfile.Path) -> None:
    tops = {path.name for path in wheel.iterdir()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"toolkit"}


def test_it_is_typed_and_holds_every_check_and_the_previews_page(wheel: zipfile.Path) -> None:
    assert (wheel / "toolkit" / "py.typed").is_file()
    assert (wheel / "toolkit" / "preview" / "page.html").is_file()
    assert not (wheel / "toolkit" / "preview" / "page").exists()
    checks = {path.name for path in (wheel / "toolkit" / "checks").iterdir()}
    assert checks == {path.name for path in (ROOT / "validators").glob("*.py")}


def test_a_project_elsewhere_has_its_checks(wheel: zipfile.Path, tmp_path: Path) -> None:
    installed, project = tmp_path / "installed", tmp_path / "project"
    with zipfile.ZipFile(wheel.root.filename or "") as archive:
        archive.extractall(installed)
    write_project(project)
    libraries = str(Path(pytest.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    script = ELSEWHERE.format(libraries)

    def toolkit(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-S", "-c", script, *words], cwd=project, env=environment,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    assert "  targets-are-up: every scrape target answers\n" in toolkit("validate", "--list")
    assert "  no-metric-outside-catalogue: " in toolkit("validate", "--list")
    assert toolkit("build") == "8 files are up to date.\n"
