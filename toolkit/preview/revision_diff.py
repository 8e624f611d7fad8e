"""Two revisions of a dashboard side by side, with the panels that changed marked.

Panels are the same when they have the same title (of two alike, in order). A panel has
changed when it asks, says or shows something else; having moved is no change.
"""

import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from toolkit.errors import UsageError
from toolkit.preview import dashboard_files

_NO_CHANGE = frozenset({"id", "gridPos", "pluginVersion"})
_NONE: Mapping[str, Any] = {"panels": []}


def committed(root: Path, revision: str, path: str) -> dict[str, Any] | None:
    """The dashboard in `path` (below the working folder) at `revision`; None if not there yet.

    Raises UsageError where there is no repository or no such revision.
    """
    _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", about=revision)
    shown = subprocess.run(
        ["git", "show", f"{revision}:./{path}"], cwd=root, capture_output=True, check=False,
        encoding="utf-8", errors="replace",
    )  # fmt: skip
    if shown.returncode:
        return None
    return dashboard_files.dashboard(shown.stdout, f"{path} at {revision}")


def _git(root: Path, *words: str, about: str) -> None:
    try:
        done = subprocess.run(["git", *words], cwd=root, capture_output=True, check=False)
    except FileNotFoundError:
        raise UsageError("--against needs git, which is not on PATH.") from None
    if done.returncode:
        raise UsageError(
            f"--against {about!r}: no such revision of the repository at {root}.",
            fix="name a branch, a tag or a commit: `git log --oneline` lists them.",
        )


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, str]:
    """By panel (see `keyed`): changed, added or removed. What is as before is left out."""
    old = dict(keyed(before or _NONE))
    new = dict(keyed(after))
    found = {key: "removed" for key in old if key not in new}
    found |= {key: "added" for key in new if key not in old}
    found |= {
        key: "changed" for key in new if key in old and _compared(new[key]) != _compared(old[key])
    }
    return found


def keyed(dashboard: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every panel with what names it across revisions: its title, numbered from the second."""
    seen: Counter[str] = Counter()
    for panel in _walk(dashboard.get("panels") or []):
        if panel.get("type") != "row":
            title = str(panel.get("title") or panel.get("type"))
            seen[title] += 1
            yield title if seen[title] == 1 else f"{title} #{seen[title]}", panel


def ids(dashboard: Mapping[str, Any]) -> dict[str, str]:
    """By panel id as the drawing has it, the name across revisions."""
    return {str(panel.get("id")): key for key, panel in keyed(dashboard)}


def mark(data: Mapping[str, Any], names: Mapping[str, str], found: Mapping[str, str]) -> None:
    """Write the changes onto the panels of a drawing; rows that hold one are opened."""
    for row in data["rows"]:
        for panel in row["panels"]:
            name = names.get(panel["key"]) or names.get(panel["key"].partition("-")[0], "")
            panel["change"] = found.get(name, "")
        if any(panel["change"] for panel in row["panels"]):
            row["collapsed"] = False


def _walk(panels: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for panel in panels:
        yield panel
        yield from _walk(panel.get("panels") or [])


def _compared(panel: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in panel.items() if key not in _NO_CHANGE}
