"""The documents' commands that send load work as they stand there, against the service alone."""

from tests.support.documented_commands import LOADS, words
from tests.support.project_copy import Copy


def test_every_load_can_be_sent_to_one_running_service(copy: Copy) -> None:
    assert copy.toolkit("up", "--service", "execution", "--detach").returncode == 0
    for command in LOADS[1:]:  # the first is part of tests/docs/test_commands_online.py
        done = copy.toolkit(*words(command))
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
