"""Rules in compressed time: ranges, holds and intervals divided by a factor, nothing else.

Thresholds stay. A range is never shorter than four scrapes, since `rate` of less sees
nothing; where that bound holds, time is compressed less than the factor says. Expressions
are rewritten on their syntax tree, recorded names stay as they are.
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

import promql_parser as parser

from toolkit.alerts import Alert, Group, Recording, RuleFile
from toolkit.durations import seconds
from toolkit.promql import parse
from toolkit.routing import Routing

SCRAPES_PER_RANGE = 4
_OFFSET = re.compile(r" offset -?\S+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compression:
    """How many times faster time runs, and how often the compressed stack scrapes."""

    factor: float
    scrape_seconds: float = 1.0

    def text(self, expr: str) -> str:
        """The expression with its ranges, offsets and subqueries compressed."""
        return str(parser.transform(parse(expr), post_visit=self._node).prettify())

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

    def _node(self, node: parser.Expr) -> parser.Expr | None:
        # promql-parser's nodes cannot be made, and once changed they are written wrongly (0.11
        # cuts milliseconds off and drops escapes): what replaces one is parsed from its text.
        match node:
            case parser.MatrixSelector():
                length = duration_text(self.range_seconds(node.range.total_seconds()))
                series = str(node.vector_selector.prettify())
                # Its selector was visited before it, so the offset is compressed already.
                offset = _OFFSET.search(series)
                return parser.parse(
                    f"{series[: offset.start()]}[{length}]{offset.group()}"
                    if offset
                    else f"{series}[{length}]"
                )
            case parser.VectorSelector(offset=offset) if offset is not None:
                series = _OFFSET.sub("", node.prettify())
                return parser.parse(f"{series}{self._offset(offset)}")
            case parser.SubqueryExpr(range=real) if real is not None:
                length = duration_text(self.range_seconds(real.total_seconds()))
                # Without a step, Prometheus takes the evaluation interval, which is short already.
                step = duration_text(self.scrape_seconds) if node.step is not None else ""
                shift = self._offset(node.offset)
                return parser.parse(f"({node.expr.prettify()})[{length}:{step}]{shift}")
            case _:
                return None

    def _offset(self, offset: timedelta | None) -> str:
        if offset is None:
            return ""
        sign = "-" if offset < timedelta() else ""
        return f" offset {sign}{duration_text(abs(offset.total_seconds()) / self.factor)}"


def duration_text(length: float) -> str:
    """A duration as Prometheus reads it, to the millisecond; anything over 0 is at least one."""
    # A hold of 0 would mean that the alert is never pending, which is another alert.
    milliseconds = round(length * 1000) or (1 if length > 0 else 0)
    whole, rest = divmod(milliseconds, 1000)
    return f"{whole}s" if not rest else f"{milliseconds}ms"
