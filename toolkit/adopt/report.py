"""What was imported and what was not, as text and as JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping

from toolkit.adopt.import_result import Imported
from toolkit.prometheus.rules import Problem


def as_text(imported: Imported) -> str:
    """A line for each source, then what was not carried over and what to know."""
    return "".join(f"{line}\n" for line in _lines(imported))


def _lines(imported: Imported) -> Iterator[str]:
    for source in imported.sources:
        yield f"{source.source} -> {source.target}: {_counted(source.counts)}"
    for head, problems in (("not carried over", imported.left), ("to know", imported.notes)):
        if problems:
            yield f"{head}:"
        for problem in problems:
            fix = f" {problem.fix}" if problem.fix else ""
            yield f"  {problem.location}: {problem.message}{fix}"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(
        f"{number} {word.removesuffix('s') if number == 1 else word}"
        for word, number in counts.items()
    )


def as_json(imported: Imported) -> str:
    """The same as one JSON object; `files` are the Python files by path from the root."""
    data = {
        "sources": [
            {"source": each.source, "target": each.target, **each.counts}
            for each in imported.sources
        ],
        "files": sorted(imported.texts),
        "not_carried_over": list(_problems(imported.left)),
        "to_know": list(_problems(imported.notes)),
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _problems(problems: Iterable[Problem]) -> Iterator[dict[str, object]]:
    for each in problems:
        yield {
            "file": each.location.path,
            "line": each.location.line,
            "message": each.message,
            "fix": each.fix,
        }
