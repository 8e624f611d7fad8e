"""Which lines of a traceback are the scenario's own, and not Locust's or ours."""

import os
import traceback
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType

_SHOWN_FRAMES = 6
# What is installed, and this package, say nothing that the author of a scenario can change.
_INSTALLED = (
    # Found and not imported: Locust replaces parts of Python in whatever process imports it.
    str(Path(str(getattr(find_spec("locust"), "origin", __file__))).parents[1]),
    str(Path(traceback.__file__).parent),
    str(Path(__file__).parent),
)


def is_of_scenario(tb: TracebackType | None) -> bool:
    """Whether a traceback was in the scenario, and not in Locust or here alone."""
    return any(map(_is_changeable, traceback.extract_tb(tb)))


def scenario_frames(tb: TracebackType | None) -> str:
    """The traceback within the project; all of it where it never was there."""
    frames = traceback.extract_tb(tb)
    own = [each for each in frames if _is_changeable(each)] or list(frames)
    here = f"{Path.cwd()}{os.sep}"
    shown = [
        traceback.FrameSummary(
            each.filename.removeprefix(here), each.lineno or 0, each.name, line=each.line
        )
        for each in own[-_SHOWN_FRAMES:]
    ]
    return "".join(traceback.format_list(shown))


def _is_changeable(frame: traceback.FrameSummary) -> bool:
    """Whether the author of a scenario can change the code: it is neither installed nor compiled.

    Compiled modules name files that are not here: gevent's are in `src/gevent/greenlet.py`.
    """
    return not frame.filename.startswith(_INSTALLED) and Path(frame.filename).exists()
