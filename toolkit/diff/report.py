"""Changes as text, as JSON, and as Markdown for a pull request."""

import json
from collections.abc import Iterator, Sequence

from toolkit.diff.change import Change, ChangedPart
from toolkit.formats.tables import markdown_table

_NONE = "nothing changed"


def render(changes: Sequence[Change], form: str) -> str:
    """The changes in one of the forms `text`, `json` and `markdown`."""
    if form == "json":
        return _json(changes)
    return _markdown(changes) if form == "markdown" else _text(changes)


def _text(changes: Sequence[Change]) -> str:
    lines: list[str] = []
    for part, found in _parts(changes):
        lines += [part.value, *(f"  {change}" for change in found)]
    return "\n".join(lines or [_NONE]) + "\n"


def _json(changes: Sequence[Change]) -> str:
    data = [
        {
            "part": each.part.value,
            "subject": each.subject,
            "what": each.what,
            "before": each.before,
            "after": each.after,
        }
        for each in changes
    ]
    return json.dumps({"changes": data}, indent=2, ensure_ascii=False) + "\n"


def _markdown(changes: Sequence[Change]) -> str:
    if not changes:
        return f"{_NONE.capitalize()}.\n"
    tables = []
    for part, found in _parts(changes):
        cells = [(each.subject, each.what, each.before, each.after) for each in found]
        table = markdown_table(("", "what changed", "before", "after"), cells)
        tables.append(f"### {part.value.capitalize()}\n\n{table}")
    return "\n".join(tables)


def _parts(changes: Sequence[Change]) -> Iterator[tuple[ChangedPart, list[Change]]]:
    for part in ChangedPart:
        found = [change for change in changes if change.part is part]
        if found:
            yield part, found
