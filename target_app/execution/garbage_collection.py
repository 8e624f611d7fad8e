"""How Python's garbage collector is set for a process that lives long and answers fast."""

import gc

# Allocations between two looks at the youngest objects. At the usual 700 the collector runs
# several times a request, and finds nothing: a request leaves no cycles behind.
_GC_THRESHOLD = 20_000


def settle_memory() -> None:
    """Take what loading left behind out of the garbage collector's sight.

    ccxt leaves some hundred thousand objects that live as long as the process; looking at
    each of them again and again would stop the loop for tens of milliseconds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GC_THRESHOLD)
