"""Where the rules of a project come from: its definitions, or rule files that the user wrote.

The definitions are `DefinedRules`; rule files are `toolkit.prometheus.rules.PlainRules`. What
asks for rules does not ask which of the two it has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from toolkit.config.pyproject import Addresses, Config
from toolkit.durations import seconds
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts
from toolkit.prometheus.rules import Problem, WrittenRule

if TYPE_CHECKING:
    from toolkit.alerts import RuleFile


class RuleSource(Protocol):
    """What either kind of project knows about its rules."""

    @property
    def rules(self) -> tuple[WrittenRule, ...]:
        """Every rule as Prometheus sees it, file by file."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What kept a rule or a file from being read."""

    @property
    def server(self) -> ServerFacts:
        """What is known about the Prometheus that loads the rules."""

    def generated(self) -> Mapping[str, Any]:
        """What is generated for Prometheus, as plain data by path: rules and prometheus.yml."""


@dataclass(frozen=True)
class DefinedRules:
    """The rules that a project defines, and the Prometheus that it configures."""

    config: Config
    files: "tuple[RuleFile, ...]"
    problems: tuple[Problem, ...] = ()

    @cached_property
    def rules(self) -> tuple[WrittenRule, ...]:
        """Every rule as Prometheus will see it, without the links to dashboards."""
        from toolkit.prometheus.write_rule_files import written

        url = self.config.runbook_url
        return tuple(rule for file in self.files for rule in written(file, url))

    @cached_property
    def server(self) -> ServerFacts:
        """The Prometheus of the generated prometheus.yml, which scrapes what is declared.

        Of one that others configure, only the scrape interval of our jobs is known.
        """
        if "prometheus" in self.config.stack.shared:
            every = seconds(self.config.scrape_interval)
            return ServerFacts(scrape_seconds=every, jobs=self.config.jobs)
        return ServerFacts.of(self._prometheus_yml(), self.config.jobs)

    def generated(self) -> dict[str, Any]:
        """The rule files, without the links to dashboards, and prometheus.yml, by path."""
        from toolkit.prometheus.write_rule_files import rule_file

        folder = f"{self.config.alerts.replace('.', '/')}/generated"
        texts: dict[str, Any] = {f"{folder}/prometheus.yml": self._prometheus_yml()}
        for file in self.files:
            texts[f"{folder}/rules/{file.name}_alerts.yml"] = rule_file(
                file,
                runbook_url=self.config.runbook_url,
                dashboard_urls={alert.name: "" for alert in file.alerts},
            )
        return texts

    def _prometheus_yml(self) -> dict[str, Any]:
        from toolkit.prometheus.write_config import prometheus_config

        return prometheus_config(self.config, Addresses.of(self.config))
