"""`[tool.toolkit]` → the loaded definitions. The only place that discovers anything.

Discovery is strict: a public module without its constant, two definitions of one name, or
a name that belongs to nothing is an error that names the file. Modules whose name starts
with `_` are skipped.
"""

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from toolkit import config as configuration
from toolkit import loadmetrics
from toolkit.alerts import Alert, Group, Recording, RuleFile
from toolkit.blame import Definitions
from toolkit.catalogue import Catalogue, Metric, Series
from toolkit.config import Config
from toolkit.dashboards import Dashboard, Panel, PanelLink, Query
from toolkit.errors import ConfigurationError, DefinitionError, did_you_mean
from toolkit.findings import Location
from toolkit.labelflow import result_labels
from toolkit.promql import matches_of, parse, selectors
from toolkit.routing import Routing
from toolkit.rules import written
from toolkit.rulesource import Expression, Plain, WrittenRule

SCRAPE_LABELS = frozenset({"job", "instance"})
"""What Prometheus adds to every series that it scrapes."""

SCRAPE_SERIES = frozenset(
    {
        "up",
        "scrape_duration_seconds",
        "scrape_samples_scraped",
        "scrape_samples_post_metric_relabeling",
        "scrape_series_added",
    }
)
"""What Prometheus writes about every scrape.

Source: https://prometheus.io/docs/concepts/jobs_instances/
"""

T = TypeVar("T")
R = TypeVar("R", Alert, Recording)


@dataclass(frozen=True, slots=True)
class Page:
    """A dashboard, its name among the generated files, and the module it comes from."""

    name: str
    path: str
    dashboard: Dashboard


