"""A foreground `up` in a process of its own, for tests that interrupt or kill it."""

import sys
from pathlib import Path

from tests.support import small_stack
from toolkit.errors import ToolkitError
from toolkit.stack import start_and_stop
from toolkit.stack.process_signals import interruptible

root, behaviour = Path(sys.argv[1]), sys.argv[2]
try:
    with interruptible():
        stack = start_and_stop.up(
            small_stack.config(root, behaviour),
            small_stack.FILES,
            state=root / ".toolkit",
            serve=small_stack.SERVE,
            progress=lambda sentence: print(sentence, file=sys.stderr, flush=True),  # noqa: T201
        )
        print("up", flush=True)  # noqa: T201 - the test waits for it
        start_and_stop.watch(stack)
except KeyboardInterrupt:
    start_and_stop.down(root / ".toolkit")
    sys.exit(130)
except ToolkitError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(error.status)
