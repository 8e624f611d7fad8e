"""Options in groups: what Typer sees, and what the command gets."""

import inspect
from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from toolkit.cli.option_groups import with_option_groups


@dataclass(frozen=True)
class Sizes:
    """How large.

    Nothing of this is in the help.
    """

    width: Annotated[int, typer.Option(min=1, help="Across.")] = 3
    colours: Annotated[list[str] | None, typer.Option("--colour", help="Repeatable.")] = None
    round: Annotated[bool, typer.Option("--round")] = False


@dataclass(frozen=True)
class Names:
    """Names."""

    name: Annotated[str, typer.Option()]


@with_option_groups
def draw(shape: Annotated[str, typer.Argument()] = "box", *, sizes: Sizes, names: Names) -> None:
    """Draw a shape."""
    typer.echo(f"{shape} {sizes} {names}")


app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
app.command()(draw)


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.output


def test_every_field_is_an_option_with_its_default() -> None:
    assert run("--name", "a") == (
        0,
        "box Sizes(width=3, colours=None, round=False) Names(name='a')\n",
    )


def test_what_is_given_reaches_its_group() -> None:
    words = ("disc", "--width", "9", "--colour", "red", "--colour", "blue", "--round")
    assert run(*words, "--name", "a") == (
        0,
        "disc Sizes(width=9, colours=['red', 'blue'], round=True) Names(name='a')\n",
    )


def test_a_field_without_default_is_required() -> None:
    status, output = run()
    assert status == 2
    assert "Missing option '--name'" in output


def test_limits_hold() -> None:
    status, output = run("--name", "a", "--width", "0")
    assert status == 2
    assert "Invalid value for '--width'" in output


def test_the_help_is_the_commands_own() -> None:
    status, output = run("--help")
    assert status == 0
    assert "Draw a shape." in output
    assert "Across." in output


@pytest.mark.parametrize(("name", "title"), [("width", "How large"), ("name", "Names")])
def test_the_groups_docstring_is_the_title_of_its_options(name: str, title: str) -> None:
    annotation = inspect.signature(draw).parameters[name].annotation
    assert annotation.__metadata__[0].rich_help_panel == title
    assert Sizes.__annotations__["width"].__metadata__[0].rich_help_panel is None
