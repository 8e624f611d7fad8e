"""Makes room for the connections of a run before it begins.

Linux doubles a process' table of descriptors when it is full, and where there are threads waits
for all processors before it goes on: ten milliseconds, in which nothing is sent. A run of many
users would stop at the 256th connection, at the 512th, and so on.
Source: expand_fdtable() in fs/file.c, which calls synchronize_rcu().
"""

import fcntl
import os
import resource
from contextlib import suppress

_ANY = 2  # that is open: standard error
_OTHERS = 64  # files, and connections to other processes of the load


def make_room(connections: int) -> None:
    """Let so many be opened without a wait. Where the system allows fewer, that many."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    number = connections + _OTHERS
    if most != resource.RLIM_INFINITY:
        number = min(number, most - 1)
    with suppress(OSError):  # a run does not fail of what only makes it smoother
        os.close(fcntl.fcntl(_ANY, fcntl.F_DUPFD_CLOEXEC, number))
