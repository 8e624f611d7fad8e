"""What changed in the rules: added, removed, moved thresholds, holds, labels, words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import promql_parser as parser

from toolkit.diff.change_type import Change, ChangedPart, keys, shown
from toolkit.promql import PromQLError, canonical, parse, selectors

Rule = Mapping[str, Any]
_COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})
# Which annotations follow from others, or from the configuration: no change of a rule's own.
_LINKS = frozenset({"dashboard_url", "runbook_url"})


def changes(before: Sequence[Rule], after: Sequence[Rule]) -> Iterator[Change]:
    """What changed between the groups of two sides."""
    for kind, part in (("alert", ChangedPart.ALERTS), ("record", ChangedPart.RECORDINGS)):
        old, new = _by_name(before, kind), _by_name(after, kind)
        for name in sorted(old.keys() | new.keys()):
            yield from _named(part, name, old.get(name, []), new.get(name, []))


def _by_name(groups: Sequence[Rule], kind: str) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for group in groups:
        for rule in group.get("rules") or ():
            if kind in rule:
                every = {"interval": group.get("interval"), "group": group.get("name")}
                found.setdefault(str(rule[kind]), []).append({**rule, **every})
    return found


def _named(part: ChangedPart, name: str, before: list[Rule], after: list[Rule]) -> Iterator[Change]:
    """The rules of one name: the same labels make a pair, and so do the last two left."""
    old, new = list(before), list(after)
    for rule in before:
        twin = next((x for x in new if x.get("labels") == rule.get("labels")), None)
        if twin is not None:
            old.remove(rule)
            new.remove(twin)
            yield from _pair(part, name, rule, twin)
    for one, other in zip(old, new, strict=False):
        yield from _pair(part, name, one, other)
    for rule in old[len(new) :]:
        yield Change(part, name, f"removed{_about(rule)}")
    for rule in new[len(old) :]:
        yield Change(part, name, f"added{_about(rule)}")


def _about(rule: Rule) -> str:
    severity = (rule.get("labels") or {}).get("severity")
    words = [*([severity] if severity else []), f"group {rule['group']}"]
    return f" ({', '.join(words)})"


def _pair(part: ChangedPart, name: str, before: Rule, after: Rule) -> Iterator[Change]:
    old, new = str(before["expr"]), str(after["expr"])
    if _spelled(old) != _spelled(new):
        thresholds = moved(old, new)
        for line in thresholds or ():
            yield Change(part, name, "threshold", *line)
        if not thresholds:
            yield Change(part, name, "expression", shown(old), shown(new))
    for key, what in (("for", "hold"), ("keep_firing_for", "kept firing for")):
        if before.get(key, "0s") != after.get(key, "0s"):
            sides = (str(side.get(key, "0s")) for side in (before, after))
            yield Change(part, name, what, *sides)
    for key in ("interval", "group"):
        if before.get(key) != after.get(key):
            yield Change(part, name, key, shown(before.get(key)), shown(after.get(key)))
    labels = [side.get("labels") or {} for side in (before, after)]
    yield from keys(part, name, "label ", *labels)
    words = [
        {key: text for key, text in (side.get("annotations") or {}).items() if key not in _LINKS}
        for side in (before, after)
    ]
    yield from keys(part, name, "", *words)


def _spelled(expr: str) -> str:
    try:
        return canonical(expr)
    except PromQLError:
        return expr


def moved(before: str, after: str) -> list[tuple[str, str]] | None:
    """The limits that differ, as `> 5` and `> 10`, where nothing else does; else None."""
    try:
        return _moved(parse(before), parse(after))
    except PromQLError:
        return None


def _moved(before: parser.Expr, after: parser.Expr) -> list[tuple[str, str]] | None:
    while isinstance(before, parser.ParenExpr) and isinstance(after, parser.ParenExpr):
        before, after = before.expr, after.expr
    if before.prettify() == after.prettify():
        return []
    if not isinstance(before, parser.BinaryExpr) or not isinstance(after, parser.BinaryExpr):
        return None
    if str(before.op) != str(after.op):
        return None
    numbers = [side.rhs for side in (before, after) if isinstance(side.rhs, parser.NumberLiteral)]
    same = before.lhs.prettify() == after.lhs.prettify()
    if str(before.op) in _COMPARISONS and len(numbers) == 2 and same:  # noqa: PLR2004 - both sides
        old, new = (f"{before.op} {number.val:g}" for number in numbers)
        return [(old, new)]
    left, right = _moved(before.lhs, after.lhs), _moved(before.rhs, after.rhs)
    return None if left is None or right is None else left + right


def series_read(exprs: Iterator[str]) -> frozenset[str]:
    """The names of all series that the expressions select."""
    found: set[str] = set()
    for expr in exprs:
        try:
            found |= {selector.name for selector in selectors(expr) if selector.name}
        except PromQLError:
            continue
    return frozenset(found)
