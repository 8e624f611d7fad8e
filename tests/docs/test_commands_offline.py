"""The documents' commands that need no running stack work as they stand there."""

import shlex

from tests.support.documented_commands import ELSEWHERE, ENDS, OFFLINE, STARTS, TYPED
from tests.support.project_copy import Copy


def test_every_command_that_needs_no_stack_can_be_typed(copy: Copy) -> None:
    for command in OFFLINE:
        done = copy.toolkit(*shlex.split(command)[1:])
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_every_command_is_typed_or_said_to_be_run_elsewhere() -> None:
    assert set(ELSEWHERE) <= set(TYPED)
    assert {STARTS, ENDS} <= set(TYPED)
    assert all(x.startswith("toolkit ") for x in TYPED if x not in ELSEWHERE)
