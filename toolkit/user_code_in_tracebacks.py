"""Which frames of a traceback are of code that the user wrote, and can change."""

import sysconfig
import traceback
from pathlib import Path

import toolkit

# Where libraries, the toolkit and Python itself are.
_INSTALLED = (
    "<",  # frozen modules, and what a dataclass generates
    *(sysconfig.get_path(each) for each in ("purelib", "platlib", "stdlib")),
    *toolkit.__path__,  # where it runs from its own repository
)


def is_authors(file: str) -> bool:
    """Whether the file of a frame is neither of the toolkit nor of what is installed."""
    return not file.startswith(_INSTALLED)


def raised_in(root: Path, error: BaseException) -> str:
    """`shop/checks/odd.py:12`, where code below `root` raised, itself or by a library; else empty.

    Where the toolkit raised, called by such code, it is the toolkit's.
    """
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if is_authors(frame.filename):
            below = path.is_relative_to(root)
            return f"{path.relative_to(root)}:{frame.lineno}" if below else ""
        if any(path.is_relative_to(each) for each in toolkit.__path__):
            return ""
    return ""
