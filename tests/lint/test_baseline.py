"""A baseline accepts what was there before, and nothing that is new."""

from collections import Counter
from pathlib import Path

import pytest

from toolkit.cli.main import run
from toolkit.errors import UsageError
from toolkit.findings import Finding, Level, Location
from toolkit.lint import baseline

RULES = "groups:\n- name: g\n  rules:\n  - {record: a, expr: up}\n  - {alert: X, expr: up}\n"


def finding(message: str, line: int = 3, allowed: str = "") -> Finding:
    return Finding(
        rule="r",
        level=Level.ERROR,
        message=message,
        location=Location("rules.yml", line),
        subject="X.expr",
        allowed=allowed,
    )


def test_what_is_written_is_accepted_wherever_it_moves(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(baseline.text([finding("old"), finding("old"), finding("its own", 5, "why")]))
    known = baseline.read(path)
    assert known == Counter({("r", "rules.yml", "X.expr", "old"): 2})
    found, gone = baseline.accepted([finding("old", 9), finding("new"), finding("old")], known)
    assert [(x.message, x.allowed) for x in found] == [
        ("old", baseline.KNOWN),
        ("new", ""),
        ("old", baseline.KNOWN),
    ]
    assert gone == 0
    assert baseline.accepted([finding("old")] * 3, known)[0][2].allowed == ""
    assert baseline.accepted([], known) == ((), 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "No such file or directory.\n  fix: write it first: toolkit lint --write-baseline"),
        ("{", "not JSON: "),
        ("[]", "is not a baseline."),
        ('{"findings": [{"rule": "r"}]}', "is not a baseline."),
        ('{"findings": {}}', "is not a baseline."),
    ],
)
def test_what_is_not_a_baseline(tmp_path: Path, text: str | None, message: str) -> None:
    path = tmp_path / "baseline.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(UsageError) as caught:
        baseline.read(path)
    assert f"--baseline {path}: {message}" in str(caught.value)


def test_an_old_repository_can_begin_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rules = tmp_path / "rules.yml"
    rules.write_text(RULES)
    assert run(["lint", "rules.yml"]) == 1
    assert run(["lint", "rules.yml", "--write-baseline", "known.json"]) == 0
    assert capsys.readouterr().out.endswith(" findings to known.json\n")
    assert run(["lint", "rules.yml", "--baseline", "known.json"]) == 0
    rules.write_text(RULES.replace("- {alert", "- {alert: Y, expr: up}\n  - {alert"))
    assert run(["lint", "rules.yml", "--baseline", "known.json"]) == 1
    assert "Y.expr" in capsys.readouterr().out
    rules.write_text("groups: []\n")
    assert run(["lint", "rules.yml", "--baseline", "known.json"]) == 0
    assert "findings of known.json are gone; write it again." in capsys.readouterr().err
    assert run(["lint", "rules.yml", "--write-baseline", "no/where.json"]) == 2
