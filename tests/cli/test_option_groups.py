"""The fields of a dataclass become a command's parameters, and the command gets one value."""

from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from toolkit.cli.option_groups import taking


@dataclass(frozen=True)
class Order:
    """What is typed."""

    things: Annotated[list[str] | None, typer.Argument(help="What to buy.")] = None
    count: Annotated[int, typer.Option("--number", min=1, help="How many.")] = 1
    gift: Annotated[bool, typer.Option("--gift", help="Wrap it.")] = False


def command() -> tuple[typer.Typer, list[Order]]:
    got: list[Order] = []
    app = typer.Typer(add_completion=False, rich_markup_mode=None)

    @taking(Order)
    def buy(order: Order) -> None:
        """Buy things."""
        got.append(order)

    app.command()(buy)
    return app, got


def test_the_command_gets_what_was_typed() -> None:
    app, got = command()
    assert CliRunner().invoke(app, ["tea", "--number", "2", "cup", "--gift"]).exit_code == 0
    assert got == [Order(["tea", "cup"], 2, gift=True)]


def test_what_is_left_out_is_the_fields_default() -> None:
    app, got = command()
    assert CliRunner().invoke(app, []).exit_code == 0
    assert got == [Order()]


def test_help_and_bounds_are_typers() -> None:
    app, got = command()
    shown = CliRunner().invoke(app, ["--help"]).output
    assert "Buy things." in shown
    assert "Wrap it." in shown
    assert CliRunner().invoke(app, ["--number", "0"]).exit_code == 2
    assert got == []
