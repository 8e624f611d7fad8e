"""What Locust's own configuration sets besides the command line, so that the result says so.

Locust reads `locust.conf`, `pyproject.toml` and variables called `LOCUST_…`. They hold, as its
users expect; a run that they change without a word would be compared with one that they do not.
"""

import sys
from collections.abc import Iterator
from typing import Any

from locust import argument_parser

_PREFIX = "LOCUST_"


def settings_elsewhere() -> tuple[str, ...]:
    """Each as it is to be read, `users = 50 (locust.conf)`; secrets without their value."""
    parser = argument_parser.get_parser()
    # Read again: what was parsed says what holds, and not where it came from.
    parser.parse_known_args(sys.argv[1:])
    return tuple(_found(parser.get_source_to_settings_dict()))


def _found(sources: Any) -> Iterator[str]:
    for source, settings in sources.items():
        kind, _, file = source.partition("|")
        if kind not in {"environment_variables", "config_file"}:
            continue
        for key, (action, value) in settings.items():
            if kind == "environment_variables" and not key.startswith(_PREFIX):
                continue
            name = action.dest if action is not None else key
            shown = "…" if getattr(action, "is_secret", False) else value
            yield f"{name} = {shown} ({file or key})"
