"""Which of the files and folders that the user names are dashboards, and which are rules."""

from collections.abc import Sequence
from pathlib import Path

from toolkit.adopt.import_dashboards import import_dashboards
from toolkit.adopt.import_rules import import_rules
from toolkit.adopt.imported import Imported
from toolkit.project import Project


def import_all(paths: Sequence[Path], project: Project) -> Imported:
    """What all `paths` hold: `.json` is a dashboard, anything else has rules.

    Raises UsageError for a path that is not there or holds neither.
    """
    dashboards = [path for each in paths for path in _dashboards(each)]
    rules = [path for path in paths if _has_rules(path)]
    config, result = project.config, Imported()
    if rules:
        names = frozenset(alert.name for alert in project.alerts)
        result += import_rules(rules, config.alerts.replace(".", "/"), alerts=names)
    return result + import_dashboards(
        dashboards,
        config.dashboards.replace(".", "/"),
        uids=frozenset(page.dashboard.uid for page in project.pages),
        titles=frozenset(page.dashboard.title for page in project.pages),
    )


def _dashboards(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(path.rglob("*.json"))
    return [path] if path.suffix == ".json" else []


def _has_rules(path: Path) -> bool:
    """Whether rules are to be sought; a folder of dashboards alone need not have any."""
    if path.is_dir() and _dashboards(path):
        return any(path.rglob("*.yml")) or any(path.rglob("*.yaml"))
    return path.suffix != ".json"
