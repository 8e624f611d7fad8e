"""Settings from three places, one table; what is unknown or unreadable is named."""

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from target_app.execution.main import main
from target_app.execution.settings import MARKETS, TABLE, Settings, read
from target_app.settings_table import shown
from toolkit.errors import ConfigurationError

ONE, TWO = "the-first-of-the-secrets", "the-second-of-the-secrets"
SECRET = {"EXECUTION_WEBHOOK_SECRETS": f"{ONE}, {TWO}"}


def test_options_win_over_variables_and_variables_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "execution.toml"
    path.write_text('port = 1\nhost = "file"\nworkers = 3\nexchanges = ["paper"]\n')
    environment = {
        **SECRET,
        "EXECUTION_CONFIG": str(path),
        "EXECUTION_PORT": "2",
        "EXECUTION_HOST": "variable",
    }
    settings = read(["--port", "4"], environment)
    assert (settings.port, settings.host, settings.workers) == (4, "variable", 3)
    assert settings.webhook_secrets == (ONE, TWO)
    assert settings.exchanges == ("paper",)


def test_what_workers_are_told_reads_back_as_the_same_settings(tmp_path: Path) -> None:
    """Also a secret with a comma, which a list of texts would split in two."""
    path = tmp_path / "execution.toml"
    path.write_text('webhook_secrets = ["a-secret,with-commas,and blanks"]\n')
    settings = read(["--capital-usd", "12.5", "--config", str(path)], {})
    assert settings.webhook_secrets == ("a-secret,with-commas,and blanks",)
    told = msgspec.json.decode(msgspec.json.encode(settings), type=Settings)
    assert told == settings
    assert isinstance(told.capital_usd, Decimal)


