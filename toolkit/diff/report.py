"""Changes as text, as JSON, and as Markdown for a pull request."""

import json
from collections.abc import Iterator, Sequence

from toolkit.diff.change_type import Change, ChangedPart
from toolkit.formats.tables import markdown_table

_NONE = "nothing changed"
_NO_DRIFT = "the servers hold what the definitions say"
_DRIFT = "what deploying the definitions would change:"


def render(
    changes: Sequence[Change],
    form: str,
    *,
    live: bool = False,
    not_compared: Sequence[str] = (),
) -> str:
    """The changes in one of the forms `text`, `json` and `markdown`.

    `live` says that they lead from what servers hold to the definitions; `not_compared` are
    parts that were left out, with the reason.
    """
    if form == "json":
        return _json(changes, not_compared)
    none = _NO_DRIFT if live else _NONE
    if form == "markdown":
        missing = "".join(f"\nNot compared: {each}.\n" for each in not_compared)
        return _markdown(changes, none) + missing
    head = [_DRIFT] if live and changes else []
    return _text(changes, none, [*head], [f"not compared: {each}" for each in not_compared])


def _text(changes: Sequence[Change], none: str, head: list[str], tail: list[str]) -> str:
    lines: list[str] = []
    for part, found in _parts(changes):
        lines += [part.value, *(f"  {change}" for change in found)]
    return "\n".join([*head, *(lines or [none]), *tail]) + "\n"


def _json(changes: Sequence[Change], not_compared: Sequence[str]) -> str:
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
    whole = {"changes": data} | ({"not_compared": list(not_compared)} if not_compared else {})
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _markdown(changes: Sequence[Change], none: str) -> str:
    if not changes:
        return f"{none.capitalize()}.\n"
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
