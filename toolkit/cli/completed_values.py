"""What the shell offers for the values of arguments and options, asked for only by completion.

What cannot be known, such as outside a project, is not offered; the command itself says why.
"""

from contextlib import suppress
from pathlib import Path

from toolkit.errors import ToolkitError


def scenarios() -> list[str]:
    """The load scenarios of the project that the shell stands in."""
    from toolkit import find_definitions
    from toolkit.config import pyproject

    with suppress(ToolkitError):
        return list(find_definitions.scenarios(pyproject.load(pyproject.find_root(Path.cwd()))))
    return []


def shapes() -> list[str]:
    """How the rate of a load can change."""
    from toolkit.load.stages import SHAPES

    return list(SHAPES)
