"""What changed in who is notified: routes by their matchers, receivers, inhibitions."""

from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.diff.change_type import Change, ChangedPart, keys

Json = Mapping[str, Any]
_PART = ChangedPart.ROUTES


def changes(before: Json, after: Json) -> Iterator[Change]:
    """What changed between two configurations of Alertmanager."""
    old, new = dict(_routes(before.get("route"), "")), dict(_routes(after.get("route"), ""))
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in new:
            yield Change(_PART, name, f"route removed (to {old[name].get('receiver')})")
        elif name not in old:
            yield Change(_PART, name, f"route added (to {new[name].get('receiver')})")
        else:
            yield from keys(_PART, name, "", old[name], new[name])
    receivers = [_receivers(side) for side in (before, after)]
    yield from _sets(receivers[0], receivers[1], "receiver")
    yield from _sets(_inhibitions(before), _inhibitions(after), "inhibition")


def _routes(route: Json | None, above: str) -> Iterator[tuple[str, Json]]:
    """Every route with what leads to it; its own keys alone."""
    if route is None:
        return
    matchers = ", ".join(map(str, route.get("matchers") or ()))
    name = ", ".join(filter(None, (above, matchers))) or "all alerts"
    yield name, {key: x for key, x in route.items() if key not in {"routes", "matchers"}}
    for child in route.get("routes") or ():
        yield from _routes(child, "" if name == "all alerts" else name)


def _receivers(config: Json) -> dict[str, object]:
    return {str(each["name"]): each for each in config.get("receivers") or ()}


def _inhibitions(config: Json) -> dict[str, object]:
    found: dict[str, object] = {}
    for rule in config.get("inhibit_rules") or ():
        sides = (", ".join(map(str, rule.get(f"{x}_matchers") or ())) for x in ("source", "target"))
        found[" inhibits ".join(sides)] = rule
    return found


def _sets(before: Mapping[str, object], after: Mapping[str, object], what: str) -> Iterator[Change]:
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            how = "changed" if name in before and name in after else "removed"
            yield Change(_PART, name, f"{what} {how if name in before else 'added'}")
