"""Settings from three places, one table; what is unknown or unreadable is named."""

from pathlib import Path

import pytest

from target_app.execution.main import main
from target_app.execution.settings import TABLE, Settings, read
from toolkit.errors import ConfigurationError

SECRET = {"EXECUTION_WEBHOOK_SECRETS": "one, two"}


def test_options_win_over_variables_and_variables_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "execution.toml"
    path.write_text('port = 1\nhost = "file"\nworkers = 3\nexchanges = ["paper"]\n')
    environment = {**SECRET, "EXECUTION_CONFIG": str(path), "EXECUTION_PORT": "2",
                   "EXECUTION_HOST": "variable"}  # fmt: skip
    settings = read(["--port", "4"], environment)
    assert (settings.port, settings.host, settings.workers) == (4, "variable", 3)
    assert settings.webhook_secrets == ("one", "two")
    assert settings.exchanges == ("paper",)


def test_the_environment_given_to_workers_reads_back_as_the_same_settings() -> None:
    settings = read(["--capital-usd", "12.5", "--allowed-ips", "192.0.2.0/24"], SECRET)
    assert read([], dict(settings.environment())) == settings


WRONG = {
    "an unknown option": (["--prot", "1"], {}, "unknown option '--prot'; did you mean '--port'?"),
    "an unknown variable": ([], {"EXECUTION_PROT": "1"}, "'EXECUTION_PROT'; did you mean"),
    "text for a number": (["--port", "http"], {}, "--port: 'http' is not a number."),
    "a number out of range": ([], {"EXECUTION_PORT": "70000"},
                              "EXECUTION_PORT: 70000 is over the most, 65535."),
    "a word that is no choice": (["--sizing-method", "risk"], {}, "--sizing-method: 'risk'"),
    "infinity": (["--max-age-seconds", "inf"], {}, "--max-age-seconds: 'inf' is not a finite"),
    "neither true nor false": (["--sandbox", "maybe"], {}, "'maybe' is neither true nor false."),
    "no exchange": (["--exchanges", ","], {}, "--exchanges: 0 entries is under the least, 1."),
    "a file that is not there": (["--config", "/nowhere/x.toml"], {}, "/nowhere/x.toml: No such"),
}  # fmt: skip


@pytest.mark.parametrize(("argv", "environment", "message"), WRONG.values(), ids=WRONG)
def test_refuses(argv: list[str], environment: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read(argv, SECRET | environment)
    assert message in raised.value.message


def test_an_unknown_key_of_the_file_is_named_with_a_guess(tmp_path: Path) -> None:
    path = tmp_path / "execution.toml"
    path.write_text("prot = 1\n")
    with pytest.raises(ConfigurationError, match="unknown setting 'prot'; did you mean 'port'"):
        read(["--config", str(path)], SECRET)


def test_without_a_secret_the_service_says_how_to_make_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("EXECUTION_WEBHOOK_SECRETS", raising=False)
    assert main([]) == 2
    assert "openssl rand -hex 32" in capsys.readouterr().err


def test_help_lists_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    for field in TABLE:
        assert f"--{field.name.replace('_', '-')}" in shown


def test_defaults_satisfy_their_own_bounds() -> None:
    defaults = Settings(webhook_secrets=("s",))
    assert read([], dict(defaults.environment())) == defaults
