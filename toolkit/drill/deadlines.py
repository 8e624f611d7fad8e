"""How long an alert may take to fire and to resolve, and when it counts as missed.

`Timing` predicts from what the rules say: the cause shows, a scrape sees it, every window up
the chain of recordings fills, each link is evaluated, the hold passes. An expression is often
true before its windows are full, so a drill measures less; more means that a rule, or the
machine, is slower than it says. `Allowance` is how much longer than predicted the drill waits:
only after that does an alert count as missed.
"""

from dataclasses import dataclass

from toolkit.alerts import Alert, Recording
from toolkit.drill.time_compression import Compression
from toolkit.drill_causes import Fault
from toolkit.durations import seconds
from toolkit.project import Project
from toolkit.promql import Selector, selectors


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much longer than predicted the drill waits, since the machine may do other things."""

    factor: float
    extra_seconds: float

    def missed_after_seconds(self, predicted_seconds: float) -> float:
        """How long the drill waits for what should take `predicted_seconds`."""
        return self.factor * predicted_seconds + self.extra_seconds


USUAL_ALLOWANCE = Allowance(factor=2.0, extra_seconds=20.0)
"""A machine that does other things is rarely half as fast; a server's start takes seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How fast time runs on one stack, and how often its rules are evaluated.

    `every_seconds` holds for all groups alike, as in compressed time; without it, each group
    has its own interval.
    """

    project: Project
    compression: Compression
    every_seconds: float | None = None

    def fire_seconds(self, *alerts: Alert) -> float:
        """Seconds from the cause until all of the alerts fire, at most."""
        return max(self._fire_seconds(alert) for alert in alerts)

    def resolve_seconds(self, *alerts: Alert) -> float:
        """Seconds from the end of the cause until all of the alerts have resolved, at most."""
        return max(self._resolve_seconds(alert) for alert in alerts)

    def window_seconds(self, expr: str) -> float:
        """Seconds until the windows of `expr`, and of what it reads, hold nothing older."""
        return max(map(self._filled, selectors(expr)), default=0.0)

    def interval_seconds(self, rule: Alert | Recording) -> float:
        """How often the rule's group is evaluated, in seconds."""
        if self.every_seconds is not None:
            return self.every_seconds
        for file in self.project.rule_files:
            for group in file.groups:
                if rule in (*group.alerts, *group.recordings):
                    return seconds(group.interval or self.project.config.scrape_interval)
        return seconds(self.project.config.scrape_interval)

    def _fire_seconds(self, alert: Alert) -> float:
        cause = alert.fired_by
        shows = cause.takes_seconds if isinstance(cause, Fault) else 0.0
        scrape = self.compression.scrape_seconds
        every = self.interval_seconds(alert)
        hold = self.compression.hold_seconds(seconds(alert.hold))
        # A hold begins with the evaluation that finds the alert pending and ends with another.
        held = hold + every if hold else 0.0
        return shows + scrape + self.window_seconds(alert.expr) + every + held

    def _resolve_seconds(self, alert: Alert) -> float:
        keep = self.compression.hold_seconds(seconds(alert.keep_firing_for))
        every = self.interval_seconds(alert)
        scrape = self.compression.scrape_seconds
        return scrape + self.window_seconds(alert.expr) + 2 * every + keep

    def _filled(self, selector: Selector) -> float:
        # A recorded series is as old as its own windows before this one begins to fill with it.
        real = selector.range_seconds
        own = self.compression.range_seconds(real) if real is not None else 0.0
        recorded = self.project.recording_rules.selected_by(selector.name, selector.matches)
        return own + max(
            (self.window_seconds(rule.expr) + self.interval_seconds(rule) for rule in recorded),
            default=0.0,
        )


def uncompressed(project: Project) -> Timing:
    """The timing where the project's rules are loaded unchanged."""
    scrape = seconds(project.config.scrape_interval)
    return Timing(project=project, compression=Compression(factor=1, scrape_seconds=scrape))
