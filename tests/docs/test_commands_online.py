"""The documents' commands that need a running stack work as they stand there."""

import shlex

from tests.support.documented_commands import ENDS, ONLINE, STARTS
from tests.support.project_copy import Copy


def test_every_command_can_be_typed_beside_one_running_stack(copy: Copy) -> None:
    for command in (STARTS, *ONLINE, ENDS):
        done = copy.toolkit(*shlex.split(command)[1:])
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
