"""Settings that are wrong on this machine are refused before anything starts."""

import socket
from pathlib import Path

import pytest

from target_app.execution.main import main

FILES = {
    "plain": "",
    "syntax.toml": "[binance",
    "flat.toml": "paper = 'my-key'",
    "other.toml": "[papre]",
    "misspelt.toml": '[binance]\napi_key = "my-key"\nsecret = "my-key"',
    "half.toml": '[binance]\napiKey = "my-key"',
}
WRONG = {
    "an exchange that is none": (["--exchanges", "binanze"], "'binanze'; did you mean 'binance'?"),
    "a block that is none": (["--allowed-ips", "192.0.2.0/99"], "ALLOWED_IPS: '192.0.2.0/99'"),
    "an option that is none": (["--prot", "1"], "unknown option '--prot'"),
    "keys that are not there": (
        ["--exchange-keys", "no-keys"], "no-keys: No such file or directory."),
    "keys that are no TOML": (["--exchange-keys", "syntax.toml"], "fix the TOML syntax."),
    "keys outside a table": (
        ["--exchange-keys", "flat.toml"], "flat.toml: 'paper' stands outside a table."),
    "keys of another exchange": (
        ["--exchange-keys", "other.toml"], "[papre] is not in EXCHANGES; did you mean 'paper'?"),
    "a key that ccxt does not know": (
        ["--exchanges", "binance", "--exchange-keys", "misspelt.toml"],
        "[binance]: ccxt knows no option 'api_key'; did you mean 'apiKey'?"),
    "an exchange with half its keys": (
        ["--exchanges", "binance", "--exchange-keys", "half.toml"],
        "EXCHANGE_KEYS: binance has no secret: it would take no order."),
    "an exchange without keys": (
        ["--exchanges", "kraken", "--sandbox", "false"],
        "EXCHANGE_KEYS: kraken has no apiKey and no secret"),
    "an exchange that was never tried": (
        ["--exchanges", "paper,bybit"],
        "this service was never tried with bybit: it might not find its orders again, or not "
        "place their stops.\n  fix: use binance, coinbase, kraken, paper, venue_sim; or set "
        "EXECUTION_UNTESTED_EXCHANGES=bybit, as a decision to be the first."),
    "a decision about another exchange": (
        ["--untested-exchanges", "bybit"], "UNTESTED_EXCHANGES: 'bybit' is not in EXCHANGES"),
    "webhooks that outlive the journal": (
        ["--max-age-seconds", "86401", "--journal-days", "1"],
        "MAX_AGE_SECONDS: 86401 s are more than JOURNAL_DAYS, 1"),
    "a symbol without its slash": (
        ["--symbols", "ETH/USDT,BTCUSDT"],
        "SYMBOLS: 'BTCUSDT' is not written as BASE/QUOTE; did you mean 'BTC/USDT'?"),
    "a market that is not quoted in dollars": (
        ["--symbols", "BTC/USDT,ETH/BTC"],
        "SYMBOLS: 'ETH/BTC' is quoted in BTC: sizes and caps are in US dollars, and would be "
        "taken for BTC."),
    "a symbol of nothing": (["--symbols", "/"], "SYMBOLS: '/' is not written as BASE/QUOTE"),
    "a simulator's address that is none": (
        ["--exchanges", "venue_sim", "--venue-sim-url", "localhost:8090"],
        "VENUE_SIM_URL: this is not an address of the form http://… or https://…."),
    "a simulator's address without a host": (
        ["--exchanges", "venue_sim", "--venue-sim-url", "http:///x"],
        "VENUE_SIM_URL: this is not an address"),
    "a Redis' address that is none": (
        ["--redis-url", "127.0.0.1:6379"], "REDIS_URL: this is not an address of the form redis://"),
    "a Redis' port that is none": (
        ["--redis-url", "redis://h:port"], "REDIS_URL: this is not an address"),
    "a host that is none": (["--host", "999.1.1.1"], "HOST: 999.1.1.1: "),
    "a journal below a file": (["--journal", "plain/j.db"], "JOURNAL: plain/j.db: "),
    "a journal that is none": (["--journal", "syntax.toml"], "file is not a database"),
    "an audit log that is a folder": (["--audit-log", "."], "AUDIT_LOG: .: Is a directory."),
}  # fmt: skip


@pytest.mark.parametrize(("argv", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_setting_is_reported_before_anything_starts(
    argv: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("EXECUTION_WEBHOOK_SECRETS", "s" * 16)
    monkeypatch.setenv("EXECUTION_PORT", "0")
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8")
    assert main(argv) == 2
    shown = capsys.readouterr().err
    assert message in shown
    assert "my-key" not in shown
    assert {name: Path(name).read_text(encoding="utf-8") for name in FILES} == FILES


def test_a_port_that_is_in_use_is_reported_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EXECUTION_WEBHOOK_SECRETS", "s" * 16)
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        assert main(["--port", str(port)]) == 2
    assert capsys.readouterr().err == (
        f"error: HOST, PORT: 127.0.0.1:{port}: Address already in use.\n"
        "  fix: end what listens there, or choose another; --port 0 takes a free one.\n"
    )
