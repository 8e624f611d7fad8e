"""Options as other tools call them are answered with the command's own."""

import pytest

from toolkit.cli.main import command, run
from toolkit.cli.options_of_other_tools import MEANT


@pytest.mark.parametrize("name", MEANT)
def test_what_is_meant_is_an_option_of_the_command_and_what_is_typed_is_none(name: str) -> None:
    options = {word for option in command(only=name).commands[name].params for word in option.opts}
    assert set(MEANT[name].values()) <= options
    assert not set(MEANT[name]) & options


@pytest.mark.parametrize("typed", [["--host", "x"], ["--host=x"], ["-H", "x"]], ids=" ".join)
def test_locusts_own_option_is_answered_with_ours(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["load", *typed]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == f"Error: No such option: {typed[0][:6]} (Possible options: --url)"


def test_another_option_is_answered_with_one_that_is_spelt_like_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["load", "--duratoin", "5"]) == 2
    assert "(Possible options: --duration" in capsys.readouterr().err
    assert run(["lint", "--host", "x"]) == 2  # means nothing there
    assert "possible" not in capsys.readouterr().err.lower()
