"""What boundary cases are made from: a project's definitions, or rules that the user wrote."""

from collections.abc import Mapping
from typing import Protocol

import promql_parser as parser

from toolkit.catalogue import Series
from toolkit.config.pyproject import Config
from toolkit.prometheus.recording_rules import RecordingRule


class SolvableRules(Protocol):
    """What is known about the series that rules read. `toolkit.project.Project` is one."""

    @property
    def config(self) -> Config:
        """The settings; of them the scrape interval is used."""

    @property
    def series(self) -> Mapping[str, Series]:
        """The series whose labels or buckets are known, by name."""

    def recording(self, selector: parser.VectorSelector) -> RecordingRule | None:
        """The recording rule whose result a selector's syntax node selects, if there is one."""


class SolvableAlert(Protocol):
    """What an alert's boundary cases follow from. Durations are as Prometheus writes them."""

    @property
    def expr(self) -> str:
        """The expression."""

    @property
    def hold(self) -> str:
        """Prometheus' `for`."""

    @property
    def keep_firing_for(self) -> str:
        """How long it fires on after its expression has no result."""
