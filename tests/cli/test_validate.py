"""`toolkit validate` at the command line."""

import inspect
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import WriteProject
from tests.support.foreign_programs import PROMETHEUS
from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS
from toolkit.cli import main
from toolkit.cli import validate as command
from toolkit.validate import run_checks as validate


def test_the_command_adds_its_table_to_the_jobs_summary(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = shop() / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    words = ["validate", "--only", "runbooks-exist", "--format"]
    assert main.run([*words, "text"]) == 1
    assert not file.exists()
    assert main.run([*words, "github"]) == 1
    assert "::error title=runbooks-exist%3A failed::NoSales: " in capsys.readouterr().out
    assert "| 8 | `runbooks-exist` | ✗ failed |" in file.read_text(encoding="utf-8")


def test_the_checks_are_listed_without_a_stack(
    shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    words = ["--list", "--only", "clocks-agree", "--only", "runbooks-exist"]
    assert main.run(["validate", *words]) == 0
    assert capsys.readouterr().out == (
        "2 Prometheus is configured\n"
        "  clocks-agree: Prometheus' clock agrees with ours\n"
        "      fix: keep both clocks by NTP.\n"
        "8 Documentation exists\n"
        "  runbooks-exist: every alert has its runbook page\n"
        "      fix: run `toolkit build-alerts`, and commit what it writes.\n"
    )


def test_the_commands_own_deadline_is_the_librarys() -> None:
    parameters = inspect.signature(command.validate).parameters
    assert parameters["deadline"].default == validate.DEADLINE_SECONDS


@pytest.mark.programs
def test_ctrl_c_ends_a_watch_without_a_verdict(shop: WriteProject, tmp_path: Path) -> None:
    folder = tmp_path / "prometheus"
    folder.mkdir()
    with PROMETHEUS.exporting(folder) as address:
        url = address.removesuffix("/metrics")
        shop({"pyproject.toml": ("job =", f'stack = {{ prometheus = "{url}" }}\njob =')})
        words = ["--watch", "10m", "--every", "1s", "--only", "no-alert-pages", "--only"]
        process = subprocess.Popen(
            [sys.executable, "-m", "toolkit", "validate", *words, "watch-has-no-gap"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        try:
            assert process.stderr is not None
            first = process.stderr.readline()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=PATIENCE_SECONDS)
        finally:
            process.kill()
    assert first == "watch: 0s of 10m: 1 unknown (watch-has-no-gap), 1 skipped (no-alert-pages)\n"
    assert err == "watch: interrupted before its end, so that nothing is known.\n"
    assert (out, process.returncode) == ("", 130)


def test_the_watch_is_not_begun_after_a_check_that_failed(
    shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    words = ["--watch", "10m", "--only", "runbooks-exist", "--only", "watch-has-no-gap"]
    assert main.run(["validate", *words]) == 1
    said = capsys.readouterr()
    assert said.err == "watch: not begun, since a check has failed\n"
    assert "✗ runbooks-exist" in said.out
    assert "watch-has-no-gap" not in said.out


def test_a_prometheus_that_does_not_answer_is_never_green(
    shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    shop({"pyproject.toml": ("job =", 'stack = { prometheus = "http://127.0.0.1:9" }\njob =')})
    assert main.run(["validate", "--watch", "10m", "--only", "watch-has-no-gap"]) == 3
    out = capsys.readouterr().out
    assert "? watch-has-no-gap: Prometheus scraped the services throughout [unknown]" in out
    assert "http://127.0.0.1:9/api/v1/query: nothing listens there." in out
