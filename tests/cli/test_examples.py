"""The examples at the end of each command's help."""

import shlex

import pytest

from toolkit.cli.examples import EXAMPLES
from toolkit.cli.main import COMMANDS, command, run

LINES = sorted({line for examples in EXAMPLES.values() for line, _ in examples})


def test_every_command_has_two_to_four() -> None:
    assert EXAMPLES.keys() == {"", *COMMANDS}
    assert {name for name, its in EXAMPLES.items() if not 2 <= len(its) <= 4} == set()


@pytest.mark.parametrize("line", LINES)
def test_the_command_line_takes_it(line: str) -> None:
    program, *words = shlex.split(line)
    assert program == "toolkit"
    if "--help" in words:
        return
    group = command()
    with group.make_context("toolkit", words.copy()) as whole:
        name, called, rest = group.resolve_command(whole, [*whole._protected_args, *whole.args])
        assert called is not None
        called.make_context(name, rest, parent=whole)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "serve"])
def test_help_ends_with_them_one_on_a_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    block = capsys.readouterr().out.partition("\n  Examples:\n")[2]
    assert [line.partition("  # ")[0].strip() for line in block.splitlines()] == [
        line for line, _ in EXAMPLES[name]
    ]
