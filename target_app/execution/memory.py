"""How a process that lives long and answers fast keeps its memory small.

What a flood of connections took is free again when they end, but in pieces: the C library
gives it back to the system only when it is asked.
"""

import ctypes
import gc
import os
from pathlib import Path

# Allocations between two looks at the youngest objects. At the usual 700 the collector runs
# several times a request, and finds nothing: a request leaves no cycles behind.
_GC_THRESHOLD = 20_000
# Growth since the last time that is worth a few milliseconds of asking.
_WORTH_BYTES = 16 << 20
_PAGE = os.sysconf("SC_PAGE_SIZE")


def settle_memory() -> None:
    """Take what loading left behind out of the garbage collector's sight.

    ccxt leaves some hundred thousand objects that live as long as the process; looking at
    each of them again and again would stop the loop for tens of milliseconds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GC_THRESHOLD)


def resident_bytes() -> int:
    """Resident memory of this process; 0 where the system does not tell it as Linux does."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0


def give_back(usual: int) -> int:
    """Give free memory back if the process is larger than usual; what is usual from now on.

    A process that stays large although it gave back comes to be usual, step by step.
    """
    size = resident_bytes()
    if size < usual + _WORTH_BYTES:
        return min(usual, size)
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's alone
    if trim is not None:
        trim(0)
    return usual + max(0, resident_bytes() - usual) // 8
