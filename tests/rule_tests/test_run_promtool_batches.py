"""Many files in one promtool: each has its own words, and one that hangs is lost alone."""

import subprocess
from typing import Any

import pytest

from tests.support import required_programs
from toolkit.rule_tests import run_promtool_batches
from toolkit.rule_tests.run_promtool_batches import Job

RULES = "groups: [{name: g, rules: [{alert: A, expr: up == 0}]}]"


def job(fires: str) -> Job:
    wanted = f"[{{alertname: A, eval_time: 1m, exp_alerts: {fires}}}]"
    series = "[{series: up, values: 0x5}]"
    tests = f"[{{input_series: {series}, alert_rule_test: {wanted}}}]"
    return Job(f"rule_files: [rules-0.yml]\ntests: {tests}", (RULES,))


RIGHT, WRONG = job("[{}]"), job("[]")


@required_programs.PROMTOOL
def test_each_job_has_its_own_words_whatever_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_promtool_batches, "BATCH", 2)
    seen: list[tuple[int, int]] = []
    found = run_promtool_batches.run(
        [RIGHT, WRONG, RIGHT, RIGHT, WRONG], 2, lambda done, total: seen.append((done, total))
    )
    assert [bool(words) for words in found] == [False, True, False, False, True]
    assert found[1].startswith("alertname: A, time: 1m")
    assert seen[-1] == (5, 5)


@required_programs.PROMTOOL
def test_rule_files_are_checked_and_none_is_not_asked_about() -> None:
    right, refused, left_out = run_promtool_batches.check_rules(
        [RULES, RULES.replace("up == 0", "up =="), None], 1
    )
    assert (right, left_out) == ("", "")
    assert "could not parse expression" in refused


@pytest.mark.parametrize("heading", ["Unit Testing:  ", "Processing test file: "])
def test_both_headings_of_promtool_are_known(heading: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = f"{heading}0/tests.yml\n  SUCCESS\n\n{heading}1/tests.yml\n  FAILED:\n"
    said += "    1/tests.yml: why, in 1/rules.yml\n\n    and more\n"
    monkeypatch.setattr(run_promtool_batches, "find", lambda: "promtool")
    done = subprocess.CompletedProcess([], 1, stdout=said)
    monkeypatch.setattr(subprocess, "run", lambda *_words, **_options: done)
    assert run_promtool_batches.run([RIGHT, WRONG], 1) == ("", "why, in rules.yml\n    and more")


def test_one_that_hangs_is_lost_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(command: list[str], **_options: Any) -> subprocess.CompletedProcess[str]:
        if "1/tests.yml" in command:
            raise subprocess.TimeoutExpired(command, 1)
        return subprocess.CompletedProcess([], 0, stdout=f"Unit Testing:  {command[-1]}\n  SUCCESS")

    monkeypatch.setattr(run_promtool_batches, "find", lambda: "promtool")
    monkeypatch.setattr(subprocess, "run", answer)
    assert run_promtool_batches.run([RIGHT, RIGHT, RIGHT], 1) == (
        "",
        "promtool did not finish within 60 s.",
        "",
    )


def test_words_that_are_not_promtools(monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.CompletedProcess([], 1, stdout="unknown command")
    monkeypatch.setattr(run_promtool_batches, "find", lambda: "promtool")
    monkeypatch.setattr(subprocess, "run", lambda *_words, **_options: done)
    assert run_promtool_batches.run([RIGHT], 1) == ("promtool does not answer: unknown command",)
