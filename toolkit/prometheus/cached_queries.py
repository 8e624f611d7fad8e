"""Answers of one server, each asked for once, and all of them before one deadline."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.errors import UnreachableError

DEADLINE_SECONDS = 30.0
"""For all questions of one command together: a server that answers slowly is not waited for."""

Key = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(slots=True)
class Answers:
    """What a server has answered, by question; the time begins with the first one.

    `clock` gives seconds that only grow.
    """

    deadline_seconds: float = DEADLINE_SECONDS
    clock: Callable[[], float] = time.monotonic
    known: dict[Key, Any] = field(default_factory=dict)
    began: float | None = None

    def of(
        self, path: str, params: Mapping[str, str] | None, ask: Callable[[float], Any], url: str
    ) -> Any:
        """The answer to a question; `ask` gets it within the seconds that are left.

        Raises UnreachableError where none are.
        """
        key = (path, tuple(sorted((params or {}).items())))
        if key not in self.known:
            now = self.clock()
            self.began = now if self.began is None else self.began
            left = self.began + self.deadline_seconds - now
            if left <= 0:
                raise UnreachableError(
                    f"{url}{path}: not asked any more, since all answers together took over "
                    f"{self.deadline_seconds:g} s.",
                    fix="try again when the server is less busy, or lint fewer files at once.",
                )
            self.known[key] = ask(left)
        return self.known[key]