def test_a_secret_stands_in_a_file_one_a_line_with_its_commas(tmp_path: Path) -> None:
    secrets, token = tmp_path / "secrets", tmp_path / "token"
    secrets.write_text(f"{ONE},{TWO}\n\n{TWO}\n")
    token.write_text("a-token-of-sixteen\n")
    given = {"EXECUTION_WEBHOOK_SECRETS_FILE": str(secrets)}
    settings = read(["--admin-token-file", str(token)], given)
    assert settings.webhook_secrets == (f"{ONE},{TWO}", TWO)
    assert settings.admin_token == "a-token-of-sixteen"
    toml = tmp_path / "execution.toml"
    toml.write_text(f'webhook_secrets_file = "{secrets}"\n')
    assert read(["--config", str(toml)], {}).webhook_secrets == settings.webhook_secrets


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_a_secret(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.write_bytes(b"\xef\xbb\xbf" + f"{ONE}\r\n{TWO}\r\n".encode())
    settings = read(["--webhook-secrets-file", str(secrets)], {})
    assert settings.webhook_secrets == (ONE, TWO)


@pytest.mark.parametrize("setting", ["webhook-secrets", "admin-token", "webhook-passphrase"])
@pytest.mark.parametrize("content", ["", " \n\n", "\ufeff\r\n"])
def test_a_file_without_a_secret_is_told_and_does_not_turn_anything_off(
    setting: str, content: str, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.write_text(content)
    with pytest.raises(ConfigurationError) as raised:
        read([f"--{setting}-file", str(empty)], SECRET if setting != "webhook-secrets" else {})
    assert raised.value.message == f"--{setting}-file: {empty} holds no secret."


def test_of_a_file_without_end_no_more_is_read_than_secrets_have() -> None:
    with pytest.raises(ConfigurationError) as raised:
        read(["--webhook-secrets-file", "/dev/zero"], {})
    assert raised.value.message == "--webhook-secrets-file: /dev/zero has more than 65536 bytes."


@pytest.mark.parametrize(
    "line",
    ["webhook_secrets = 12345678901234567890", "journal = ['a']", "host = 5", "audit_log = true",
     "exchanges = [['paper']]", "symbols = [1]", "journal = 2026-01-01", "log_level = {a = 1}"],
)  # fmt: skip
def test_a_text_without_quotes_in_the_file_is_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "execution.toml"
    path.write_text(f"{line}\n")
    with pytest.raises(ConfigurationError) as raised:
        read(["--config", str(path)], SECRET if "secrets" not in line else {})
    key = line.partition(" ")[0]
    assert raised.value.message == (
        f"{path}: {key}: a value without quotes: it must be text, in quotes."
    )


BAD_SECRETS: dict[str, tuple[list[str], dict[str, str], str]] = {
    "an option": (
        ["--webhook-secrets", ONE], {},
        "toolkit serve: --webhook-secrets is not an option: every process list would show it."),
    "a misspelt option": (
        [f"--webhook-secret={ONE}"], {},
        "toolkit serve: unknown option '--webhook-secret'; did you mean '--webhook-secrets-file'?"),
    "a value alone": ([ONE], {}, "toolkit serve: a word that belongs to no option."),
    "too short a secret": (
        [], {"EXECUTION_WEBHOOK_SECRETS": f"{ONE},short"},
        "EXECUTION_WEBHOOK_SECRETS: a secret of 5 characters can be guessed; the least is 16."),
    "too short a token": (
        [], {"EXECUTION_ADMIN_TOKEN": "short"},
        "EXECUTION_ADMIN_TOKEN: a secret of 5 characters can be guessed; the least is 16."),
    "too short a passphrase": (
        [], {"EXECUTION_WEBHOOK_PASSPHRASE": "short"},
        "EXECUTION_WEBHOOK_PASSPHRASE: a secret of 5 characters can be guessed; the least is 16."),
    "a file that is not there": (
        [], {"EXECUTION_ADMIN_TOKEN_FILE": "/nowhere/x"},
        "EXECUTION_ADMIN_TOKEN_FILE: /nowhere/x: No such file or directory."),
    "a value and a file": (
        [], {"EXECUTION_ADMIN_TOKEN": ONE, "EXECUTION_ADMIN_TOKEN_FILE": "/nowhere/x"},
        "EXECUTION_ADMIN_TOKEN_FILE: the setting is given twice, also as a value."),
}  # fmt: skip


@pytest.mark.parametrize(("argv", "more", "message"), BAD_SECRETS.values(), ids=BAD_SECRETS)
def test_a_secret_is_refused_without_being_told(
    argv: list[str], more: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read(argv, SECRET | more)
    assert raised.value.message.startswith(message)
    assert ONE not in str(raised.value)
    assert "short" not in str(raised.value)


WRONG = {
    "an unknown option": (["--prot", "1"], {}, "unknown option '--prot'; did you mean '--port'?"),
    "an unknown variable": ([], {"EXECUTION_PROT": "1"}, "'EXECUTION_PROT'; did you mean"),
    "text for a number": (["--port", "http"], {}, "--port: 'http' is not a number."),
    "a number out of range": (
        [],
        {"EXECUTION_PORT": "70000"},
        "EXECUTION_PORT: 70000 is over the most, 65535.",
    ),
    "a word that is no choice": (["--sizing-method", "risk"], {}, "--sizing-method: 'risk'"),
    "infinity": (["--max-age-seconds", "inf"], {}, "--max-age-seconds: 'inf' is not a finite"),
    "neither true nor false": (["--sandbox", "maybe"], {}, "'maybe' is neither true nor false."),
    "no exchange": (["--exchanges", ","], {}, "--exchanges: 0 entries is under the least, 1."),
    "a file that is not there": (["--config", "/nowhere/x.toml"], {}, "/nowhere/x.toml: No such"),
}


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
    told = capsys.readouterr().out
    for field in TABLE:
        ending = "-file FILE" if field.metadata["secret"] else ""
        assert f"--{field.name.replace('_', '-')}{ending}" in told


def test_defaults_satisfy_their_own_bounds() -> None:
    for field in TABLE:
        if not field.metadata["secret"] and field.default not in {"", ()}:
            variable = f"EXECUTION_{field.name.upper()}"
            read([], SECRET | {variable: shown(field.default)})


def test_no_default_market_is_one_that_exchanges_have_renamed() -> None:
    """Binance took MATIC/USDT off on 10 September 2024, and trades the same coins as POL."""
    assert read([], SECRET).symbols == MARKETS
    assert [market for market in MARKETS if market.startswith(("MATIC/", "POL/"))] == ["POL/USDT"]
