"""`toolkit drill` at the command line: what it shows meanwhile, prints, and its exit status."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import WriteProject
from tests.support.drill_results import IMPOSSIBLE, MISSED, PROVED, WHOLE, drilled
from toolkit.cli.main import run
from toolkit.drill import plan, run_plan
from toolkit.drill.events import (
    AlertJudged,
    AlertState,
    AlertStateChanged,
    CauseApplied,
    CauseCleared,
    DrillEvent,
    DrillFinished,
    NotificationReceived,
    StackProgressed,
)
from toolkit.drill.plan import DrillPlan
from toolkit.drill.results import DrillResult
from toolkit.load import worker_processes

EVENTS: dict[DrillEvent, str] = {
    StackProgressed("usual-1", "starting prometheus"): "usual-1: starting prometheus",
    CauseApplied("usual-1", "no traffic", 1.0): "usual-1: applied: no traffic",
    AlertStateChanged("usual-1", "Slow", AlertState.PENDING, 2.0): "usual-1: Slow is pending",
    AlertStateChanged("usual-1", "Slow", AlertState.INACTIVE, 2.0): "usual-1: Slow is inactive",
    NotificationReceived("usual-1", "Slow", "desk", False, 3.0): (  # noqa: FBT003
        "usual-1: desk was notified: Slow fires"
    ),
    NotificationReceived("usual-1", "Slow", "desk", True, 3.0): (  # noqa: FBT003
        "usual-1: desk was notified: Slow has resolved"
    ),
    CauseCleared("usual-1", "no traffic", 4.0): "usual-1: cleared: no traffic",
    AlertJudged("usual-1", PROVED): "usual-1: ✓ Slow proved",
    AlertJudged("usual-1", MISSED): "usual-1: ✗ Down missed, never fired",
}


def drills(monkeypatch: pytest.MonkeyPatch, found: DrillResult) -> None:
    """Let every drill happen at once, with this result."""

    def play(*_: object) -> Iterator[DrillEvent]:
        yield from EVENTS
        yield DrillFinished(found)

    monkeypatch.setattr(run_plan, "run", play)


def test_progress_is_shown_on_stderr_as_it_happens(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    drills(monkeypatch, drilled(PROVED))
    assert run(["drill"]) == 0
    out, err = capsys.readouterr()
    assert [line.partition(" s  ")[2] for line in err.splitlines()] == list(EVENTS.values())
    assert out.endswith("Drill: 1/1 alerts proved, no false alarm, in 61 s\n")


@pytest.mark.parametrize(
    ("found", "status"), [(drilled(PROVED), 0), (drilled(MISSED), 1), (drilled(IMPOSSIBLE), 3)]
)
def test_the_exit_status_is_the_results(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, found: DrillResult, status: int
) -> None:
    shop()
    drills(monkeypatch, found)
    assert run(["drill"]) == status


@pytest.mark.parametrize(
    ("cores", "asked", "runs"),
    [
        (2, (), 3),
        (1, (), 2),
        (64, (), 3),
        (2, ("--stacks", "1"), 1),
        (2, ("--stacks", "3"), 3),
        (2, ("--stacks", "8"), 3),
        (64, ("--stacks", "8"), 8),
    ],
)
def test_no_more_stacks_run_than_the_cores_hold(
    shop: WriteProject,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    cores: int,
    asked: tuple[str, ...],
    runs: int,
) -> None:
    shop()
    planned: list[int] = []

    def plan_stacks(_project: object, _alerts: object, stacks: int) -> DrillPlan:
        planned.append(stacks)
        return DrillPlan(stacks=(), excused=())

    drills(monkeypatch, drilled(PROVED))
    monkeypatch.setattr(plan, "on_own_stacks", plan_stacks)
    monkeypatch.setattr(worker_processes, "cores", lambda: cores)
    assert run(["drill", *asked]) == 0
    assert planned == [runs]
    said = f"cores: {cores}, so that {runs} stacks run side by side, not 8"
    assert (said in capsys.readouterr().err) == ("8" in asked and runs < 8)


FORMATS = {"text": "   alert  fired after", "junit": "<?xml", "github": "::error title=Down%3A"}


@pytest.mark.parametrize(("form", "start"), FORMATS.items())
def test_formats(
    form: str,
    start: str,
    shop: WriteProject,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shop()
    drills(monkeypatch, WHOLE)
    assert run(["drill", "--format", form]) == 1
    assert capsys.readouterr().out.startswith(start)


def test_json_is_alone_on_stdout_and_the_page_in_its_file(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = shop() / "drill.html"
    drills(monkeypatch, replace(WHOLE, load=9.0))
    assert run(["drill", "--format", "json", "--html", str(page)]) == 1
    assert json.loads(capsys.readouterr().out)["status"] == 1
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_jobs_summary_has_the_table(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shop()
    drills(monkeypatch, WHOLE)
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert run(["drill", "--format", "github"]) == 1
    assert "| `Slow` | ✓ proved |" in summary.read_text(encoding="utf-8")


WRONG = {
    "an alert": (("--alert", "NoSalse"), "unknown alert 'NoSalse'; did you mean 'NoSales'?"),
    "a severity": (
        ("--severity", "warnign"),
        "unknown severity 'warnign'; did you mean 'warning'?",
    ),
    "a format": (("--format", "jsn"), "unknown format 'jsn'; did you mean 'json'?"),
    "a stack": (("--against", "staging"), "--against 'staging': only `local` can be drilled."),
}


@pytest.mark.parametrize(("words", "guess"), WRONG.values(), ids=WRONG)
def test_a_wrong_word_is_answered_with_a_guess(
    shop: WriteProject,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    guess: str,
) -> None:
    shop()
    assert run(["drill", *words]) == 2
    assert guess in capsys.readouterr().err


def test_without_a_running_stack_there_is_nothing_to_drill_against(
    shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    assert run(["drill", "--against", "local", "--patience", "60"]) == 3
    assert capsys.readouterr().err == (
        "error: no stack runs here.\n  fix: start one with `toolkit up --detach`.\n"
    )


def chosen(monkeypatch: pytest.MonkeyPatch, *words: str) -> list[str]:
    """The alerts that are planned."""
    planned: list[str] = []

    def play(_project: object, plan: object, _open: object) -> Iterator[DrillEvent]:
        planned.extend(alert.name for alert, _ in plan.excused)  # type: ignore[attr-defined]
        planned.extend(alert.name for alert in plan.alerts)  # type: ignore[attr-defined]
        yield DrillFinished(drilled(PROVED))

    monkeypatch.setattr(run_plan, "run", play)
    assert run(["drill", *words]) == 0
    return planned


def test_alerts_are_chosen_by_name_and_severity(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    volume = shop() / "shop/alerts/sales/volume.py"
    text = volume.read_text(encoding="utf-8")
    second = text[text.index("NO_SALES") :].replace("NO_SALES", "FEW_SALES")
    second = second.replace("NoSales", "FewSales").replace("WARNING", "INFO")
    volume.write_text(f"{text}\n{second}", encoding="utf-8")
    both = ["NoSales", "FewSales"]
    assert chosen(monkeypatch) == both
    assert chosen(monkeypatch, "--alert", "FewSales") == ["FewSales"]
    assert chosen(monkeypatch, "--alert", "FewSales", "--alert", "NoSales") == both
    assert chosen(monkeypatch, "--severity", "warning") == ["NoSales"]
    assert chosen(monkeypatch, "--severity", "info", "--severity", "warning") == both
    capsys.readouterr()
    assert run(["drill", "--severity", "info", "--alert", "NoSales"]) == 2
    assert capsys.readouterr().err == (
        "error: no alert is both named by --alert (NoSales) and of --severity info.\n"
        "  fix: leave one of them out.\n"
    )
