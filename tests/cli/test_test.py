"""`toolkit test` at the command line: what it prints, and its exit status."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import WriteProject
from tests.support import required_programs
from toolkit.cli.main import run
from toolkit.cli.test import progress_lines

ALERT = "shop/alerts/sales/volume.py"
PROOF = 'proof=(Proof("no such series", {}, at="20m", fires=False),),'
WAIVED = (
    "proof=(\n"
    '        Proof("no such series", {}, at="20m", fires=False),\n'
    '        Proof("sales stop", {"shop_sales_total{result=\'paid\'}": "0x40"},\n'
    '              at="20m", fires=True),\n'
    "    ),\n"
    '    waive=(Waiver("no-traffic", "It is what it is for."),),'
)
IMPORT = "from toolkit.alerts import Alert, Proof, Severity"


def proved(shop: WriteProject) -> None:
    """The shop's alert, with the one generated case waived that cannot be right for it."""
    path = shop({ALERT: (PROOF, WAIVED)}) / ALERT
    text = path.read_text(encoding="utf-8").replace(IMPORT, f"{IMPORT}, Waiver")
    path.write_text(text, encoding="utf-8")


@required_programs.PROMTOOL
def test_a_case_that_cannot_be_right_fails_until_it_is_waived(
    shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    assert run(["test"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("FAILED sales.volume: NoSales is silent: its counters stand still\n")
    assert out.endswith("coverage: 1 alerts and 0 recordings, all proved\n")
    assert err == "testing rules and routes…\n"


@required_programs.PROMTOOL
def test_passing_tests_are_counted(shop: WriteProject, capsys: pytest.CaptureFixture[str]) -> None:
    proved(shop)
    assert run(["test"]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first == "sales.volume: 9 of 9 passed"


@required_programs.PROMTOOL
def test_only_json_and_only_junit(shop: WriteProject, capsys: pytest.CaptureFixture[str]) -> None:
    proved(shop)
    assert run(["test", "--format", "json"]) == 0
    assert all(case["passed"] for case in json.loads(capsys.readouterr().out))
    assert run(["test", "--format", "junit"]) == 0
    root = ET.fromstring(capsys.readouterr().out)
    assert [(x.get("name"), x.get("failures")) for x in root] == [("sales.volume", "0")]


@required_programs.PROMTOOL
def test_the_score_decides_with_mutate(
    shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    proved(shop)
    assert run(["test", "--mutate", "--min-score", "50"]) == 0
    assert "mutants noticed" in capsys.readouterr().out
    assert run(["test", "--mutate", "--min-score", "101"]) == 1


def test_without_promtool_nothing_is_known(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert run(["test"]) == 3
    assert "promtool is not on PATH" in capsys.readouterr().err


def test_wrong_words(shop: WriteProject, capsys: pytest.CaptureFixture[str]) -> None:
    shop()
    assert run(["test", "--format", "xml"]) == 2
    assert "unknown format 'xml'" in capsys.readouterr().err


def test_progress_is_said_every_two_seconds_and_not_at_the_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    times = iter([0.0, 1.9, 2.0, 2.0, 3.9, 9.0])
    say = progress_lines(lambda: next(times))
    say(1, 5)
    assert capsys.readouterr().err == "", "what is over soon needs no word"
    say(2, 5)
    assert capsys.readouterr().err == "2 of 5 rules…\n"
    say(3, 5)
    assert capsys.readouterr().err == ""
    say(5, 5)
    assert capsys.readouterr().err == "", "the result follows"


@required_programs.PROMTOOL
@pytest.mark.parametrize("options", [[], ["--mutate", "--min-score", "0"]], ids=["test", "mutate"])
def test_long_work_says_how_far_it_is(
    options: list[str],
    shop: WriteProject,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    proved(shop)
    text = Path(ALERT).read_text(encoding="utf-8")
    Path(ALERT).with_name("another.py").write_text(text.replace("NoSales", "NoneSold"))
    monkeypatch.setattr("toolkit.cli.test._SAID_EVERY_SECONDS", 0)
    assert run(["test", *options]) == 0
    out, err = capsys.readouterr()
    assert err.splitlines()[1:] == ["1 of 2 rules…"]
    assert "rules…" not in out
