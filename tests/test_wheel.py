"""What the wheel installs, tried outside the repository."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.support import own_service_page, required_programs
from tests.support.installed import Environment, required, without_repository
from tests.support.project_builder import write_project
from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS

pytestmark = pytest.mark.programs

NEEDS_LOAD = {
    "load": ("load", "toolkit load"),
    "load on a worker": ("load --worker", "toolkit load"),
    "load's web page": ("load --web", "toolkit load"),
    "demo": ("demo", "toolkit demo"),
    "a drill with traffic": ("drill", "toolkit drill"),
}
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
NEEDS_NO_LOAD = ("build -q", "explain rate-of-gauge", "validate --list", "load --help")


@pytest.fixture(scope="module")
def wheel(toolkit_wheel: Path) -> zipfile.Path:
    return zipfile.Path(toolkit_wheel)


@pytest.fixture(scope="module")
def plain(toolkit_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The toolkit as `pip install` gives it, without an extra."""
    made = Environment(tmp_path_factory.mktemp("plain") / "environment", *required())
    made.install(toolkit_wheel)
    return made


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_project(tmp_path)
    settings = tmp_path / "pyproject.toml"
    drill = '\n[tool.toolkit.drill]\nbackground = "normal"\n'
    settings.write_text(settings.read_text("utf-8") + drill, encoding="utf-8")
    return tmp_path


def test_it_holds_one_package_alone(wheel: zipfile.Path) -> None:
    tops = {path.name for path in wheel.iterdir()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"toolkit"}


def test_it_is_typed_and_holds_every_check_and_the_previews_page(wheel: zipfile.Path) -> None:
    assert (wheel / "toolkit" / "py.typed").is_file()
    assert (wheel / "toolkit" / "preview" / "page.html").is_file()
    assert not (wheel / "toolkit" / "preview" / "page").exists()
    checks = {path.name for path in (wheel / "toolkit" / "checks").iterdir()}
    assert checks == {path.name for path in (ROOT / "validators").glob("*.py")}


def test_a_project_elsewhere_has_its_checks(plain: Environment, tmp_path: Path) -> None:
    write_project(tmp_path)
    listed = plain.toolkit("validate", "--list", folder=tmp_path).stdout
    assert "  targets-are-up: every scrape target answers\n" in listed
    assert "  no-metric-outside-catalogue: " in listed
    assert plain.toolkit("build", folder=tmp_path).stdout == "8 files are up to date.\n"


def test_a_plain_installation_has_neither_locust_nor_an_exchange_library(
    plain: Environment, tmp_path: Path
) -> None:
    script = (
        "from importlib.util import find_spec\n"
        "names = 'locust', 'gevent', 'geventhttpclient', 'flask', 'ccxt', 'fastapi', 'uvicorn'\n"
        "print([name for name in names if find_spec(name)], find_spec('yaml') is not None)\n"
    )
    assert plain.run("-c", script, folder=tmp_path).stdout == "[] True\n"


@pytest.mark.parametrize(("words", "asker"), NEEDS_LOAD.values(), ids=NEEDS_LOAD)
def test_what_needs_an_extra_names_it_in_one_line(
    plain: Environment, project: Path, words: str, asker: str
) -> None:
    done = plain.toolkit(*words.split(), folder=project)
    assert done.stderr == (
        f"error: {asker} needs locust, geventhttpclient, which are not installed: "
        "pip install 'observability-toolkit[load]'\n"
    )
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize("words", NEEDS_NO_LOAD)
def test_what_needs_no_extra_works_without(plain: Environment, project: Path, words: str) -> None:
    done = plain.toolkit(*words.split(), folder=project)
    assert (done.returncode, done.stderr) == (0, "")


def python_of(version: str) -> str:
    """A Python of this version that can make environments, on PATH or pyenv's; empty for none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    kept = sorted(map(str, pyenv.glob(f"versions/{version}.*/bin/python{version}")))
    found = (*kept, shutil.which(f"python{version}"))
    return next((path for path in found if path and _makes_environments(path)), "")


def _makes_environments(python: str) -> bool:
    done = subprocess.run(
        [python, "-c", "import venv, ensurepip"], capture_output=True, check=False
    )
    return done.returncode == 0


@pytest.mark.long
@required_programs.PROMTOOL
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("version", VERSIONS)
def test_the_page_is_followed_in_a_fresh_environment(
    toolkit_wheel: Path, tmp_path: Path, version: str
) -> None:
    python = python_of(version)
    if not python:
        pytest.skip(f"no Python {version} that can make environments is on this machine")
    fresh = tmp_path / "environment"
    subprocess.run([python, "-m", "venv", fresh], check=True)
    pip = [str(fresh / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, f"{toolkit_wheel}[load]"], env=without_repository(), check=True)
    shop = tmp_path / "shop"
    own_service_page.write(shop)

    def toolkit(*words: str, folder: Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(fresh / "bin" / "toolkit"), *words],
            cwd=folder,
            env=without_repository(),
            capture_output=True,
            text=True,
            check=False,
            timeout=2 * PATIENCE_SECONDS,
        )

    own_service_page.follow(shop, toolkit)
