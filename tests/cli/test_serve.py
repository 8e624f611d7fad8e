"""`toolkit serve`: which service of several is run, and with which arguments."""

from pathlib import Path

import pytest

from toolkit.cli.main import run

TABLES = """\
[tool.toolkit.services.{0}]
python = "{0}_to_serve:main"
[tool.toolkit.services.redis]
url = "tcp://127.0.0.1:6379"
"""
MAIN = "def main(argv):\n    print('{}', argv)\n    return 0\n"
AnySaid = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("shop", "till"):
        (tmp_path / f"{name}_to_serve.py").write_text(MAIN.format(name), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path / "pyproject.toml"


def test_the_only_service_in_python_needs_no_name(project: Path, capsys: AnySaid) -> None:
    project.write_text(TABLES.format("shop"), encoding="utf-8")
    assert run(["serve", "--fast"]) == 0
    assert capsys.readouterr().out == "shop ['--fast']\n"
    assert run(["serve", "shop", "--fast"]) == 0
    assert capsys.readouterr().out == "shop ['--fast']\n"


def test_of_several_the_name_comes_first(project: Path, capsys: AnySaid) -> None:
    till = TABLES.format("till").partition("[tool.toolkit.services.redis]")[0]
    project.write_text(TABLES.format("shop") + till, encoding="utf-8")
    assert run(["serve", "till", "--port", "1"]) == 0
    assert capsys.readouterr().out == "till ['--port', '1']\n"
    assert run(["serve"]) == 2
    assert capsys.readouterr().err == (
        "error: several services can be run: shop, till.\n  fix: name one: toolkit serve shop.\n"
    )


def test_one_that_runs_on_demand_is_served_by_its_name_alone(
    project: Path, capsys: AnySaid
) -> None:
    till = TABLES.format("till").partition("[tool.toolkit.services.redis]")[0]
    text = till + 'run = "on demand"\n' + TABLES.format("shop")
    project.write_text(text, encoding="utf-8")
    assert run(["serve", "--fast"]) == 0
    assert capsys.readouterr().out == "shop ['--fast']\n"
    assert run(["serve", "till"]) == 0
    assert capsys.readouterr().out == "till []\n"


@pytest.mark.parametrize("words", [["serve"], ["serve", "shop"]])
def test_a_program_is_not_served(project: Path, capsys: AnySaid, words: list[str]) -> None:
    project.write_text('[tool.toolkit.services.shop]\ncommand = ["shop"]\n', encoding="utf-8")
    assert run(words) == 2
    assert capsys.readouterr().err == (
        "error: shop has no python function that could be run.\n"
        "  fix: start it with `toolkit up`, or write [tool.toolkit.services.shop] python = "
        '"module:NAME".\n'
    )


@pytest.mark.parametrize("words", [["-h"], ["shop", "--help"], ["--help", "shop"]], ids=" ".join)
def test_the_help_of_a_program_is_the_commands_own_and_says_why(
    project: Path, capsys: AnySaid, words: list[str]
) -> None:
    project.write_text('[tool.toolkit.services.shop]\ncommand = ["shop"]\n', encoding="utf-8")
    assert run(["serve", *words]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Usage: toolkit serve [OPTIONS]\n\n  Run the service alone.")
    assert err.startswith("shop has no python function that could be run.\n  fix: start it with")


def test_help_needs_neither_the_name_of_a_service_nor_a_project(
    project: Path, capsys: AnySaid
) -> None:
    till = TABLES.format("till").partition("[tool.toolkit.services.redis]")[0]
    project.write_text(TABLES.format("shop") + till, encoding="utf-8")
    assert run(["serve", "-h"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Usage: toolkit serve [OPTIONS]")
    assert err.startswith("several services can be run: shop, till.\n  fix: name one")
    assert run(["serve", "till", "-h"]) == 0
    assert capsys.readouterr() == ("till ['-h']\n", "")
    project.unlink()
    assert run(["serve", "-h"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Usage: toolkit serve [OPTIONS]")
    assert "no pyproject.toml with a [tool.toolkit] table" in err


def test_a_program_next_to_a_function_is_not_served_in_its_place(
    project: Path, capsys: AnySaid
) -> None:
    text = '[tool.toolkit.services.till]\npython = "till_to_serve:main"\n'
    both = f'{text}[tool.toolkit.services.shop]\ncommand = ["shop"]\n'
    project.write_text(both, encoding="utf-8")
    assert run(["serve", "shop"]) == 2
    assert "error: shop has no python function" in capsys.readouterr().err
    assert run(["serve", "shp"]) == 0
    assert capsys.readouterr().out == "till ['shp']\n"


@pytest.mark.parametrize("arguments", [[], ["--port", "0"], ["shop"]])
def test_outside_a_project_nothing_is_served_and_the_folder_is_named(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: AnySaid
) -> None:
    """The service is the project's: there is none to run where there is no project."""
    monkeypatch.chdir(tmp_path)
    assert run(["serve", *arguments]) == 2
    assert capsys.readouterr().err == (
        f"error: {tmp_path}: no pyproject.toml with a [tool.toolkit] table here or above.\n"
        "  fix: run the command inside your project, or begin one with "
        "'toolkit init --from METRICS'.\n"
    )
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'other'\n", encoding="utf-8")
    assert run(["serve", *arguments]) == 2
    assert "no pyproject.toml with a [tool.toolkit] table" in capsys.readouterr().err
