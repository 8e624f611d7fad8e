"""The table of descriptors is large enough before the connections come."""

import subprocess
import sys

import pytest

from tests.support.repository import ROOT

_SIZE = """
import resource, sys
from pathlib import Path
from toolkit.load_generator.file_descriptors import make_room

def size():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("FDSize:")[2].split()[0])

connections, allowed = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, allowed))
before = size()
make_room(connections)
with open("/dev/null") as next_one:
    print(before, size(), next_one.fileno())
"""


def room(connections: int, allowed: int) -> tuple[int, int, int]:
    """Size of the table before and after, and the number of the next file."""
    command = [sys.executable, "-c", _SIZE, str(connections), str(allowed)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    before, after, descriptor = map(int, done.stdout.split())
    return before, after, descriptor


@pytest.mark.programs
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the size of the table")
def test_there_is_room_for_the_connections_and_nothing_stays_open() -> None:
    before, after, descriptor = room(900, 1024)
    assert before < 900 < after
    assert descriptor < before


@pytest.mark.programs
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the size of the table")
def test_what_the_system_does_not_allow_is_not_an_error() -> None:
    _before, after, _descriptor = room(100_000, 512)
    assert after == 512
