"""Which of the files and folders that the user names are dashboards, rules, routes or requests."""

from collections.abc import Callable, Sequence
from pathlib import Path

from toolkit.adopt.import_alertmanager import import_alertmanager
from toolkit.adopt.import_dashboards import import_dashboards
from toolkit.adopt.import_openapi_and_har import import_requests, is_requests
from toolkit.adopt.import_result import Imported
from toolkit.adopt.import_rules import import_rules
from toolkit.alertmanager.read_config import files_in
from toolkit.config.pyproject import Config
from toolkit.project import Project


def import_all(paths: Sequence[Path], config: Config, load: Callable[[], Project]) -> Imported:
    """What all `paths` hold; `load` gives the definitions, which requests alone need not have.

    `.json` is a dashboard or an OpenAPI document, `.har` recorded requests, anything else routes
    or has rules.
    Raises UsageError for a path that is not there or holds none of them.
    """
    requests = [path for path in paths if path.suffix in {".json", ".har"} and is_requests(path)]
    others = [path for path in paths if path not in requests]
    result = import_requests(requests, config.loadtests.replace(".", "/"))
    return result + _import_definitions(others, load()) if others else result


def _import_definitions(paths: Sequence[Path], project: Project) -> Imported:
    """Dashboards, routes and rules, beside those that the project has."""
    config = project.config
    dashboards = [path for each in paths for path in _dashboards(each)]
    routings = list(files_in(path for path in paths if path.exists()))
    rules = [path for each in paths for path in _rule_files(each, routings)]
    result = import_alertmanager(routings, project) if routings else Imported()
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


def _rule_files(path: Path, routings: Sequence[Path]) -> list[Path]:
    """The path, or what is in it besides configurations of Alertmanager, where it has rules."""
    if path in routings or not _has_rules(path):
        return []
    if not path.is_dir() or not any(each.is_relative_to(path) for each in routings):
        return [path]
    return [each for each in sorted(path.rglob("*.y*ml")) if each not in routings]


def _has_rules(path: Path) -> bool:
    """Whether rules are to be sought; a folder of dashboards alone need not have any."""
    if path.is_dir() and _dashboards(path):
        return any(path.rglob("*.yml")) or any(path.rglob("*.yaml"))
    return path.suffix != ".json"
