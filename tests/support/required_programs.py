"""What a test needs of the machine: skipped with the reason where it is absent, failed in CI."""

import os
import shutil

import pytest


def program(*names: str) -> str:
    """The path of the first of `names` that is installed."""
    for name in names:
        if path := shutil.which(name):
            return path
    return missing(f"{' or '.join(names)} is not installed")


def missing(what: str) -> str:
    """Skip the test; where CI is set it fails, so that nothing goes untested there."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}, and CI skips nothing: run .ci/setup test")
    pytest.skip(what)


PROMTOOL = pytest.mark.needs("promtool")
AMTOOL = pytest.mark.needs("amtool")
