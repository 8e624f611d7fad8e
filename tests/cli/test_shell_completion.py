"""Completion for a shell that is named, whatever shell runs the command."""

from pathlib import Path

import pytest

from toolkit.cli.main import run

SIGNS = {
    "bash": "complete -o default -F _toolkit_completion toolkit\n",
    "zsh": "#compdef toolkit\n",
    "fish": "complete --command toolkit ",
    "powershell": "Register-ArgumentCompleter -Native -CommandName toolkit ",
}


@pytest.mark.parametrize("shell", SIGNS)
@pytest.mark.parametrize("joined", [" ", "="])
def test_the_completion_that_is_shown_is_of_the_shell_that_is_named(
    shell: str, joined: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(f"--show-completion{joined}{shell}".split()) == 0
    out, err = capsys.readouterr()
    assert SIGNS[shell] in out
    assert not any(sign in out for other, sign in SIGNS.items() if other != shell)
    assert err == ""


def test_it_is_installed_for_the_shell_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert run(["--install-completion", "fish"]) == 0
    written = tmp_path / ".config/fish/completions/toolkit.fish"
    assert capsys.readouterr().out == (
        f"fish completion installed in {written}\nIt takes effect in the next terminal.\n"
    )
    assert SIGNS["fish"] in written.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("zhs", "--show-completion: unknown shell 'zhs'; did you mean 'zsh'? (known: bash, "),
        ("zsh bash", "--show-completion zsh: 'bash' is one word too many.\n  fix: leave it out."),
    ],
)
def test_what_is_no_shell_is_refused(
    typed: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--show-completion", *typed.split()]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"error: {message}")
