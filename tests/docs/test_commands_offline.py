"""The documents' commands that need no running stack work as they stand there."""

from pathlib import Path

import pytest
import yaml

from tests.support.documented_commands import ELSEWHERE, ENDS, OFFLINE, STARTS, TYPED, words
from tests.support.project_copy import Copy

RULES = "alerts/generated/rules/execution_alerts.yml"
TESTS = [command for command in OFFLINE if command.split()[1] == "test"]


def type_all(copy: Copy, commands: list[str]) -> None:
    for command in commands:
        done = copy.toolkit(*words(command))
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.programs
def test_every_command_that_needs_no_stack_can_be_typed(tmp_path: Path) -> None:
    type_all(Copy(tmp_path, hasty=False), [x for x in OFFLINE if x not in TESTS])


@pytest.mark.programs
def test_the_tests_of_a_rule_file_can_be_written_and_run(tmp_path: Path) -> None:
    """Of a file with two groups: tests/alerts/test_rule_tests.py runs the tests of all alerts."""
    copy = Copy(tmp_path, hasty=False)
    written = yaml.safe_load((copy.root / RULES).read_text("utf-8"))
    few = [x for x in written["groups"] if x["name"].endswith((".availability", ".exchange"))]
    assert len(few) == 2
    (copy.root / RULES).write_text(yaml.safe_dump({"groups": few}), encoding="utf-8")
    type_all(copy, TESTS)


def test_every_command_is_typed_or_said_to_be_run_elsewhere() -> None:
    assert set(ELSEWHERE) <= set(TYPED)
    assert {STARTS, ENDS} <= set(TYPED)
    assert all(x.startswith("toolkit ") for x in TYPED if x not in ELSEWHERE)
