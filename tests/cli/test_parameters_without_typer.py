"""Values that are taken as they are must come out as typer's own conversion gives them."""

import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.core import TyperCommand
from typer.testing import CliRunner

from toolkit.cli.parameters_without_typer import PlainCommand, PlainGroup

RULES = Path(__file__).parents[2] / "alerts/generated/rules/execution_alerts.yml"
ARGUMENTS = {
    "nothing": [],
    "one path": ["here.yml"],
    "several paths": ["here.yml", "gone.yml", "folder"],
    "text": ["--text", "words"],
    "empty text": ["--text", ""],
    "a list of text": ["--word", "a", "--word", "b"],
    "a path as an option": ["--file", "here.yml"],
    "a path that is not there": ["--file", "gone.yml"],
    "a path that must be there": ["--existing", "gone.yml"],
    "a path that must be there, and is": ["--existing", "here.yml"],
    "a folder where a file is wanted": ["--existing", "folder"],
    "a path that is resolved": ["--resolved", "folder/../here.yml"],
    "a number": ["--number", "4"],
    "a number that is not one": ["--number", "four"],
    "a number beyond its limit": ["--number", "11"],
    "a choice": ["--kind", "two"],
    "no choice": ["--kind", "three"],
    "a flag": ["--flag"],
    "parsed by a function": ["--parsed", "ab"],
    "an unknown option": ["--unknown"],
    "help": ["--help"],
}


class Kind(StrEnum):
    """A choice."""

    ONE = "one"
    TWO = "two"


def show(
    *,
    paths: Annotated[list[Path] | None, typer.Argument()] = None,
    text: str = "default",
    word: Annotated[list[str] | None, typer.Option()] = None,
    file: Path | None = None,
    existing: Annotated[Path | None, typer.Option(exists=True, dir_okay=False)] = None,
    resolved: Annotated[Path | None, typer.Option(resolve_path=True)] = None,
    number: Annotated[int, typer.Option(max=10)] = 3,
    kind: Kind = Kind.ONE,
    flag: bool = False,
    parsed: Annotated[str, typer.Option(parser=str.upper)] = "x",
) -> None:
    """Show every value."""
    values = (paths, text, word, file, existing, resolved, number, kind, flag, parsed)
    typer.echo(repr(values))


def _ran(kind: type[TyperCommand], arguments: list[str]) -> tuple[int, str]:
    app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(cls=kind)(show)
    done = CliRunner().invoke(app, arguments)
    return done.exit_code, done.output


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here.yml").write_text("", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("arguments", ARGUMENTS.values(), ids=ARGUMENTS)
def test_a_value_comes_out_as_typer_gives_it(arguments: list[str]) -> None:
    assert _ran(PlainCommand, arguments) == _ran(TyperCommand, arguments)


def test_a_file_that_may_not_be_read_is_refused_as_typer_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "access", lambda *_args, **_more: False)
    status, output = _ran(PlainCommand, ["here.yml"])
    assert status != 0
    assert "not readable" in output


def test_a_group_takes_plain_values_too() -> None:
    app = typer.Typer(cls=PlainGroup, rich_markup_mode=None)
    app.command("show", cls=PlainCommand)(show)
    app.callback()(lambda: None)
    done = CliRunner().invoke(app, ["show", "--text", "words"])
    assert "'words'" in done.output


@pytest.mark.programs
def test_lint_of_a_file_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from toolkit.cli.main import run\n"
        f"status = run(['lint', {str(RULES)!r}])\n"
        "heavy = {'pydantic', 'locust', 'grafanalib', 'prometheus_client', 'toolkit.cli.load',\n"
        "         'toolkit.alerts', 'toolkit.dashboards', 'toolkit.http_client'}\n"
        "print(status, sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.splitlines()[-1] == "0 []"
