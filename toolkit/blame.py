"""An error in somebody's definitions, told at the line that made it."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from toolkit.errors import DefinitionError, ToolkitError
from toolkit.findings import Location

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Definitions:
    """Reads a project's modules; what is wrong in one is reported at its line."""

    root: Path

    def read(self, make: Callable[[], T]) -> T:
        """What `make` gives. Raises DefinitionError, with the line, for whatever goes wrong."""
        try:
            return make()
        except DefinitionError as error:
            where = self._line(error)
            message = f"{where}: {error.message}" if where else error.message
            raise DefinitionError(message, fix=error.fix) from None
        except ToolkitError:
            raise
        except Exception as error:
            where = self._line(error)
            if where is None:
                raise
            raise DefinitionError(f"{where}: {type(error).__name__}: {error}") from None

    def _line(self, error: BaseException) -> Location | None:
        if isinstance(error, SyntaxError) and error.filename:
            return Location(error.filename, error.lineno or 1).relative_to(self.root)
        ours = (Path(__file__).parent, self.root / ".venv")
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            path = Path(frame.filename)
            if path.is_relative_to(self.root) and not any(map(path.is_relative_to, ours)):
                return Location(frame.filename, frame.lineno or 1).relative_to(self.root)
        return None
