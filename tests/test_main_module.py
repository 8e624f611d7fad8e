"""Ctrl-C while the command is still loading its modules."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.programs

# A signal to itself at the first import of the command's own modules.
INTERRUPTED = """
import os, signal, sys
from toolkit.__main__ import main

class Finder:
    def find_spec(self, name, *_):
        if name == "toolkit.cli.main":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder())
main()
"""


def test_an_interrupt_while_modules_are_loaded_ends_without_a_traceback() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "Aborted.\n")
