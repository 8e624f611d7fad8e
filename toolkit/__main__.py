"""The `toolkit` command as it is started, by its name or as `python -m toolkit`.

Ctrl-C while the command's modules are still loading ends it like a later one: without a traceback.
"""

import os
import signal
import sys
from types import FrameType

_INTERRUPTED = 130  # as a shell says it: 128 and the number of SIGINT


def main() -> None:
    """Load the command and run it."""
    before = signal.getsignal(signal.SIGINT)
    # One that the parent process has switched off stays so.
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)
    from toolkit.cli.main import main as run

    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, before)
    run()


def _leave(_number: int, _frame: FrameType | None) -> None:
    # At once, and no exception: an import may take one for a missing module.
    sys.stderr.write("Aborted.\n")
    sys.stderr.flush()
    os._exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
