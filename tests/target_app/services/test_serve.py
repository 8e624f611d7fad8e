"""Starting a service with what is wrong: one message, the right status, no traceback."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from target_app.services.ai.main import main as ai
from target_app.services.analytics_os.main import main as analytics_os
from target_app.services.exec_risk.main import main as exec_risk

Main = Callable[[Sequence[str]], int]


@pytest.mark.parametrize("main", [ai, exec_risk, analytics_os], ids=["ai", "exec-risk", "ops"])
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--bus-entires", "9"], "unknown option '--bus-entires'; did you mean '--bus-entries'?"),
        (["--bus-url", "redis://:secret@x"], "--bus-url is not an option: every process list"),
        (["--port", "70000"], "--port: 70000 is over the most, 65535."),
        (["--bus-entries", "many"], "--bus-entries: 'many' is not a number."),
    ],
    ids=["unknown option", "a secret", "no port", "no number"],
)
def test_a_wrong_setting_is_told_and_ends_with_status_2(
    main: Main, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert message in err


def test_an_address_that_names_no_bus_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AI_SERVICE_BUS_URL", "http://127.0.0.1")
    assert ai([]) == 2
    assert "BUS_URL: 'http' names no bus" in capsys.readouterr().err


def test_an_unknown_variable_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EXEC_RISK_MIN_CONFIDENSE", "0.5")
    assert exec_risk([]) == 2
    hint = "did you mean 'EXEC_RISK_MIN_CONFIDENCE'"
    assert hint in capsys.readouterr().err


def test_a_file_of_settings_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ai.toml").write_text("signals_per_second = -1\n", encoding="utf-8")
    monkeypatch.setenv("AI_SERVICE_CONFIG", str(tmp_path / "ai.toml"))
    assert ai([]) == 2
    assert "ai.toml: signals_per_second: -1 is under the least, 0." in capsys.readouterr().err


def test_help_lists_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert exec_risk(["--help"]) == 0
    out = capsys.readouterr().out
    assert "--min-confidence MIN_CONFIDENCE" in out
    assert "EXEC_RISK_PORT" in out
