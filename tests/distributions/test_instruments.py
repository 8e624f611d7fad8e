"""The small distribution: whole by itself, beside the toolkit, and after it is gone."""

import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.support.installed import SMALL, Environment, required
from tests.support.repository import ROOT

pytestmark = pytest.mark.programs

NAME, BIG = "observability-toolkit-instruments", "observability-toolkit"
FOLDER = "observability_toolkit_instruments/toolkit/"
USE = """
import sys
from pathlib import Path
from prometheus_client import CollectorRegistry, generate_latest
from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit
from toolkit.catalogues.python_client import PROCESS_CPU_SECONDS_TOTAL
from toolkit.instruments import Instruments

RESULT = Label("result", values=("paid", "failed"))
SALES = Metric("shop_sales_total", Kind.COUNTER, "Sales.", unit=Unit.COUNT, labels=(RESULT,))
registry = CollectorRegistry()
instruments = Instruments(Catalogue((SALES, PROCESS_CPU_SECONDS_TOTAL)), registry)
instruments.counter(SALES).labels("paid").inc()
assert 'shop_sales_total{result="paid"} 1.0' in generate_latest(registry).decode()
assert 'shop_sales_total{result="failed"} 0.0' in generate_latest(registry).decode()
print(Path(sys.modules["toolkit"].__file__).parent.relative_to(sys.argv[1]))
print(*sorted(name for name in sys.modules if name.partition(".")[0] == "toolkit"))
"""
# Every file that was installed is as it was, and nothing else is in the distribution's folder.
WHOLE = """
import base64, hashlib, sys
from importlib.metadata import distribution
for file in distribution(sys.argv[1]).files:
    if file.hash is not None and ".." not in file.parts:
        digest = hashlib.new(file.hash.mode, file.locate().read_bytes()).digest()
        assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == file.hash.value, file
print("whole")
"""


def settings(folder: Path) -> dict[str, object]:
    table = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert isinstance(table, dict)
    return table


def files(wheel: Path) -> set[str]:
    return {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(tmp_path / "environment", "prometheus-client")


@pytest.fixture
def wheels(toolkit_wheel: Path, instruments_wheel: Path) -> dict[str, Path]:
    return {NAME: instruments_wheel, BIG: toolkit_wheel}


def use(environment: Environment, folder: Path) -> tuple[str, str]:
    """Where `toolkit` was found, below site-packages, and which modules were loaded."""
    done = environment.run("-c", USE, str(environment.site), folder=folder)
    assert done.returncode == 0, done.stderr
    place, modules = done.stdout.splitlines()
    return place, modules


def how_whole(environment: Environment, name: str, folder: Path) -> str:
    done = environment.run("-c", WHOLE, name, folder=folder)
    return done.stdout or done.stderr.splitlines()[-1]


def test_it_has_the_toolkits_version_and_needs_prometheus_client_alone() -> None:
    small, big = settings(SMALL), settings(ROOT)
    assert small["version"] == big["version"]
    assert small["requires-python"] == big["requires-python"]
    needed = [text for text in required() if text.startswith("prometheus-client")]
    assert small["dependencies"] == needed


def test_neither_wheel_has_a_file_of_the_other(
    toolkit_wheel: Path, instruments_wheel: Path
) -> None:
    assert files(toolkit_wheel) & files(instruments_wheel) == set()
    assert {name.partition("/")[0] for name in files(instruments_wheel)} == {
        "observability_toolkit_instruments",
        "observability_toolkit_instruments.pth",
    }


def test_alone_it_has_every_module_that_it_loads_and_no_other(
    environment: Environment, instruments_wheel: Path, tmp_path: Path
) -> None:
    environment.install(instruments_wheel)
    place, loaded = use(environment, tmp_path)
    assert f"{place}/" == FOLDER
    modules = {
        name.removeprefix("observability_toolkit_instruments/")
        .removesuffix(".py")
        .removesuffix("/__init__")
        .replace("/", ".")
        for name in files(instruments_wheel)
        if name.endswith(".py")
    }
    assert set(loaded.split()) == modules


@pytest.mark.parametrize(("first", "gone"), [(NAME, BIG), (BIG, NAME)])
def test_installed_together_in_either_order_each_outlives_the_other(
    environment: Environment, wheels: dict[str, Path], tmp_path: Path, first: str, gone: str
) -> None:
    left = BIG if gone == NAME else NAME
    for name in sorted(wheels, key=lambda name: name != first):
        environment.install(wheels[name])
    assert how_whole(environment, NAME, tmp_path) == "whole\n"
    assert how_whole(environment, BIG, tmp_path) == "whole\n"
    assert use(environment, tmp_path)[0] == "toolkit"  # the whole toolkit goes before its part
    environment.uninstall(gone)
    assert how_whole(environment, left, tmp_path) == "whole\n"
    assert "PackageNotFoundError" in how_whole(environment, gone, tmp_path)
    assert f"{use(environment, tmp_path)[0]}/" == (FOLDER if left == NAME else "toolkit/")
