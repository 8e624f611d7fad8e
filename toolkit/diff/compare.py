"""Two sides of what is generated → what changed, part by part."""

from collections.abc import Iterator

from toolkit.diff import dashboard_changes, route_changes, rule_changes
from toolkit.diff.change_type import Change, ChangedPart
from toolkit.diff.generated_files import GeneratedFiles


def compare(before: GeneratedFiles, after: GeneratedFiles) -> tuple[Change, ...]:
    """Every change from `before` to `after`, in the order of `ChangedPart`."""
    return (
        *rule_changes.changes(before.groups, after.groups),
        *route_changes.changes(before.alertmanager, after.alertmanager),
        *dashboard_changes.changes(before.dashboards, after.dashboards),
        *_series(before, after),
    )


def _series(before: GeneratedFiles, after: GeneratedFiles) -> Iterator[Change]:
    old, new = (rule_changes.series_read(_expressions(side)) for side in (before, after))
    for name in sorted(old - new):
        yield Change(ChangedPart.SERIES, name, "no rule and no panel reads it any more")
    for name in sorted(new - old):
        yield Change(ChangedPart.SERIES, name, "is read for the first time")


def _expressions(side: GeneratedFiles) -> Iterator[str]:
    for group in side.groups:
        yield from (str(rule["expr"]) for rule in group.get("rules") or ())
    yield from dashboard_changes.expressions(side.dashboards)
