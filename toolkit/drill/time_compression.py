"""Rules in compressed time: ranges, holds and intervals divided by a factor, nothing else.

Thresholds stay. A range is never shorter than four scrapes, since `rate` of less sees
nothing; where that bound holds, time is compressed less than the factor says. Only the durations
of an expression are written anew, at their places; the rest of its text stays as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import promql_parser as parser

from toolkit.alerts import Alert, Group, Recording, RuleFile
from toolkit.durations import seconds
from toolkit.prometheus.promql_edits import Edit, durations, edited
from toolkit.prometheus.promql_syntax_tree import Node, tree
from toolkit.routing import Routing

SCRAPES_PER_RANGE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Compression:
    """How many times faster time runs, and how often the compressed stack scrapes."""

    factor: float
    scrape_seconds: float = 1.0

    def text(self, expr: str) -> str:
        """The expression with its ranges, offsets and subqueries compressed."""
        return edited(expr, (edit for x in tree(expr).walk() for edit in self._edits(expr, x)))

    def range_seconds(self, real: float) -> float:
        """How long a range of `real` seconds is now."""
        return max(real / self.factor, SCRAPES_PER_RANGE * self.scrape_seconds)

    def hold_seconds(self, real: float) -> float:
        """How long a hold of `real` seconds is now."""
        return real / self.factor

    def file(self, file: RuleFile) -> RuleFile:
        """The rule file with everything in it compressed, evaluated at every scrape."""
        return replace(file, groups=tuple(self._group(group) for group in file.groups))

    def routing(self, routing: Routing) -> Routing:
        """The same routes with shorter waits; repeats stay, so that none falls into a drill.

        A wait is at least half a scrape: alerts that inhibit each other arrive together.
        """
        least = self.scrape_seconds / 2
        # Between two scrapes nothing new is known of a group.
        return replace(
            routing,
            group_wait=duration_text(max(seconds(routing.group_wait) / self.factor, least)),
            group_interval=duration_text(
                max(seconds(routing.group_interval) / self.factor, self.scrape_seconds)
            ),
        )

    def _group(self, group: Group) -> Group:
        return replace(
            group,
            interval="",
            recordings=tuple(self._recording(rule) for rule in group.recordings),
            alerts=tuple(self._alert(alert) for alert in group.alerts),
        )

    def _recording(self, rule: Recording) -> Recording:
        return replace(rule, expr=self.text(rule.expr))

    def _alert(self, alert: Alert) -> Alert:
        return replace(
            alert,
            expr=self.text(alert.expr),
            hold=self._duration(alert.hold),
            keep_firing_for=self._duration(alert.keep_firing_for),
        )

    def _duration(self, text: str) -> str:
        return duration_text(self.hold_seconds(seconds(text)))

    def _edits(self, text: str, node: Node) -> Iterator[Edit]:
        places = durations(text, node)
        match node.expr:
            case parser.MatrixSelector(range=real, vector_selector=selector):
                offset = selector.offset
            case parser.SubqueryExpr(range=real, offset=offset):
                pass
            case parser.VectorSelector(offset=offset):
                real = None
            case _:
                return
        if places.range is not None and real is not None:
            yield places.range, duration_text(self.range_seconds(real.total_seconds()))
        # Without a step, Prometheus takes the evaluation interval, which is short already.
        if places.step is not None and text[slice(*places.step)].strip():
            yield places.step, duration_text(self.scrape_seconds)
        if places.offset is not None and offset is not None:
            yield places.offset, self._offset(offset.total_seconds())

    def _offset(self, real: float) -> str:
        return f"{'-' if real < 0 else ''}{duration_text(abs(real) / self.factor)}"


def duration_text(length: float) -> str:
    """A duration as Prometheus reads it, to the millisecond; anything over 0 is at least one."""
    # A hold of 0 would mean that the alert is never pending, which is another alert.
    milliseconds = round(length * 1000) or (1 if length > 0 else 0)
    whole, rest = divmod(milliseconds, 1000)
    return f"{whole}s" if not rest else f"{milliseconds}ms"
