"""An error in a project's own module: the line at fault, what is wrong, and what to do about it.

Python's words are for whoever wrote the code that was called. Here they are for whoever wrote
the definition: the name that was meant, and the import that is missing.
"""

import contextlib
import importlib
import re
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import EnumType
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from toolkit import optional_dependencies
from toolkit.errors import DefinitionError, ToolkitError
from toolkit.findings import Location
from toolkit.unknown_name_did_you_mean import did_you_mean, guess, unknown_name

T = TypeVar("T")

# Whose names a definition imports. Short names that several have are the first one's.
_WRITTEN_WITH = (
    "catalogue", "objectives", "alerts", "burn_rate", "drill_causes", "dashboards", "routing",
    "receivers", "time_intervals", "promql",
)  # fmt: skip


_ENCODING = re.compile(r"null bytes|codec can't decode|Non-UTF-8|unknown encoding|encoding problem")


@dataclass(frozen=True, slots=True)
class Definitions:
    """Reads a project's modules; what is wrong in one is reported at its line."""

    root: Path

    def read(self, make: Callable[[], T]) -> T:
        """What `make` gives. Raises DefinitionError, with the line, for whatever goes wrong."""
        try:
            # What a module prints must not come between the lines of a command's own output.
            with contextlib.redirect_stdout(sys.stderr):
                return make()
        except DefinitionError as error:
            where = self._line(error)
            if where is not None and error.argument:
                where = where.argument(error.argument, error.position)
            raise DefinitionError(self._at(where, error.message), fix=error.fix) from None
        except (ToolkitError, KeyboardInterrupt):
            raise
        except BaseException as error:  # SystemExit would end the command as if all were well
            where = self._line(error)
            if where is None:
                raise
            message, fix = explained(error, self.root)
            raise DefinitionError(self._at(where, message), fix=fix) from None

    def _at(self, where: Location | None, message: str) -> str:
        return f"{where.relative_to(self.root)}: {message}" if where else message

    def _line(self, error: BaseException) -> Location | None:
        if isinstance(error, SyntaxError) and error.filename:
            return Location(error.filename, error.lineno or 1)
        if imported := _imported_when(error):
            return Location(imported, 1)
        ours = (Path(__file__).parent, self.root / ".venv")
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            path = Path(frame.filename)
            if path.is_relative_to(self.root) and not any(map(path.is_relative_to, ours)):
                return Location(frame.filename, frame.lineno or 1)
        return None


def _imported_when(error: BaseException) -> str:
    """The file that was being imported, where none of its lines ran; empty where none was."""
    for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
        if not frame.f_code.co_filename.startswith("<frozen importlib"):
            break
        if origin := getattr(frame.f_locals.get("spec"), "origin", None):
            return str(origin)
    return ""


def explained(error: BaseException, root: Path) -> tuple[str, str]:
    """What is wrong, and the fix: empty where nothing better is known than Python's own words."""
    message = f"{type(error).__name__}: {error}".removesuffix(": ")
    match error:
        case ModuleNotFoundError():
            return message, advice(error, root)
        case ImportError() if "circular import" in str(error):
            return message, "two modules import each other: move what both need into a third."
        case ImportError():
            return _not_in_module(error) or (message, "")
        case AttributeError():
            return _member(error) or _attribute(error) or message, ""
        case SyntaxError() if _ENCODING.search(str(error)):
            return message, "save the file as UTF-8, as Python reads it."
    fix = "a definition must not end the program: leave sys.exit() out."
    return message, fix if isinstance(error, SystemExit) else _import_of(getattr(error, "name", ""))


def advice(error: ModuleNotFoundError, root: Path) -> str:
    """What to install for a module that is missing."""
    known = optional_dependencies.advice_for(error.name or "", root)
    return f"{known or f'install what has {error.name!r}'}, or correct the name."


def _attribute(error: AttributeError) -> str:
    """`m.SALSE`, where `m` is a module of definitions: the name that was meant."""
    if not isinstance(error.obj, ModuleType):
        return ""
    return _lacks(error.obj, error.name or "")


def _lacks(module: ModuleType, name: str) -> str:
    return f"{module.__name__} has no {name!r}{guess(name, vars(module)) or '.'}"


def _not_in_module(error: ImportError) -> tuple[str, str] | None:
    """`from toolkit.catalogue import metric`: the name that was meant, there or elsewhere."""
    # Python 3.11 gives the name only in the message.
    found = re.match(r"cannot import name '(\w+)' from '([\w.]+)'", str(error))
    if found is None:
        return None
    name, module = found.groups()
    if not module.startswith("toolkit."):
        return (_lacks(sys.modules[module], name), "") if module in sys.modules else None
    message = f"{module} has no {name!r}"
    if fix := _import_of(name):
        return message, fix
    return f"{message}{did_you_mean(name, _public(module))}", ""


def _import_of(name: str) -> str:
    for module in _WRITTEN_WITH:
        offered = getattr(importlib.import_module(f"toolkit.{module}"), "__all__", ())
        if name in offered or name in _public(f"toolkit.{module}"):
            return f"from toolkit.{module} import {name}"
    return ""


def _public(module: str) -> list[str]:
    """The classes and functions that a module defines itself."""
    return [
        name
        for name, value in vars(importlib.import_module(module)).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module
    ]


def _member(error: BaseException) -> str:
    """What is wrong with `Kind.COUNTERS`, of which Python says the last word alone; else empty."""
    name = str(error)
    if not name.isidentifier():
        return ""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    owners = (x for frame in frames for x in frame.f_globals.values() if isinstance(x, EnumType))
    lines = [each.line or "" for each in traceback.extract_tb(error.__traceback__)]
    for owner in owners:
        if any(f"{owner.__name__}.{name}" in line for line in lines):
            return unknown_name(owner.__name__, name, owner.__members__)
    return ""
