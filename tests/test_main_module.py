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
        if name == sys.argv[-1]:
            sys.argv[1:] = ["load"]
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder())
main()
"""


@pytest.mark.parametrize("module", ["toolkit.cli.main", "toolkit.cli.load"])
def test_an_interrupt_while_modules_are_loaded_ends_without_a_traceback(module: str) -> None:
    """Of the command itself, and of the one that is asked for."""
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, "load", module],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "Aborted.\n")
