"""The loaded definitions as one value, and what follows from several of them together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import promql_parser as parser

from toolkit.catalogue import NEVER_ACCUMULATING, Catalogue, Kind, Metric, Series
from toolkit.catalogues import load_generator
from toolkit.config.pyproject import Config
from toolkit.errors import DefinitionError
from toolkit.grafana.dashboard_files.found_dashboards import DashboardFolder
from toolkit.prometheus import well_known_metric_types
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts
from toolkit.prometheus.label_flow.labels_of_expression import Flow
from toolkit.prometheus.label_flow.result_labels import all_possible
from toolkit.prometheus.label_flow.series_labels import SeriesLabels
from toolkit.prometheus.located_expressions import Expression, of_dashboard, of_rules
from toolkit.prometheus.project_rules import DefinedRules, RuleSource
from toolkit.prometheus.promql_syntax_tree import Node
from toolkit.prometheus.recording_rules import RecordingRules
from toolkit.prometheus.rules import PlainRules, WrittenRule
from toolkit.prometheus.value_flow.values import ValueFlow
from toolkit.promql import matches_of

if TYPE_CHECKING:  # the commands that read plain rule files need none of it
    from toolkit.alertmanager.config_model import AlertmanagerConfig
    from toolkit.alerts import Alert, Recording, RuleFile
    from toolkit.dashboards import Dashboard, Panel, PanelLink
    from toolkit.routing import Routing

NOTHING = Catalogue(())
NO_DASHBOARDS = DashboardFolder()


@dataclass(frozen=True, slots=True)
class Page:
    """A dashboard, its name among the generated files, and the module it comes from."""

    name: str
    path: str
    dashboard: "Dashboard"


@dataclass(frozen=True)
class Project:
    """Everything that a project declares. Equal input gives equal order, whatever the disk."""

    config: Config
    catalogue: Catalogue
    rule_files: "tuple[RuleFile, ...]"
    routing: "Routing | None"
    pages: tuple[Page, ...]
    requests: Metric | None = None  # the counter that counts every answered request once
    known: Catalogue = NOTHING  # what another project declares, for rules that are judged by it
    plain: PlainRules | None = None  # rule files that the user wrote, instead of definitions
    alertmanager_files: "tuple[AlertmanagerConfig, ...]" = ()  # that the user wrote, likewise
    dashboard_files: DashboardFolder = NO_DASHBOARDS  # that somebody wrote, likewise
    # By service, where the project has several; `catalogue` is all of them together.
    catalogues: Mapping[str, Catalogue] = field(default_factory=dict)

    @cached_property
    def source(self) -> RuleSource:
        """Where the rules come from. No other place asks which kind of project this is."""
        if self.plain is not None:
            return self.plain
        return DefinedRules(self.config, self.rule_files)

    @property
    def rules(self) -> tuple[WrittenRule, ...]:
        """Every rule as Prometheus will see it, of the definitions or of the plain files."""
        return self.source.rules

    @property
    def server(self) -> ServerFacts:
        """What is known about the Prometheus that loads the rules."""
        return self.source.server

    @cached_property
    def alertmanager_configs(self) -> "tuple[AlertmanagerConfig, ...]":
        """The configurations of Alertmanager: the one that the routing makes, or plain files."""
        if self.routing is not None:
            from toolkit.alertmanager.read_config import of_routing

            return (of_routing(self.routing),)
        return self.alertmanager_files

    def catalogue_of(self, service: str) -> Catalogue | None:
        """What a service declares; None where its metrics are not judged."""
        return self.catalogues.get(service) if self.config.services else self.catalogue

    @property
    def alerts(self) -> "tuple[Alert, ...]":
        """Every alert, file by file."""
        return tuple(alert for file in self.rule_files for alert in file.alerts)

    @property
    def recordings(self) -> "tuple[Recording, ...]":
        """Every recording rule, file by file."""
        groups = (group for file in self.rule_files for group in file.groups)
        return tuple(recording for group in groups for recording in group.recordings)

    @cached_property
    def group_names(self) -> frozenset[str]:
        """The names of the rule groups that are generated."""
        return frozenset(
            file.group_name(group) for file in self.rule_files for group in file.groups
        )

    def read_by(self, file: "RuleFile") -> "tuple[RuleFile, ...]":
        """The rule file and those whose recordings it reads, directly or not, in order."""
        texts = (rule.expr for group in file.groups for rule in group.rules)
        read = {recording.name for recording in self.recording_rules.read_by(texts)}
        return tuple(x for x in self.rule_files if x == file or read & x.recorded)

    @cached_property
    def panel_of(self) -> "dict[str, tuple[Dashboard, Panel]]":
        """By alert name, the panel that shows it. Raises DefinitionError when none does.

        An imported alert need not have one.
        """
        titles: dict[str, list[tuple[Dashboard, Panel]]] = {}
        for page in self.pages:
            for panel in page.dashboard.panels:
                titles.setdefault(panel.title, []).append((page.dashboard, panel))
        found = {}
        for alert in self.alerts:
            if alert.as_written is not None and not alert.panel:
                continue
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

    def links(self, dashboard: "Dashboard") -> "dict[str, tuple[PanelLink, ...]]":
        """By panel title, the runbooks of the alerts that watch the panel."""
        from toolkit.dashboards import PanelLink

        found: dict[str, tuple[PanelLink, ...]] = {}
        for name, (board, panel) in sorted(self.panel_of.items()):
            if board.uid == dashboard.uid:
                url = self.config.runbook_url.format(alert=name)
                link = PanelLink(f"Runbook: {name}", url)
                found[panel.title] = (*found.get(panel.title, ()), link)
        return found

    @cached_property
    def series(self) -> dict[str, Series]:
        """Every series that the services and the load generator export, by name."""
        return load_generator.CATALOGUE.series | self.known.series | self.catalogue.series

    @cached_property
    def exported_by(self) -> Mapping[str, frozenset[str] | None]:
        """By scrape job, the series that it exports, by name; None where nobody declares them."""
        found: dict[str, frozenset[str] | None] = dict.fromkeys(self.config.jobs)
        for service in self.config.all_services:
            catalogue = self.catalogue_of(service.name)
            if catalogue is not None:
                found[service.job] = frozenset(catalogue.series)
        return {**found, load_generator.JOB: frozenset(load_generator.CATALOGUE.series)}

    def recording(self, selector: parser.VectorSelector) -> "Recording | None":
        """The recording rule whose result a selector's syntax node selects, if there is one."""
        found = self.recording_rules.selected_by(selector.name or "", matches_of(selector))
        return next(iter(found), None)

    @cached_property
    def recording_rules(self) -> "RecordingRules[Recording]":
        """The recording rules that the project defines, by what selects their results."""
        return RecordingRules(self.recordings)

    @cached_property
    def series_labels(self) -> SeriesLabels:
        """What declared and recorded series carry."""
        return SeriesLabels(self.series, self.recorded, self.server.jobs)

    def flow(self, root: Node) -> Flow:
        """The labels of every part of an expression."""
        return self.series_labels.flow(root)

    def flow_if_scraped(self, root: Node) -> Flow:
        """The same, where every series that nobody declares has what a scrape adds."""
        return self.series_labels.flow_if_scraped(root)

    @cached_property
    def value_flow(self) -> ValueFlow:
        """Which values the parts of expressions can have."""
        return ValueFlow(self.is_gauge)

    def kind_of(self, name: str) -> Kind | None:
        """The kind of a series: as declared, as a running Prometheus says, or well known."""
        if name in self.series:
            return self.series[name].kind
        if name in self.server.kinds:
            return Kind(self.server.kinds[name])
        return well_known_metric_types.kind_of(name)

    def is_gauge(self, name: str) -> bool:
        """Whether a series is known to be a gauge or the like, whose rate may be negative."""
        return self.kind_of(name) in NEVER_ACCUMULATING

    def labels_of(self, name: str) -> frozenset[str] | None:
        """All labels that a series may carry, those of the scrape included; None for any."""
        known = self.series_labels.named(name)
        return None if known is None else all_possible(known)

    @cached_property
    def recorded(self) -> RecordingRules[WrittenRule]:
        """The recording rules among `rules`, by what selects their results."""
        return RecordingRules(rule for rule in self.rules if not rule.is_alert)

    def values_of(self, name: str, label: str) -> tuple[str, ...]:
        """The closed set of values of a label, `job` included; empty when it is not closed."""
        if label == "job":
            return self.server.jobs
        series = self.series.get(name)
        return series.values_of(label) if series else ()

    def expressions(self) -> tuple[Expression, ...]:
        """Every PromQL text: recording rules, alerts, then dashboard by dashboard."""
        return self._expressions

    @cached_property
    def _expressions(self) -> tuple[Expression, ...]:
        of_pages = (each for page in self.pages for each in of_dashboard(page.dashboard))
        return (*of_rules(self.rules), *of_pages)
