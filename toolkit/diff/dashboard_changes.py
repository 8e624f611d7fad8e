"""What changed on the dashboards: pages, panels, their queries, lines and words; variables."""

from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.diff.change_type import Change, ChangedPart, keys, shown

Json = Mapping[str, Any]
_PART = ChangedPart.DASHBOARDS


def changes(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[Change]:
    """What changed between two sets of dashboards, by uid."""
    for uid in sorted(before.keys() | after.keys()):
        if uid not in after:
            yield Change(_PART, uid, f"removed ({len(_panels(before[uid]))} panels)")
        elif uid not in before:
            yield Change(_PART, uid, f"added ({len(_panels(after[uid]))} panels)")
        else:
            yield from _page(uid, before[uid], after[uid])


def _page(uid: str, before: Json, after: Json) -> Iterator[Change]:
    words = [{key: side.get(key) for key in ("title", "refresh")} for side in (before, after)]
    yield from keys(_PART, uid, "", *words)
    yield from keys(_PART, uid, "variable $", _variables(before), _variables(after))
    old, new = _panels(before), _panels(after)
    for title in [*old, *(title for title in new if title not in old)]:
        subject = f"{uid}: {title}"
        if title not in new:
            yield Change(_PART, subject, "panel removed")
        elif title not in old:
            yield Change(_PART, subject, "panel added")
        else:
            yield from keys(_PART, subject, "", _said(old[title]), _said(new[title]))
            yield from _queries(subject, old[title], new[title])


def _panels(model: Json) -> dict[str, Json]:
    """By title, numbered from the second of its kind; rows are no panels."""
    found: dict[str, Json] = {}
    for item in model.get("panels") or ():
        for panel in (item, *(item.get("panels") or ())):
            if panel.get("type") != "row":
                title, number = str(panel.get("title") or panel.get("type")), 2
                while title in found:
                    title, number = f"{panel.get('title')} #{number}", number + 1
                found[title] = panel
    return found


def _said(panel: Json) -> dict[str, object]:
    defaults = (panel.get("fieldConfig") or {}).get("defaults") or {}
    steps = (defaults.get("thresholds") or {}).get("steps") or ()
    return {
        "help": panel.get("description"),
        "limits": [f"{x['color']} from {x['value']}" for x in steps if x.get("value") is not None],
        "maximum": defaults.get("max"),
        "minimum": defaults.get("min"),
        "unit": defaults.get("unit"),
        "view": panel.get("type"),
    }


def _queries(subject: str, before: Json, after: Json) -> Iterator[Change]:
    old, new = _asked(before), _asked(after)
    for expr in (expr for expr in old if expr not in new):
        yield Change(_PART, subject, f"query removed: {shown(expr)}")
    for expr in (expr for expr in new if expr not in old):
        yield Change(_PART, subject, f"query added: {shown(expr)}")
    for expr in (expr for expr in new if expr in old and old[expr] != new[expr]):
        yield Change(_PART, subject, "legend", shown(old[expr]), shown(new[expr]))


def _asked(panel: Json) -> dict[str, str]:
    """By expression, the legend."""
    targets = panel.get("targets") or ()
    return {str(x["expr"]): str(x.get("legendFormat") or "") for x in targets if x.get("expr")}


def _variables(model: Json) -> dict[str, object]:
    found = {}
    for each in (model.get("templating") or {}).get("list") or ():
        query = each.get("query")
        found[str(each["name"])] = query.get("query") if isinstance(query, dict) else query
    return found


def expressions(models: Mapping[str, Json]) -> Iterator[str]:
    """Every query of every panel."""
    for model in models.values():
        for panel in _panels(model).values():
            yield from _asked(panel)