@dataclass(frozen=True)
class Project:
    """Everything that a project declares. Equal input gives equal order, whatever the disk."""

    config: Config
    catalogue: Catalogue
    rule_files: tuple[RuleFile, ...]
    routing: Routing | None
    pages: tuple[Page, ...]
    requests: Metric | None = None  # the counter that counts every answered request once
    plain: Plain | None = None  # rule files that somebody else wrote, instead of definitions

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """Every alert, file by file."""
        return tuple(alert for file in self.rule_files for alert in file.alerts)

    @property
    def recordings(self) -> tuple[Recording, ...]:
        """Every recording rule, file by file."""
        groups = (group for file in self.rule_files for group in file.groups)
        return tuple(recording for group in groups for recording in group.recordings)

    def read_by(self, file: RuleFile) -> tuple[RuleFile, ...]:
        """The rule file and those whose recordings it reads, in order."""
        rules = [rule for group in file.groups for rule in group.rules]
        read = {selector.name for rule in rules for selector in selectors(rule.expr)}
        return tuple(x for x in self.rule_files if x == file or read & x.recorded)

    @cached_property
    def panel_of(self) -> dict[str, tuple[Dashboard, Panel]]:
        """By alert name, the panel that shows it. Raises DefinitionError when none does."""
        titles: dict[str, list[tuple[Dashboard, Panel]]] = {}
        for page in self.pages:
            for panel in page.dashboard.panels:
                titles.setdefault(panel.title, []).append((page.dashboard, panel))
        found = {}
        for alert in self.alerts:
            shown = titles.get(alert.panel, [])
            if len(shown) != 1:
                where = alert.defined.argument("panel").relative_to(self.config.root)
                raise DefinitionError(
                    f"{where}: {alert.name}.panel: {len(shown)} panels are titled {alert.panel!r}",
                    fix="name one of: " + ", ".join(sorted(titles)) + ".",
                )
            found[alert.name] = shown[0]
        return found

    @property
    def dashboard_urls(self) -> dict[str, str]:
        """By alert name, the address of the very panel that shows it."""
        base = self.config.stack.grafana.rstrip("/")
        return {
            name: f"{base}/d/{board.uid}?viewPanel={board.panel_id(panel.title)}"
            for name, (board, panel) in self.panel_of.items()
        }

    def links(self, dashboard: Dashboard) -> dict[str, tuple[PanelLink, ...]]:
        """By panel title, the runbooks of the alerts that watch the panel."""
        found: dict[str, tuple[PanelLink, ...]] = {}
        for name, (board, panel) in sorted(self.panel_of.items()):
            if board.uid == dashboard.uid:
                url = self.config.runbook_url.format(alert=name)
                link = PanelLink(f"Runbook: {name}", url)
                found[panel.title] = (*found.get(panel.title, ()), link)
        return found

    @cached_property
    def series(self) -> dict[str, Series]:
        """Every series that the service and the load generator export, by name."""
        return loadmetrics.CATALOGUE.series | self.catalogue.series

    @property
    def jobs(self) -> tuple[str, str, str]:
        """The scrape jobs: the service, Prometheus, Alertmanager."""
        return (self.config.job, "prometheus", "alertmanager")

    def recording(self, selector: Any) -> Recording | None:
        """The recording rule whose result a selector's syntax node selects, if there is one."""
        return next(iter(self.recordings_of(selector)), None)

    def recordings_of(self, selector: Any) -> tuple[Recording, ...]:
        """Every recording rule whose result a selector's syntax node selects."""
        equal = {x.label: x.text for x in matches_of(selector) if x.operator == "="}
        return tuple(
            recording
            for recording in self._recorded_as.get(selector.name or "", ())
            if all(equal.get(name, value) == value for name, value in recording.labels.items())
        )

    @cached_property
    def _recorded_as(self) -> dict[str, list[Recording]]:
        found: dict[str, list[Recording]] = {}
        for recording in self.recordings:
            found.setdefault(recording.name, []).append(recording)
        return found

    def labels_of(self, name: str) -> frozenset[str] | None:
        """The labels of a series, those of the scrape included; None for an unknown name."""
        if name in self.series:
            return self.series[name].label_names | SCRAPE_LABELS
        if name in self._written_as:
            return self._recorded_labels(name)
        # Of somebody else's targets, nobody told us the labels.
        return SCRAPE_LABELS if name in SCRAPE_SERIES and self.plain is None else None

    def _recorded_labels(self, name: str) -> frozenset[str] | None:
        found: frozenset[str] = frozenset()
        for rule in self._written_as[name]:
            labels = result_labels(parse(rule.expr), self.labels_of)
            if labels is None:
                return None
            found |= labels | rule.labels.keys()
        return found

    @cached_property
    def rules(self) -> tuple[WrittenRule, ...]:
        """Every rule as Prometheus will see it, of the definitions or of the plain files."""
        if self.plain is not None:
            return self.plain.rules
        return tuple(
            rule for file in self.rule_files for rule in written(file, self.config.runbook_url)
        )

    @cached_property
    def _written_as(self) -> dict[str, list[WrittenRule]]:
        found: dict[str, list[WrittenRule]] = {}
        for rule in self.rules:
            if not rule.is_alert:
                found.setdefault(rule.name, []).append(rule)
        return found

    @property
    def recorded(self) -> frozenset[str]:
        """The names of everything that is recorded."""
        return frozenset(self._written_as)

    def recorded_as(self, name: str) -> tuple[str, ...]:
        """The expressions whose results are recorded under `name`."""
        return tuple(rule.expr for rule in self._written_as.get(name, ()))

    def values_of(self, name: str, label: str) -> tuple[str, ...]:
        """The closed set of values of a label, `job` included; empty when it is not closed."""
        if label == "job":
            return self.jobs if self.plain is None else ()
        series = self.series.get(name)
        return series.values_of(label) if series else ()

    def expressions(self) -> tuple[Expression, ...]:
        """Every PromQL text: recording rules, alerts, then dashboard by dashboard."""
        return self._expressions

    @cached_property
    def _expressions(self) -> tuple[Expression, ...]:
        rules = sorted(self.rules, key=lambda rule: rule.is_alert)
        found = [Expression.of(rule) for rule in rules]
        for page in self.pages:
            for variable in page.dashboard.variables:
                subject = f"{page.dashboard.uid}: ${variable.name}"
                found.append(
                    Expression(
                        text=variable.values, subject=subject, location=variable.defined, allow=()
                    )
                )
            for panel in page.dashboard.panels:
                found += (self._query(page.dashboard, panel, query) for query in panel.queries)
        return tuple(found)

    def _query(self, dashboard: Dashboard, panel: Panel, query: Query) -> Expression:
        return Expression(
            text=query.expr,
            subject=f"{dashboard.uid}: {panel.title}: {query.legend}",
            location=query.defined,
            allow=panel.allow,
            dashboard=dashboard,
        )


def load(start: Path | None = None) -> Project:
    """The project whose pyproject.toml is nearest at or above `start` (the working folder).

    Raises ConfigurationError or DefinitionError, naming file and line.
    """
    root = configuration.find_root((start or Path.cwd()).resolve())
    config = configuration.load(root)
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    with_lines = Definitions(root)
    return with_lines.read(lambda: _load(config))


