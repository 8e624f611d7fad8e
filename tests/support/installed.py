"""The two wheels, and environments of their own to install them into.

An environment has pip's files alone. The libraries are those of the environment that runs the
tests, linked one by one, so that what is not asked for is not there.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS

SMALL = ROOT / "distributions" / "instruments"
_SOURCES = ("pyproject.toml", "README.md", "LICENSE", "toolkit", "validators")


class Environment:
    """A virtual environment without pip; `libraries` are requirements, whole with theirs."""

    def __init__(self, folder: Path, *libraries: str) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        self.python = folder / "bin" / "python"
        (self.site,) = (folder / "lib").glob("python*/site-packages")
        links = folder / "libraries"
        links.mkdir()
        for path in _files_of(libraries):
            if not (links / path.name).exists():
                (links / path.name).symlink_to(path)
        # Processed after the .pth file of the small distribution, as packages would be before it.
        (self.site / "zz_libraries.pth").write_text(f"{links}\n", encoding="utf-8")

    def pip(self, *words: str | Path) -> None:
        """Run the pip of the tests' environment on this one, without an index."""
        subprocess.run(
            [sys.executable, "-m", "pip", "--python", self.python, "--quiet", *words],
            env=without_repository(),  # in which pip might find the toolkit installed already
            check=True,
        )

    def install(self, *wheels: Path) -> None:
        """Install these wheels, and nothing that they need."""
        self.pip("install", "--no-deps", "--no-index", "--no-compile", *wheels)

    def uninstall(self, name: str) -> None:
        """Uninstall a distribution."""
        self.pip("uninstall", "--yes", name)

    def run(self, *words: str, folder: Path) -> "subprocess.CompletedProcess[str]":
        """Run Python with these words in a folder, far from the repository."""
        return subprocess.run(
            [str(self.python), *words],
            cwd=folder,
            env=without_repository(),
            capture_output=True,
            text=True,
            check=False,
            timeout=2 * PATIENCE_SECONDS,
        )

    def toolkit(self, *words: str, folder: Path) -> "subprocess.CompletedProcess[str]":
        """Run the installed command."""
        return self.run(str(self.python.with_name("toolkit")), *words, folder=folder)


def without_repository() -> dict[str, str]:
    """This process's variables, without those that let Python find the repository."""
    return {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}


def required(*extras: str) -> list[str]:
    """What pyproject.toml says that the toolkit needs, and further for these extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = list(project["dependencies"])
    for extra in extras:
        found += project["optional-dependencies"][extra]
    return found


def _files_of(requirements: tuple[str, ...]) -> Iterator[Path]:
    """The entries of site-packages that the requirements, and what these require, consist of."""
    left = [Requirement(text) for text in requirements]
    seen: set[tuple[str, frozenset[str]]] = set()
    while left:
        requirement = left.pop()
        key = (requirement.name.lower(), frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        found = metadata.distribution(requirement.name)
        for file in found.files or ():
            if file.parts[0] not in {"..", "__pycache__"}:
                yield Path(str(found.locate_file(file.parts[0])))
        for text in found.requires or ():
            further = Requirement(text)
            wanted = requirement.extras or {""}
            marker = further.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in wanted):
                left.append(further)


@pytest.fixture(scope="session")
def toolkit_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toolkit's wheel, built from a copy, since a build leaves folders behind."""
    folder = tmp_path_factory.mktemp("toolkit-wheel")
    leave = shutil.ignore_patterns("node_modules", "__pycache__")
    for name in _SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=leave)
        else:
            shutil.copy(ROOT / name, folder)
    return _built("setuptools.build_meta", folder, folder / "dist")


@pytest.fixture(scope="session")
def instruments_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small distribution's wheel."""
    return _built("hatchling.build", SMALL, tmp_path_factory.mktemp("instruments-wheel"))


def _built(backend: str, folder: Path, into: Path) -> Path:
    into.mkdir(exist_ok=True)
    build = f"import {backend} as backend; backend.build_wheel({str(into)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=folder, check=True, capture_output=True)
    (made,) = into.glob("*.whl")
    return made
