"""`refused-by-amtool`: Alertmanager's own checker reads files that the toolkit can read."""

import shutil
from pathlib import Path

import pytest

from tests.support import required_programs
from tests.support.alertmanager_files import findings, routed
from toolkit.findings import Level
from toolkit.lint.alertmanager_rules.refused_by_amtool import RULE

# The toolkit does not read the fields of integrations.
WRONG = "route: {receiver: a}\nreceivers:\n- name: a\n  slack_configs: [{chanel: '#a'}]\n"


def test_amtool_being_absent_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    (finding,) = findings(RULE, tmp_path, routed())
    assert finding.level is Level.INFO
    assert finding.message == "amtool is not on PATH, so its verdict is not known."


@required_programs.AMTOOL
def test_what_amtool_refuses_is_an_error_at_its_line(tmp_path: Path) -> None:
    (finding,) = findings(RULE, tmp_path, WRONG)
    assert finding.level is Level.ERROR
    assert finding.location is not None
    assert finding.location.line == 4
    assert "says: line 4: field chanel not found" in finding.message
    assert findings(RULE, tmp_path, routed()) == []


@required_programs.AMTOOL
def test_what_the_toolkit_finds_fault_with_is_not_said_twice(tmp_path: Path) -> None:
    assert findings(RULE, tmp_path, routed("reciever: desk")) == []


@pytest.mark.programs
def test_what_an_old_amtool_does_not_know_yet_is_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    amtool = tmp_path / "amtool"
    amtool.write_text(
        "#!/bin/sh\n[ $1 = --version ] && echo amtool, version 0.25.0 && exit 0\n"
        "echo 'Checking x  FAILED: yaml: unmarshal errors:'\n"
        "echo '  line 2: field telegram_bot_token_file not found in type config.plain'\nexit 1\n",
        encoding="utf-8",
    )
    amtool.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _name: str(amtool))
    (finding,) = findings(RULE, tmp_path, routed())
    assert finding.level is Level.INFO
    assert finding.message.startswith("amtool 0.25.0 says: line 2: field telegram_bot_token_file")
