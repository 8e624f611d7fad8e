"""What is said of an exception that nobody expected: it is a bug, and where to report it."""

import os
import platform
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path

from toolkit.cli.console import complain, is_verbose
from toolkit.cli.options import version
from toolkit.errors import ToolkitError


def report(error: BaseException) -> None:
    """Say that toolkit has a bug; its traceback is shown with --verbose, else kept in a file.

    The command line stays out of the file: it may hold a secret.
    """
    about = f"toolkit {version()}, Python {platform.python_version()}, {platform.system()}"
    trace = "".join(traceback.format_exception(error))
    lines = [f"error: this is a bug of toolkit: {_described(error)}", f"  version: {about}"]
    if is_verbose():
        complain(trace.rstrip("\n"))
    else:
        lines.append(f"  traceback: {_kept(about, trace)}")
    lines.append(f"  fix: report it, with the version and the traceback, {_where()}.")
    complain("\n".join(lines))


def in_the_project(error: BaseException) -> str:
    """The line of the project's own code that raised, such as of a check; empty where none did."""
    from toolkit.config import pyproject
    from toolkit.user_code_in_tracebacks import raised_in

    with suppress(ToolkitError):
        return raised_in(pyproject.find_root(Path.cwd()), error)
    return ""


def _described(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"


def _kept(about: str, trace: str) -> str:
    """The path of a new file that holds both."""
    with suppress(OSError):
        descriptor, path = tempfile.mkstemp(prefix="toolkit-crash-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{about}\n{trace}")
        return path
    return "no file could be written; add --verbose"


def _where() -> str:
    from importlib import metadata

    from toolkit.optional_dependencies import PACKAGE

    urls: list[str] = []
    with suppress(metadata.PackageNotFoundError):
        urls = metadata.metadata(PACKAGE).get_all("Project-URL") or []
    for url in urls:
        label, _, address = url.partition(", ")
        if label.lower() == "issues":
            return f"at {address}"
    return "to the people who maintain it"
