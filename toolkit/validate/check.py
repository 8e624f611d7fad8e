"""What a check is, what it may look at, and how it can end.

A check yields a finding for each thing that is wrong. A server that does not answer, or not
before the deadline, makes it unknown, never failed; what the environment lacks on purpose
makes it skipped, never passed.
"""

import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from toolkit.alertmanager.client import Alertmanager
from toolkit.catalogue import Catalogue
from toolkit.errors import UnreachableError
from toolkit.findings import Finding, Level
from toolkit.grafana.client import Grafana
from toolkit.project import Project
from toolkit.prometheus.client import LoadedRule, LoadedRuleGroup, Prometheus, ScrapeTarget
from toolkit.prometheus.exposition import Family, MeasuredService
from toolkit.validate.watch_window import WatchWindow

NO_GRAFANA = "this environment has no Grafana"
# Prometheus takes up new targets every 5 s, and looks for them every 5 s.
# Source: discoveryManager and scrape.Manager, https://github.com/prometheus/prometheus
DISCOVERY_SECONDS = 15.0


class CheckGroup(IntEnum):
    """What a check is about, in the order in which a person would ask."""

    PROMETHEUS_RUNS = 1
    PROMETHEUS_IS_CONFIGURED = 2
    GRAFANA_RUNS = 3
    DASHBOARDS = 4
    CATALOGUE = 5
    INSTRUMENTATION = 6
    TESTS = 7
    DOCUMENTATION = 8
    WATCH = 9


class CheckOutcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CheckedStack:
    """What checks may look at: the definitions, and the servers that should agree with them."""

    project: Project
    services: tuple[MeasuredService, ...]
    prometheus: Prometheus
    alertmanager: Alertmanager
    grafana: Grafana | None = None
    watch: WatchWindow | None = None

    @property
    def window(self) -> WatchWindow:
        """The time that is watched. Only the checks of a watch may ask for it."""
        if self.watch is None:
            raise AssertionError("a check of a watch was run without one")
        return self.watch

    def scrapes(self) -> Iterator[tuple[MeasuredService, Catalogue, dict[str, Family]]]:
        """Each instance of each service that has a catalogue, with what it exports now.

        An instance that does not answer keeps no other from being judged. Raises
        UnreachableError afterwards, unless the service may be absent.
        """
        silent: UnreachableError | None = None
        for service in self.services:
            catalogue = self.project.catalogue_of(service.name)
            if catalogue is None:
                continue
            try:
                scraped = service.scrape()
            except UnreachableError as error:
                silent = silent or (error if service.constant else None)
                continue
            yield service, catalogue, scraped
        if silent is not None:
            raise silent

    @property
    def shared(self) -> tuple[str, ...]:
        """The servers that others use too: what is theirs there is not judged."""
        return self.project.config.stack.shared

    def rules(self) -> tuple[LoadedRule, ...]:
        """The rules that Prometheus has loaded; of a shared one, those in the project's groups."""
        rules = self.prometheus.rules()
        if "prometheus" not in self.shared:
            return rules
        return tuple(rule for rule in rules if rule.group in self.project.group_names)

    def groups(self) -> tuple[LoadedRuleGroup, ...]:
        """The rule groups that Prometheus evaluates; of a shared one, the project's."""
        groups = self.prometheus.groups()
        if "prometheus" not in self.shared:
            return groups
        return tuple(group for group in groups if group.name in self.project.group_names)

    def targets(self) -> tuple[ScrapeTarget, ...]:
        """What Prometheus scrapes; of a shared one, the project's jobs."""
        targets = self.prometheus.targets()
        if "prometheus" not in self.shared:
            return targets
        return tuple(target for target in targets if target.job in self.project.config.jobs)

    def its_grafana(self) -> Grafana:
        """The environment's Grafana. Raises Skip where it has none."""
        if self.grafana is None:
            raise Skip(NO_GRAFANA)
        return self.grafana

    def expect_discovery_of(self, what: str) -> None:
        """Call before saying that Prometheus does not know `what`.

        Raises NotYet while it may still find it: it has only just read its configuration.
        """
        ago = self.prometheus.configured_seconds_ago()
        if ago < DISCOVERY_SECONDS:
            raise NotYet(
                f"Prometheus read its configuration {max(ago, 0.0):.0f} s ago, and has not "
                f"discovered {what} yet.\n"
                f"  fix: validate again in {DISCOVERY_SECONDS:g} s, "
                f"or say --wait {DISCOVERY_SECONDS:g}."
            )


class Skip(Exception):  # noqa: N818 - not an error: the environment lacks the thing on purpose
    """Raised by a check for what the environment deliberately lacks; the text says why."""


class NotYet(Exception):  # noqa: N818 - not an error: the answer comes with time
    """Raised by a check for what cannot be known yet; the text says what to wait for."""


@dataclass(frozen=True, slots=True)
class Check:
    """A claim about the stack. `run` yields one finding for each way in which it is false.

    A finding of level INFO is a figure to be shown, and makes nothing false. `fix` is what to
    do where a finding has no better advice.
    """

    id: str
    claim: str
    group: CheckGroup
    run: Callable[[CheckedStack], Iterator[Finding]]
    fix: str = ""

    @property
    def explanation(self) -> str:
        """The docstring of the check's module, which is its documentation."""
        return inspect.cleandoc(sys.modules[self.run.__module__].__doc__ or "")

    def wrong(self, message: str, *, fix: str = "", subject: str = "") -> Finding:
        """A finding of this check."""
        advice = fix or self.fix
        return Finding(
            rule=self.id, level=Level.ERROR, message=message, fix=advice, subject=subject
        )


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one check ended; `reason` says why it was skipped or is unknown."""

    check: Check
    outcome: CheckOutcome
    findings: tuple[Finding, ...] = ()
    reason: str = ""
