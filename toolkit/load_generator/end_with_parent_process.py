"""Ends a process of Locust when the one that started it is gone, however that ended.

A command that was killed can tell nobody; a load that nothing ends would go on for ever.
"""

import os
from typing import Any

import gevent

_POLL_SECONDS = 1.0
# For the answers under way; after that the process ends in any case.
_PATIENCE_SECONDS = 5.0


def end_with_parent(runner: Any, parent: int) -> None:
    """Watch the process `parent`, 0 for the one that is the parent now; quit when it is gone."""
    parent = parent or os.getppid()
    while os.getppid() == parent:
        gevent.sleep(_POLL_SECONDS)
    with gevent.Timeout(_PATIENCE_SECONDS, exception=False):
        runner.quit()
    os._exit(1)  # the main greenlet of Locust may wait for what never comes
