"""Another scenario on the same web page: the process of Locust becomes that of the other one.

Locust reads its users when it starts, and scenarios may call theirs alike. The process keeps its
number, so that the command that started it still ends it.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from toolkit.config import pyproject as configuration
from toolkit.config.pyproject import Config
from toolkit.errors import ToolkitError, UsageError
from toolkit.find_definitions import scenarios
from toolkit.load.locust_process import PLUGIN
from toolkit.load.locust_process_messages import INSTRUCTIONS

_LOCUSTFILE = "--locustfile="
_PROCESSES = ("--processes", "--master", "--worker")


def project() -> Config | None:
    """The project that the process was started in; None outside of one."""
    try:
        return configuration.load(configuration.find_root(Path.cwd()))
    except ToolkitError:
        return None


def command(arguments: Sequence[str], config: Config, name: str) -> list[str]:
    """The arguments that started this process, with another scenario.

    Raises UsageError where there is none of that name, or where workers would keep the old one.
    """
    known = scenarios(config)
    if name not in known:
        raise UsageError(f"there is no scenario {name!r} any more.", fix="load the page again.")
    if any(argument.startswith(_PROCESSES) for argument in arguments):
        raise UsageError(
            "the workers run this scenario.", fix=f"start `toolkit load {name} --web` anew."
        )
    given = [x for x in arguments if not x.startswith(_LOCUSTFILE)]
    at = given.index("locust") + 1
    return [*given[:at], f"{_LOCUSTFILE}{known[name]},{PLUGIN}", *given[at:]]


def become(arguments: Sequence[str], environment: Mapping[str, str], name: str) -> None:
    """Be the process that these arguments start. Does not return."""
    told = json.loads(environment.get(INSTRUCTIONS, "{}")) | {"scenario": name}
    sys.stdout.flush()
    told_as = {**environment, INSTRUCTIONS: json.dumps(told)}
    os.execve(sys.executable, list(arguments), told_as)  # noqa: S606 - no shell is wanted
