"""What an import gives: Python files, where each thing went, and what could not be carried."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.prometheus.rules import Problem


@dataclass(frozen=True, slots=True)
class ImportedSource:
    """One source file: where its definitions are written, and how many of each kind."""

    source: str
    target: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Imported:
    """Python texts by path from the project's root. `left` is what they do not hold, and why.

    `notes` are differences that change nothing of what is generated, such as a guess.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[ImportedSource, ...] = ()
    left: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    def __add__(self, other: "Imported") -> "Imported":
        return Imported(
            {**self.texts, **other.texts},
            (*self.sources, *other.sources),
            (*self.left, *other.left),
            (*self.notes, *other.notes),
        )
