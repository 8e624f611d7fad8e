"""The labels that declared and recorded series carry, for whatever asks what a result has."""

from collections.abc import Callable, Mapping

import promql_parser as parser

from toolkit.catalogue import Series
from toolkit.prometheus.label_flow.labels_of_expression import Flow
from toolkit.prometheus.label_flow.result_labels import Certainty, Labels, Result, bounded
from toolkit.prometheus.promql_syntax_tree import Node, Span
from toolkit.prometheus.recording_rules import RecordingRules
from toolkit.prometheus.rules import WrittenRule
from toolkit.promql import LabelMatch, matches_of, names_of

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


WRITTEN_BY_RULES = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
"""What Prometheus writes about alerts, with the labels of each."""

MOST_RECORDINGS = 20
"""Of recordings that read each other in a row; more are not looked through."""


class SeriesLabels:
    """What is known about the labels of series, by name.

    `jobs` are the scrape jobs where all that they scrape is declared; empty where it is not.
    """

    def __init__(
        self,
        series: Mapping[str, Series],
        recorded: RecordingRules[WrittenRule],
        jobs: tuple[str, ...],
    ) -> None:
        self._series = series
        self._recorded = recorded
        self._jobs = jobs
        self._flows: dict[Node, Flow] = {}
        self._scraped_flows: dict[Node, Flow] = {}
        self._reading: set[str] = set()  # recordings that read themselves or each other

    def flow(self, root: Node) -> Flow:
        """The labels of every part of an expression."""
        if root not in self._flows:
            self._flows[root] = Flow(root, self.of)
        return self._flows[root]

    def flow_if_scraped(self, root: Node) -> Flow:
        """The same where every series that nobody declares is a scrape's, as most are."""
        if root not in self._scraped_flows:
            self._scraped_flows[root] = Flow(root, self._of_scrape)
        return self._scraped_flows[root]

    def _of_scrape(self, selector: parser.VectorSelector, span: Span) -> Result | None:
        known, names = self.of(selector, span, self.flow_if_scraped), names_of(selector)
        # A colon is a recording's, whose labels are its own.
        if known is not None or not names or any(":" in x or x in WRITTEN_BY_RULES for x in names):
            return known
        why = Certainty(f"added to `{names[0]}` by the scrape", span)
        return (Labels(present=dict.fromkeys(sorted(SCRAPE_LABELS), why)),)

    def of(
        self,
        selector: parser.VectorSelector,
        span: Span,
        flow: Callable[[Node], Flow] | None = None,
    ) -> Result | None:
        """What the selected series carry; None for series that nobody declares.

        `flow` finds the labels of what a recording records.
        """
        found: list[Labels] = []
        for name in names_of(selector):
            known = self.named(name, matches_of(selector), span, flow)
            if known is None:
                return None
            found += known
        return bounded(found) or None

    def named(
        self,
        name: str,
        matches: tuple[LabelMatch, ...] = (),
        span: Span = (0, 0),
        flow: Callable[[Node], Flow] | None = None,
    ) -> Result | None:
        """The same for a name, and the matchers that choose among recordings of it."""
        if name in self._series:
            return (self._declared(self._series[name], span),)
        if name in self._recorded.names:
            return self._of_recordings(name, matches, span, flow or self.flow)
        if name in SCRAPE_SERIES and self._jobs:
            present = self._scraped(name, span)
            return (Labels(present=present, others=_lacking(name, span)),)
        return None

    def _declared(self, series: Series, span: Span) -> Labels:
        why = Certainty(f"declared on `{series.name}`", span)
        present = {
            label: why._replace(values=frozenset(series.values_of(label)) or None)
            for label in sorted(series.label_names)
        }
        scraped = self._scraped(series.name, span)
        return Labels(present=scraped | present, others=_lacking(series.name, span))

    def _scraped(self, name: str, span: Span) -> dict[str, Certainty]:
        why = Certainty(f"added to `{name}` by the scrape", span)
        return {"instance": why, "job": why._replace(values=frozenset(self._jobs) or None)}

    def _of_recordings(
        self,
        name: str,
        matches: tuple[LabelMatch, ...],
        span: Span,
        flow: Callable[[Node], Flow],
    ) -> Result | None:
        found: list[Labels] = []
        # A selector that contradicts every recording selects nothing that these rules record.
        rules = self._recorded.selected_by(name, matches) or self._recorded.named(name)
        for rule in rules:
            if rule.expr in self._reading or len(self._reading) >= MOST_RECORDINGS:
                return None
            self._reading.add(rule.expr)
            try:
                found += (_recorded(rule, x, span) for x in flow(rule.root).result)
            finally:
                self._reading.discard(rule.expr)
        return bounded(found)


def _lacking(name: str, span: Span) -> Certainty:
    return Certainty(f"not declared on `{name}`", span)


def _recorded(rule: WrittenRule, labels: Labels, span: Span) -> Labels:
    """What a recording carries, with the reasons told from where it is read."""

    def told(why: Certainty) -> Certainty:
        return why._replace(reason=f"{why.reason} in the recording `{rule.name}`", span=span)

    carried = Labels(
        present={name: told(why) for name, why in labels.present.items()},
        absent={name: told(why) for name, why in labels.absent.items()},
        possible=labels.possible,
        others=told(labels.others) if labels.others else None,
        limits=tuple(x._replace(span=span) for x in labels.limits),
    )
    for name, value in rule.labels.items():
        why = Certainty(f"set by the recording `{rule.name}`", span, frozenset({value}))
        carried = carried.with_present(name, why) if value else carried.with_absent(name, why)
    return carried