def _load(config: Config) -> Project:
    catalogue = named(config.catalogue, Catalogue, "catalogue")
    pages = tuple(_pages(config))
    for kind, names in (
        ("uid", [page.dashboard.uid for page in pages]),
        ("title", [page.dashboard.title for page in pages]),
    ):
        _refuse_twins(f"dashboard {kind}", names)
    uids = {page.dashboard.uid for page in pages}
    for page in pages:
        for uid in page.dashboard.see:
            if uid not in uids:
                hint = did_you_mean(uid, uids)
                raise DefinitionError(f"{page.path}: see: there is no dashboard {uid!r}{hint}")
    rule_files = tuple(_rule_files(config))
    requests = named(config.requests, Metric, "requests") if config.requests else None
    project = Project(config, catalogue, rule_files, _routing(config), pages, requests)
    _refuse_twins("alert", [alert.name for alert in project.alerts])
    _refuse_twins(
        "recording rule",
        [f"{rule.name}{dict(rule.labels) or ''}" for rule in project.recordings],
    )
    if project.routing is not None:
        project.routing.check(project.alerts)
    return project


def named(reference: str, kind: type[T], key: str) -> T:
    """The object that `module:NAME` refers to. Raises ConfigurationError when there is none."""
    module_name, _, name = reference.partition(":")
    module = _import(module_name, key)
    value = getattr(module, name, None) if name else None
    if not isinstance(value, kind):
        raise ConfigurationError(
            f"[tool.toolkit] {key} = {reference!r}: no {kind.__name__} of that name.",
            fix=f'write "module:NAME", where NAME is a {kind.__name__}.',
        )
    return value


def _import(name: str, key: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not (name == error.name or name.startswith(f"{error.name}.")):
            raise
        raise ConfigurationError(
            f"[tool.toolkit] {key} = {name!r}: there is no such module.",
            fix="correct the name, or create the package.",
        ) from None


def _modules(package: str, key: str) -> Iterator[tuple[str, bool, ModuleType]]:
    """The public modules directly in `package`, by name: (name, is a package, module)."""
    parent = _import(package, key)
    paths = list(getattr(parent, "__path__", []))
    for info in sorted(pkgutil.iter_modules(paths), key=lambda info: info.name):
        if not info.name.startswith("_"):
            module = importlib.import_module(f"{package}.{info.name}")
            yield info.name, info.ispkg, module


def _path(config: Config, module: ModuleType) -> str:
    return Location(module.__file__ or "", 1).relative_to(config.root).path


def _rule_files(config: Config) -> Iterator[RuleFile]:
    for name, is_package, _ in _modules(config.alerts, "alerts"):
        if not is_package:
            continue
        groups = []
        for group, _, module in _modules(f"{config.alerts}.{name}", "alerts"):
            path = _path(config, module)
            recordings, alerts = _defined_in(module, Recording), _defined_in(module, Alert)
            if not recordings and not alerts:
                raise DefinitionError(
                    f"{path}: defines no Alert and no Recording.",
                    fix="define one as a module constant, or rename the module to start with `_`.",
                )
            interval = getattr(module, "INTERVAL", "")
            groups.append(Group(group, path, recordings, alerts, interval))
        if groups:
            yield RuleFile(name, tuple(groups))


def _defined_in(module: ModuleType, kind: type[R]) -> tuple[R, ...]:
    """The constants of that kind that the module makes, alone or in a tuple of rules.

    Those it imports are another's.
    """
    constants = (x if isinstance(x, tuple) else (x,) for x in vars(module).values())
    values = (value for constant in constants for value in constant if isinstance(value, kind))
    return tuple(value for value in values if value.defined.path == module.__file__)


def _routing(config: Config) -> Routing | None:
    for name, is_package, module in _modules(config.alerts, "alerts"):
        if not is_package:
            routing = getattr(module, "ROUTING", None)
            if not isinstance(routing, Routing):
                raise DefinitionError(
                    f"{_path(config, module)}: a module here defines ROUTING, and {name} does not.",
                    fix="define ROUTING, or put alerts into a folder, which is a rule file.",
                )
            return routing
    return None


def _pages(config: Config) -> Iterator[Page]:
    for name, _, module in _modules(config.dashboards, "dashboards"):
        dashboard = getattr(module, "DASHBOARD", None)
        path = _path(config, module)
        if not isinstance(dashboard, Dashboard):
            raise DefinitionError(
                f"{path}: defines no DASHBOARD.",
                fix="define DASHBOARD = Dashboard(…), or rename the module to start with `_`.",
            )
        if dashboard.uid != name.replace("_", "-"):
            raise DefinitionError(
                f"{dashboard.defined.argument('uid').relative_to(config.root)}: uid "
                f"{dashboard.uid!r} is not the file's name, {name.replace('_', '-')!r}."
            )
        yield Page(dashboard.uid, path, dashboard)


def _refuse_twins(what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise DefinitionError(f"{what} {name!r} is defined twice.")
