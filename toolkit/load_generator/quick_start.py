"""Runs the module that the first argument names, as `python -m` does: Locust starts a third sooner.

While gevent patches the standard library it announces each step, and looks for listeners in the
metadata of every installed package, two dozen times. Here that is read once.
Source: notify_and_call_entry_points, https://github.com/gevent/gevent/blob/master/src/gevent/events.py
"""

import importlib
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata


def main() -> None:
    """Import the package with what is installed read once, then run it."""
    name = sys.argv.pop(1)
    with installed_read_once():
        importlib.import_module(name)
    runpy.run_module(name, run_name="__main__", alter_sys=True)


@contextmanager
def installed_read_once() -> Iterator[None]:
    """Meanwhile `importlib.metadata.entry_points` selects from what is there now."""
    usual = metadata.entry_points
    metadata.entry_points = usual().select
    try:
        yield
    finally:
        metadata.entry_points = usual


if __name__ == "__main__":
    main()
