"""Keeps Python's garbage collector from walking again and again over what the tests consist of.

A plugin of pytest. Hundreds of thousands of objects come into being while modules are imported
and tests collected, and all of them stay to the end.
"""

import gc
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect tests without it; afterwards it looks at what tests make alone."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
