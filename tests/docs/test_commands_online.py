"""The documents' commands that need a running stack work as they stand there."""

from tests.support.documented_commands import ENDS, LOADS, ONLINE, STARTS, words
from tests.support.project_copy import Copy


def test_every_command_can_be_typed_beside_one_running_stack(copy: Copy) -> None:
    # One load is enough for what follows; tests/docs/test_commands_load.py types the others.
    left = [command for command in ONLINE if command not in LOADS[1:]]
    for command in (STARTS, *left, ENDS):
        done = copy.toolkit(*words(command))
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
