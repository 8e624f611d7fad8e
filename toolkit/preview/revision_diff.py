"""Two revisions of a dashboard side by side, with the panels that changed marked.

Panels are the same when they have the same title (of two alike, in order). A panel has
changed when it asks, says or shows something else; having moved is not a change.
"""

import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from toolkit.git_revisions import git_output
from toolkit.preview import read_dashboard_json

_NOT_COMPARED = frozenset({"id", "gridPos", "pluginVersion"})
_NOTHING: Mapping[str, Any] = {"panels": []}


def committed(root: Path, revision: str, path: str) -> dict[str, Any] | None:
    """The dashboard in `path` (below the working folder) at `revision`; None if not there yet.

    Raises UsageError where there is no repository or no such revision.
    """
    words = ("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    git_output(root, *words, revision=revision, option="--against")
    shown = subprocess.run(
        ["git", "show", f"{revision}:./{path}"],
        cwd=root,
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
    if shown.returncode:  # the revision exists, so the file does not
        return None
    return read_dashboard_json.read_dashboard(shown.stdout, f"{path} at {revision}").model


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, str]:
    """By panel (see `named_panels`): changed, added or removed; without the unchanged ones."""
    old = dict(named_panels(before or _NOTHING))
    new = dict(named_panels(after))
    found = {name: "removed" for name in old if name not in new}
    found |= {name: "added" for name in new if name not in old}
    common = [name for name in new if name in old]
    return found | {
        name: "changed" for name in common if _compared(new[name]) != _compared(old[name])
    }


def named_panels(model: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every panel with what names it across revisions: its title, numbered from the second."""
    seen: Counter[str] = Counter()
    for panel in _walk(model.get("panels") or []):
        if panel.get("type") != "row":
            title = str(panel.get("title") or panel.get("type"))
            seen[title] += 1
            yield title if seen[title] == 1 else f"{title} #{seen[title]}", panel


def marked(
    data: Mapping[str, Any], model: Mapping[str, Any], changes: Mapping[str, str]
) -> dict[str, Any]:
    """A drawing's data with the changes on its panels; rows that hold one are opened.

    `model` is the dashboard that was drawn: a panel's key begins with its id there.
    """
    names = {str(panel.get("id")): name for name, panel in named_panels(model)}
    rows = []
    for row in data["rows"]:
        panels = []
        for panel in row["panels"]:
            key = panel["key"]
            # The key of a repeated panel is its id, a hyphen and the value of the repetition.
            name = names.get(key) or names.get(key.partition("-")[0], "")
            panels.append({**panel, "change": changes.get(name, "")})
        has_change = any(panel["change"] for panel in panels)
        rows.append({**row, "panels": panels, "collapsed": row["collapsed"] and not has_change})
    return {**data, "rows": rows}


def _walk(panels: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for panel in panels:
        yield panel
        yield from _walk(panel.get("panels") or [])


def _compared(panel: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in panel.items() if key not in _NOT_COMPARED}
